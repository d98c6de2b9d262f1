/* SPDX-License-Identifier: GPL-2.0 */
/* What BTF says of the arguments of a function or a tracepoint. Pure. */
#ifndef PLAN_PROTOTYPE_H
#define PLAN_PROTOTYPE_H

#include "plan/plan.h"

/* Does the hook read anything of which only a prototype tells where it is? */
bool prototype_needed(const struct hook *hook);
/* Where the arguments are that the hook reads; false and a reason if they are not there. */
bool prototype_place(struct plan_hook *planned, const struct hook *hook,
		     const struct function_facts *facts);
/* Where the one argument of a tracepoint is that is read. */
void prototype_place_payload(struct plan_hook *planned, enum hook_payload payload,
			     const struct function_facts *facts);

#endif
