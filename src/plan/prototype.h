/* SPDX-License-Identifier: GPL-2.0 */
/* Finds the arguments of a function or a tracepoint in BTF. Pure and thread safe. */
#ifndef PLAN_PROTOTYPE_H
#define PLAN_PROTOTYPE_H

#include "plan/plan.h"

/* Does the hook read anything, so that it needs a prototype to find it? */
bool prototype_needed(const struct hook *hook);
/*
 * Fills in the positions of the arguments that the hook reads. False, with reason and hint, if
 * one of them is missing or not what it should be.
 */
bool prototype_place(struct plan_hook *planned, const struct hook *hook,
		     const struct function_facts *facts);
/* Fills in the position of the one argument that is read of a tracepoint, if any. */
void prototype_place_payload(struct plan_hook *planned, enum hook_payload payload,
			     const struct function_facts *facts);

#endif
