/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lines of a scenario file, and how all parts of its parser say what is wrong with
 * them. For src/scenario/ only. Reentrant.
 */
#ifndef SCENARIO_PARSE_H
#define SCENARIO_PARSE_H

#include "scenario/scenario.h"

struct scenario_key_text {
	const char *name;
	const char *takes;
};
extern const struct scenario_key_text scenario_keys[SCENARIO_KEY_COUNT];

struct scenario_parser {
	struct scenario *scenario;
	struct refusal *error;
	const char *file;
	char *at;	      /* the next line, within scenario->text */
	char *end;	      /* of all lines */
	unsigned int line;    /* number of the line before `at` */
	unsigned int started; /* number of the line with the current key */
};

/* Are all bytes text, in lines of at most SCENARIO_LINE_MAX? To be called first. 0 or -EINVAL. */
int scenario_check_bytes(struct scenario_parser *parser);
/*
 * The next key and its value, which has no blanks around it, is not empty, and stays in
 * scenario->text. 1, 0 at the end, or -EINVAL.
 */
int scenario_next(struct scenario_parser *parser, enum scenario_key *key, char **value);

/* Sets the message, "FILE:LINE: ..." or, with line 0, "FILE: ...". Returns -EINVAL. */
int scenario_fail(struct scenario_parser *parser, unsigned int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same as "'KEY = VALUE': wrong", with the hint "'KEY' takes ...". */
int scenario_fail_value(struct scenario_parser *parser, enum scenario_key key, const char *value,
			const char *wrong);

#endif
