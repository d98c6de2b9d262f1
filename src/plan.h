/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hooks x facts -> plan: for each hook the function to attach to, how, and where
 * its arguments sit, or the reason why it cannot be. Decides from what this
 * kernel has, never from its version.
 */
#ifndef PLAN_H
#define PLAN_H

#include "hooks.h"
#include "kernel.h"

#include <stdbool.h>

#define PLAN_NO_ARGUMENT 0xffU

struct plan_hook {
	bool usable;
	const char *method;		      /* "fentry", "fmod_ret", "tp_btf"; NULL if unusable */
	char symbol[128];		      /* as resolved */
	char reason[240];		      /* why not, if not usable */
	char hint[240];			      /* the way out */
	unsigned int argument[HOOK_ARGS_MAX]; /* position, or PLAN_NO_ARGUMENT */
	unsigned int arguments;		      /* of the function, in all */
	unsigned int payload;		      /* position, or PLAN_NO_ARGUMENT: tracepoints */
	bool is_void;			      /* the function returns nothing */
};

struct plan {
	struct plan_hook hook[HOOK_COUNT];
	bool can_trace;	 /* every required hook is usable */
	bool can_inject; /* and the injection point */
	bool can_raise;	 /* which also knows of GERROR and of stalls */
	/* Why neither of them, in one line; "" if they can. */
	char problem[320];
	char hint[320];
};

void plan_make(struct plan *plan, const struct kernel *kernel);

#endif
