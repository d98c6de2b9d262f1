// SPDX-License-Identifier: GPL-2.0
/*
 * R7: after hardware reported a timeout for a list of several devices each of them is asked
 * again with a CMD_SYNC of its own, and only one that fails alone is fenced (Jason, Shuai).
 * A timeout of the software's own poll may fence unasked: asking costs a second each. Who has
 * no failure of its own, as a reset that takes the device off ATS meanwhile, is not meant.
 *
 * Alone means alone in a list of the flow that fences. What a list of another flow came to
 * at the same time counts only if the one that fences has asked nobody itself, as a work
 * item has not.
 */
#include "check/rules/rule.h"

/* A poll in this invalidation ran out of time, of whomever: then the rest is not asked. */
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
	/* Not by an invalidation that failed: a reset, or a detach, came in between. */
	if (!flow->suspect_count)
		return;
	if (failed_alone(flow, unit) || out_of_time(flow))
		return;
	flow->wrong_fence = true;
	rule_broken(check, 7, NOT_SEEN, event, unit, &fence->stack,
		    "%s was fenced and has never failed alone", unit->name);
}

static void end(struct check *check, const struct end_view *view)
{
	bool settled = true, asked = false;

	if (!view->flow->several || view->flow->wrong_fence)
		return;
	for (unsigned int i = 0; i < view->flow->suspect_count; i++) {
		const struct suspect *suspect = &view->flow->suspects[i];

		if (!suspect_settled(suspect) && !suspect->alone)
			settled = false; /* R6 says so */
		asked |= suspect->answered || suspect->alone;
	}
	if (settled && asked)
		rule_held(check, 7);
}

const struct check_rule r07_isolate = {
	.number = 7,
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_UNFENCE,
	.hooks = {"list"},
	.fence = fence,
	.end = end,
};
