/* SPDX-License-Identifier: GPL-2.0 */
/* Messages and hints about an injection rule. For src/inject/ only. Reentrant. */
#ifndef INJECT_RULE_ERROR_H
#define INJECT_RULE_ERROR_H

#include "inject/rule.h"

/* Sets the message; returns err, so that a caller can return it. */
int inject_rule_fail(struct inject_rule_error *error, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Adds to the hint, as far as there is room. */
void inject_rule_hint(struct inject_rule_error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
