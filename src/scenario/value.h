/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCENARIO_VALUE_H
#define SCENARIO_VALUE_H

#include "scenario/parse.h"

/* Puts a value of scenario_next() into parser->scenario. 0 or -EINVAL. Reentrant. */
int scenario_take(struct scenario_parser *parser, enum scenario_key key, char *value);

#endif
