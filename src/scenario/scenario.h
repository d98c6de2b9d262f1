/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A scenario: what to set up, what to arm, what to run, and what to demand of it,
 * from a file of `key = value` lines (docs/SCENARIOS.md). The parser is pure: from
 * memory to plain data, nothing looked up on this machine, nothing printed.
 *
 * parse.c splits a file into keys and values, value.c parses each value, validate.c checks
 * the keys against each other, needs.c asks the machine.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "check/check.h"
#include "inject/rule.h"
#include "smmu_inject.h"
#include <stdbool.h>

#define SCENARIO_SIZE_MAX   65536 /* bytes of a file */
#define SCENARIO_LINE_MAX   1000  /* bytes of a line, its end not counted */
#define SCENARIO_INJECT_MAX SMMU_RULES_MAX
#define SCENARIO_EXPECT_MAX 64
#define SCENARIO_NEEDS_MAX  16
#define SCENARIO_IN_USE_MAX 16
#define SCENARIO_TIMEOUT_NS 60000000000ULL

/* X(id, name, takes): each key; `takes` is for hints and the documentation. */
#define SCENARIO_KEYS(X)                                                                           \
	X(NAME, "name", "a short name for the reports")                                            \
	X(ABOUT, "about", "a sentence: what is tried")                                             \
	X(NEEDS, "needs",                                                                          \
	  "injection, cpus N, device BDF, file PATH, program NAME, function NAME or hook NAME; "   \
	  "repeatable")                                                                            \
	X(SETUP, "setup", "a shell command, run before anything is armed")                         \
	X(INJECT, "inject", "a rule of 'smmuscope inject', as in device=0000:01:00.0; repeatable") \
	X(IN_USE_OK, "in_use_ok", "a PCI address, as in 0000:0a:00.0; repeatable")                 \
	X(WORKLOAD, "workload", "a shell command, which is what is watched")                       \
	X(REPEAT, "repeat",                                                                        \
	  "'until spent': the workload is run again while a rule can still fire")                  \
	X(CLEANUP, "cleanup", "a shell command, run after all, whatever happened")                 \
	X(TIMEOUT, "timeout", "a time above 0, as in 60s, for each of the commands")               \
	X(RULES, "rules", "rules to check, as in R1,R3, or all")                                   \
	X(REQUIRE, "require", "rules that must pass, as in R1,R3")                                 \
	X(EXPECT, "expect",                                                                        \
	  "[not] fenced BDF, fenced BDF N times, [not] unfenced BDF, unfenced BDF N times, "       \
	  "fences N, timeouts N, atc_lists N or fails R1,R3; repeatable")                          \
	X(BUDGET_FENCE, "budget.fence", "a time above 0, as in 100ms")                             \
	X(BUDGET_WAIT, "budget.wait", "a time above 0, as in 500ms")                               \
	X(BUDGET_BLOCKED, "budget.blocked", "a time above 0, as in 50ms")

#define SCENARIO_KEY_ENUM_(id, name, takes) SCENARIO_##id,
enum scenario_key { SCENARIO_KEYS(SCENARIO_KEY_ENUM_) SCENARIO_KEY_COUNT };
#undef SCENARIO_KEY_ENUM_

enum scenario_need_kind {
	SCENARIO_NEEDS_INJECTION, /* the injection point is there */
	SCENARIO_NEEDS_CPUS,	  /* `number` of them are online */
	SCENARIO_NEEDS_DEVICE,	  /* the function `text`, with its ATS on */
	SCENARIO_NEEDS_FILE,	  /* the path `text` exists */
	SCENARIO_NEEDS_PROGRAM,	  /* `text` is found in PATH */
	SCENARIO_NEEDS_FUNCTION,  /* the kernel, or the driver, has one called `text` */
	SCENARIO_NEEDS_HOOK,	  /* of hooks.h, by its id `text`, can be attached */
};

struct scenario_need {
	enum scenario_need_kind kind;
	__u64 number;
	__u32 bdf;
	const char *text; /* behind the kind's name; never NULL */
	const char *whole;
};

/* Strings are in the struct itself: not to be copied. Those not given are NULL, but for `name`. */
struct scenario {
	unsigned int given; /* 1 << enum scenario_key */
	const char *name;   /* of the file without its directory and .scn, unless given */
	const char *about;
	const char *setup;
	const char *workload; /* never NULL */
	const char *cleanup;
	bool until_spent; /* the workload is run again while a rule can fire */
	struct inject_rule inject_rules[SCENARIO_INJECT_MAX];
	size_t inject_count;
	const char *in_use[SCENARIO_IN_USE_MAX]; /* good by bdf_parse() */
	size_t in_use_count;
	struct scenario_need needs[SCENARIO_NEEDS_MAX];
	size_t need_count;
	struct check_expectation expectations[SCENARIO_EXPECT_MAX];
	size_t expectation_count;
	__u32 rules; /* masks of CHECK_RULE() */
	__u32 require;
	__u32 expect_fail;
	__u64 timeout_ns;
	__u64 budget_fence_ns; /* those of check_defaults() unless given */
	__u64 budget_wait_ns;
	__u64 budget_blocked_ns;
	unsigned int line[SCENARIO_KEY_COUNT]; /* where a key was given last */
	char file_name[64];
	char text[SCENARIO_SIZE_MAX + 1];
};

/* Each one line without its end, never empty after an error. */
struct scenario_error {
	char message[512]; /* "FILE:LINE: what is wrong", with the offending text */
	char hint[640];	   /* the way out */
};

/*
 * file: its name, for messages and for the scenario's name. 0, or -EINVAL and
 * *error; *scenario is of use on success only.
 */
int scenario_parse(const char *file, const char *text, size_t length, struct scenario *scenario,
		   struct scenario_error *error);

struct host;

/* NULL, or what is missing here: one line, in buffer or constant. Looks at this machine. */
const char *scenario_missing(const struct scenario *scenario, const struct host *host, char *buffer,
			     size_t size);

#endif
