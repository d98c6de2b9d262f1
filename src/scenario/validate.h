/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCENARIO_VALIDATE_H
#define SCENARIO_VALIDATE_H

#include "scenario/parse.h"

/*
 * Once all keys are taken: is one missing, do two contradict each other? 0 or -EINVAL.
 * Reentrant.
 */
int scenario_validate(struct scenario_parser *parser);

#endif
