// SPDX-License-Identifier: GPL-2.0
/*
 * Messages on stderr: one write each, so that the output of a traced command does not land in
 * the middle of one.
 */
#include "base/log.h"

#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum severity { LOG_ERROR, LOG_HINT, LOG_WARNING, LOG_INFO, LOG_DEBUG };

static const char *const severities[] = {
	[LOG_ERROR] = "error", [LOG_HINT] = "hint",   [LOG_WARNING] = "warning",
	[LOG_INFO] = "info",   [LOG_DEBUG] = "debug",
};

static bool as_json;
static int verbosity;

void log_json(bool on)
{
	as_json = on;
}

bool log_is_json(void)
{
	return as_json;
}

void log_verbosity(int level)
{
	verbosity = level;
}

int log_level(void)
{
	return verbosity;
}

static int write_json(const char *severity, const char *message)
{
	struct json json;
	int err;

	json_init(&json, stderr);
	json_object_begin(&json);
	json_key(&json, "type");
	json_string(&json, "log");
	json_key(&json, "level");
	json_string(&json, severity);
	json_key(&json, "message");
	json_string(&json, message);
	json_object_end(&json);
	err = json_line(&json);
	json_free(&json);
	return err;
}

/* Messages contain names of processes and files, which must not control a terminal. */
static void put_line(FILE *file, const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			fprintf(file, "\\x%02x", c);
		else
			fputc(c, file);
	}
	fputc('\n', file);
}

/* Each line gets the prefix: the verifier's log has many. */
static void write_text(const char *severity, const char *message)
{
	char *buffer = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&buffer, &size);

	for (;;) {
		size_t length = strcspn(message, "\n");

		fprintf(file ? file : stderr, "smmuscope: %s: ", severity);
		put_line(file ? file : stderr, message, length);
		message += length;
		if (!*message)
			break;
		message++;
	}
	/* without memory for the file the loop has written to stderr, in pieces */
	if (file && !fclose(file))
		fwrite(buffer, 1, size, stderr);
	free(buffer);
}

static void write_log(enum severity severity, const char *format, va_list args)
{
	const char *name = severities[severity];
	char fixed[512];
	char *message = fixed;
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(fixed, sizeof(fixed), format, args);
	if (length >= (int)sizeof(fixed)) {
		message = malloc((size_t)length + 1);
		if (message)
			vsnprintf(message, (size_t)length + 1, format, again);
		else
			message = fixed;
	}
	va_end(again);
	if (length < 0) /* a wide character that cannot be converted */
		snprintf(fixed, sizeof(fixed), "%s", format);

	/* libbpf's messages end with a newline */
	for (size_t end = strlen(message); end && message[end - 1] == '\n'; end--)
		message[end - 1] = '\0';
	if (!as_json || write_json(name, message))
		write_text(name, message);
	if (message != fixed)
		free(message);
}

#define LOG_FUNCTION(function, severity, level)                                                    \
	void function(const char *format, ...)                                                     \
	{                                                                                          \
		va_list args;                                                                      \
                                                                                                   \
		if (verbosity < (level))                                                           \
			return;                                                                    \
		va_start(args, format);                                                            \
		write_log(severity, format, args);                                                 \
		va_end(args);                                                                      \
	}

/* Errors, hints and warnings are printed at every level. */
LOG_FUNCTION(log_error, LOG_ERROR, verbosity)
LOG_FUNCTION(log_hint, LOG_HINT, verbosity)
LOG_FUNCTION(log_warn, LOG_WARNING, verbosity)
LOG_FUNCTION(log_info, LOG_INFO, 0)
LOG_FUNCTION(log_debug, LOG_DEBUG, 1)

void log_library(const char *format, va_list args)
{
	if (verbosity > 0)
		write_log(LOG_DEBUG, format, args);
}
