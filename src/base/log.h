/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages besides the data: one line each on stderr, as text or, after log_json(true),
 * as JSON. Not thread safe: the tool has one thread. And the exit codes that messages end in.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdarg.h>
#include <stdbool.h>

/* Exit codes, the same in every command ("Exit status" in README.md). */
enum exit_code {
	EXIT_OK = 0,
	EXIT_VERDICT = 1, /* a rule is broken, an expectation was not met */
	EXIT_USAGE = 2,	  /* bad option, rule, filter, device name */
	/* This kernel, or this run, does not have what is needed; what is missing is named. */
	EXIT_KERNEL = 3,
	EXIT_LOST = 4,	  /* events were lost, under --strict */
	EXIT_RUNTIME = 5, /* anything else that went wrong */
};

void log_json(bool on);
bool log_is_json(void);
/* 0: errors, warnings, info; 1: debug; 2: libbpf's debug output too; -1: quiet, no info. */
void log_verbosity(int level);
int log_level(void);

/* An error: what failed, on what. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The way out, right after an error. */
void log_hint(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* What a library says, at the level of log_debug(). */
void log_library(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
