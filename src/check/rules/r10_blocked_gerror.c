// SPDX-License-Identifier: GPL-2.0
/*
 * R10: an issuer that waits with interrupts off, on the CPU that is to take the GERROR
 * interrupt, finds the error by itself; so does one that waits for room in the queue. Exercised
 * by an injected GERROR whose interrupt the issuer blocks: its wait has to stay within the
 * budget. Without an injection, it is broken by a list that waited longer than the budget and
 * returned while CMDQ_ERR was still active.
 */
#include "check/rules/rule.h"

#include "base/text.h"

static void list(struct check *check, const struct list_view *view)
{
	__u64 wait = view->submit->duration_ns;
	char time[TEXT_NUMBER_LEN];

	if (!view->blocked)
		return;
	if (!view->started) {
		rule_unseen(check, R10);
		return;
	}
	rule_measure(check, R10, "longest wait of the issuer", wait);
	if (wait <= check_options_of(check)->budget_blocked_ns)
		rule_held(check, R10);
	else
		rule_broken(check, R10, SEEN, view->event, NULL, NULL,
			    "the issuer waited %s for a GERROR whose interrupt it blocked itself",
			    text_duration(wait, time));
}

static void registers(struct check *check, const struct smmu_event *event,
		      const struct smmu_registers *registers)
{
	char time[TEXT_NUMBER_LEN];

	if (!((registers->gerror ^ registers->gerrorn) & SMMU_GERROR_CMDQ_ERR) ||
	    event->flags & SMMU_EVENT_SYNTHETIC ||
	    registers->duration_ns <= check_options_of(check)->budget_blocked_ns)
		return;
	rule_broken(check, R10, SEEN, event, NULL, NULL,
		    "a list returned after %s with GERROR.CMDQ_ERR still active",
		    text_duration(registers->duration_ns, time));
}

const struct check_rule r10_blocked_gerror = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_REGISTERS,
	.hooks = {"list"},
	.list = list,
	.registers = registers,
};
