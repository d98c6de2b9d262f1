/* SPDX-License-Identifier: GPL-2.0 */
/* Decides how one hook on a function is attached, or why it is not: a part of plan_make(). */
#ifndef PLAN_FUNCTION_H
#define PLAN_FUNCTION_H

#include "plan/plan.h"

/* Fills in *planned. Pure. */
void plan_function(struct plan_hook *planned, const struct hook *hook, const struct kernel *kernel,
		   const struct plan_options *options);

#endif
