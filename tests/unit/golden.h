/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For the tests of what the tool prints: a file in memory, comparison with the
 * texts in tests/unit/golden/, and jq as a second opinion on JSON.
 * Include after cmocka.h.
 */
#ifndef GOLDEN_H
#define GOLDEN_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct capture {
	FILE *file;
	char *text;
	size_t length;
};

static inline void capture_begin(struct capture *capture)
{
	capture->file = open_memstream(&capture->text, &capture->length);
	assert_non_null(capture->file);
}

/* Adds JSON to the file of this program in the directory UNIT_JSON: for tools/docs/validate. */
static inline void json_keep(const char *text)
{
	const char *directory = getenv("UNIT_JSON");
	char path[512];
	FILE *file;

	if (!directory || strncmp(text, "{\"", 2) != 0)
		return;
	snprintf(path, sizeof(path), "%s/%s.jsonl", directory, program_invocation_short_name);
	file = fopen(path, "a");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* What was written; to be freed. */
static inline char *capture_end(struct capture *capture)
{
	assert_int_equal(fclose(capture->file), 0);
	json_keep(capture->text);
	return capture->text;
}

/* A file of the repository, by its path from tests/unit; to be freed. */
static inline char *repository_read(const char *name)
{
	const char *slash = strrchr(__FILE__, '/');
	int directory = slash ? (int)(slash - __FILE__) : 0;
	char path[512], *text;
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "%.*s%s%s", directory, __FILE__, slash ? "/" : "", name);
	file = fopen(path, "r");
	if (!file)
		fail_msg("cannot open %s", path);
	text = malloc(1 << 20);
	assert_non_null(text);
	length = fread(text, 1, (1 << 20) - 1, file);
	text[length] = '\0';
	fclose(file);
	return text;
}

static inline void assert_golden(const char *name, const char *actual)
{
	char *expected = repository_read(name);
	size_t i, line = 1, start = 0;
	int length;

	for (i = 0; actual[i] && actual[i] == expected[i]; i++)
		if (actual[i] == '\n') {
			line++;
			start = i + 1;
		}
	if (actual[i] != expected[i]) {
		length = (int)strcspn(expected + start, "\n");
		print_error("%s, line %zu\nexpected: %.*s\n", name, line, length, expected + start);
		length = (int)strcspn(actual + start, "\n");
		fail_msg("actual:   %.*s", length, actual + start);
	}
	free(expected);
}

/* Is `filter` true of the array of all documents in text? */
static inline void assert_jq(const char *text, const char *filter)
{
	char name[] = "/tmp/smmuscope-test-XXXXXX", command[4096];
	int fd = mkstemp(name), status;
	size_t length = strlen(text);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, length), (ssize_t)length);
	close(fd);
	snprintf(command, sizeof(command), "jq -es '%s' %s >/dev/null", filter, name);
	status = system(command);
	unlink(name);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail_msg("jq: not true: %s", filter);
}

#endif
