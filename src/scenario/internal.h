/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of the parser of scenarios share. Reentrant. */
#ifndef SCENARIO_INTERNAL_H
#define SCENARIO_INTERNAL_H

#include "scenario/scenario.h"

struct scenario_key_text {
	const char *name;
	const char *takes;
};
extern const struct scenario_key_text scenario_keys[SCENARIO_KEY_COUNT];

struct scenario_parser {
	struct scenario *scenario;
	struct scenario_error *error;
	const char *file;
	char *at;	      /* the next line, within scenario->text */
	char *end;	      /* of all lines */
	unsigned int line;    /* number of the line before `at` */
	unsigned int started; /* where the key that is worked on stands */
};

/* Both return -EINVAL; hint: see scenario_hint(). */
int scenario_fail(struct scenario_parser *parser, unsigned int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* "'KEY' takes ..." */
int scenario_fail_value(struct scenario_parser *parser, enum scenario_key key, const char *value,
			const char *wrong);
/* Adds to the hint, as far as there is room. */
void scenario_hint(struct scenario_parser *parser, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One key's value into the scenario; the value has no blanks around it and is not empty. */
int scenario_take(struct scenario_parser *parser, enum scenario_key key, char *value);
/* What the keys say together: one that is missing, two that contradict each other. */
int scenario_validate(struct scenario_parser *parser);

#endif
