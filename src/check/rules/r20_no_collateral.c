// SPDX-License-Identifier: GPL-2.0
/*
 * R20: no device is fenced that cannot be the one that was silent: that was in no list that
 * failed after it had begun, and in no list without a CMD_SYNC before one; or that has answered
 * the flow that asked it again, after its last failure and before the fence. Exercised by each
 * fence. R7 is stricter where the driver can ask; this holds for every driver, however long the
 * SMMU waits. A device that is being reset is taken off ATS for that.
 */
#include "check/rules/rule.h"

static bool in_reset(const struct unit *unit)
{
	return unit->reset_depth > 0 || unit->reset_running;
}

/* It answered the flow that had failed with it: for the flow that fences its own answer counts. */
static bool answered(struct flow *flow, const struct unit *unit)
{
	const struct suspect *suspect = flow_suspect(flow, unit);

	return suspect ? suspect->answered : unit->cleared_ns > unit->accused_ns;
}

static void fence(struct check *check, const struct smmu_event *event,
		  const struct smmu_fence *fence, struct unit *unit, struct flow *flow)
{
	/* Once for a function, whose StreamIDs are fenced one after the other. */
	if (in_reset(unit) || unit_fenced_in_part(check_track(check), unit, fence->sid))
		return;
	if (!unit->accused_ns)
		rule_broken(check, R20, NOT_SEEN, event, unit, &fence->stack,
			    "%s was fenced, and was in no list that failed after it had begun",
			    unit->name);
	else if (answered(flow, unit))
		rule_broken(check, R20, SEEN, event, unit, &fence->stack,
			    "%s was fenced after it had answered again", unit->name);
	else
		rule_held(check, R20);
}

const struct check_rule r20_no_collateral = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_REGISTERS |
		 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_UNFENCE |
		 1U << SMMU_EVENT_RESET,
	.hooks = {"list", "reset"},
	.each_suspect = true,
	.fence = fence,
};
