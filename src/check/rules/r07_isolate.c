// SPDX-License-Identifier: GPL-2.0
/*
 * R7: after hardware reported a timeout for a list of several devices, each of them is asked
 * again with a CMD_SYNC of its own, and only a device that fails alone is fenced. After a timeout
 * of the software's own poll, devices of the lists that waited may be fenced unasked, as asking
 * costs a second each: that is neither a violation nor a pass, and the result says so. A device of
 * a list of which nothing had begun, as the queue stood at somebody else's CMD_SYNC, is none of
 * those. A flow without a failure is exempt: a work item, or a reset that takes the device off ATS.
 *
 * Alone means alone in a list of the flow that fences. A failure in another flow's list counts
 * only for a device that is not among the suspects of the flow that fences.
 */
#include "check/rules/rule.h"

/* A poll in this invalidation ran out of time: then the other devices are not asked. */
static bool out_of_time(const struct flow *flow)
{
	for (unsigned int i = 0; i < flow->suspect_count; i++) {
		if (flow->suspects[i].software)
			return true;
	}
	return false;
}

static bool failed_alone(struct flow *flow, const struct unit *unit)
{
	const struct suspect *suspect = flow_suspect(flow, unit);

	if (suspect)
		return suspect->alone || suspect->software;
	return unit->blamed_ns || unit->software_ns;
}

static void fence(struct check *check, const struct smmu_event *event,
		  const struct smmu_fence *fence, struct unit *unit, struct flow *flow)
{
	const struct suspect *suspect = flow_suspect(flow, unit);

	/* The flow has no failure of its own: a work item, a reset, or a detach. */
	if (!flow->suspect_count && !flow->harmed)
		return;
	/* Once for a function, whose StreamIDs are fenced one after the other. */
	if (unit_fenced_in_part(check_track(check), unit, fence->sid))
		return;
	if (suspect && !suspect->alone && out_of_time(flow))
		flow->unasked = true;
	if (failed_alone(flow, unit) || (suspect && out_of_time(flow)))
		return;
	flow->wrong_fence = true;
	rule_broken(check, R7, NOT_SEEN, event, unit, &fence->stack,
		    "%s was fenced and has never failed alone", unit->name);
}

static void end(struct check *check, const struct end_view *view)
{
	bool settled = true, asked = false;

	if (view->flow->unasked)
		rule_note(
			check, R7,
			"not every device was asked again before it was fenced, as a poll ran out "
			"of time: those do not count");
	if (view->flow->wrong_fence || !(view->flow->several || view->flow->untold))
		return;
	for (unsigned int i = 0; i < view->flow->suspect_count; i++) {
		const struct suspect *suspect = &view->flow->suspects[i];

		if (!suspect_settled(suspect) && !suspect->alone)
			settled = false; /* a matter of R6 */
		asked |= suspect->answered || suspect->alone;
	}
	if (settled && asked && !view->flow->unasked)
		rule_held(check, R7);
}

const struct check_rule r07_isolate = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_STE |
		 1U << SMMU_EVENT_UNFENCE,
	.hooks = {"list"},
	.each_suspect = true,
	.fence = fence,
	.end = end,
};
