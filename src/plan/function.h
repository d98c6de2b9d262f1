/* SPDX-License-Identifier: GPL-2.0 */
/* How one hook on a function is attached, or why not: the part of plan.c with choices. */
#ifndef PLAN_FUNCTION_H
#define PLAN_FUNCTION_H

#include "plan/plan.h"

void plan_function(struct plan_hook *planned, const struct hook *hook, const struct kernel *kernel,
		   const struct plan_options *options);

#endif
