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

/*
 * Has it failed, and not answered since? For the flow that fences its own list and its own answer
 * count, whatever a reset has made of the device meanwhile.
 */
static bool failed(struct flow *flow, const struct unit *unit)
{
	const struct suspect *suspect = flow_suspect(flow, unit);

	if (suspect)
		return !suspect->answered;
	return unit->accused_ns && unit->cleared_ns <= unit->accused_ns;
}

static void blame(struct check *check, const struct smmu_event *event, const struct unit *unit,
		  const struct smmu_stack *stack)
{
	if (unit->accused_ns)
		rule_broken(check, R20, SEEN, event, unit, stack,
			    "%s was fenced after it had answered again", unit->name);
	else
		rule_broken(check, R20, NOT_SEEN, event, unit, stack,
			    "%s was fenced, and was in no list that failed after it had begun",
			    unit->name);
}

static void unexplained(struct check *check, struct unit *unit)
{
	const struct smmu_event event = {
		.ts_ns = unit->unexplained_ns, .tid = unit->unexplained_tid, .cpu = CPU_ANY};

	if (unit->unexplained_ns)
		blame(check, &event, unit, NULL);
	unit->unexplained_ns = 0;
}

static void fence(struct check *check, const struct smmu_event *event,
		  const struct smmu_fence *fence, struct unit *unit, struct flow *flow)
{
	/* Once for a function, whose StreamIDs are fenced one after the other. */
	if (in_reset(unit) || unit_fenced_in_part(check_track(check), unit, fence->sid))
		return;
	if (failed(flow, unit)) {
		rule_held(check, R20);
	} else if (!flow_suspect(flow, unit)) {
		/* The driver may be preparing for a reset, or attaching: that shows later. */
		unexplained(check, unit);
		unit->unexplained_ns = event->ts_ns;
		unit->unexplained_tid = event->tid;
	} else {
		blame(check, event, unit, &fence->stack);
	}
}

static void reset(struct check *check, const struct smmu_event *event,
		  const struct smmu_reset *reset, struct unit *unit)
{
	(void)check;
	if (reset->phase == SMMU_RESET_PREPARE &&
	    soon_after(event, unit->unexplained_tid, unit->unexplained_ns))
		unit->unexplained_ns = 0;
}

/* An attach may take it away and give it back before ATS is on in the function. */
static void unfence(struct check *check, const struct smmu_event *event, struct unit *unit)
{
	if (soon_after(event, unit->unexplained_tid, unit->unexplained_ns))
		unit->unexplained_ns = 0;
	unexplained(check, unit);
}

static void finish(struct check *check)
{
	struct track *track = check_track(check);

	for (size_t i = 0; i < track->unit_count; i++)
		unexplained(check, track->units[i]);
}

const struct check_rule r20_no_collateral = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_REGISTERS |
		 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_UNFENCE |
		 1U << SMMU_EVENT_RESET,
	.hooks = {"list", "reset"},
	.each_suspect = true,
	.fence = fence,
	.unfence = unfence,
	.reset = reset,
	.close = finish,
};
