// SPDX-License-Identifier: GPL-2.0
/*
 * R6: a device that does not answer has EATS off, CFGI_STE and CMD_SYNC done, before the
 * invalidation returns; also after a timeout of the software's own poll.
 *
 * When the invalidation ends, each of its suspects has to have answered for all that it was asked,
 * or to be fenced, by this flow or another one, or to have been reset since. A fence whose CMD_SYNC
 * failed is not confirmed by the SMMU: it counts as done, but not for a pass, and the result says
 * so; the same holds in R16 and R18. A CFGI_STE on a queue that the driver keeps for some commands
 * only, like those for guests of a Tegra241, tells the SMMU nothing.
 */
#include "check/rules/rule.h"

#include "base/text.h"

static void end(struct check *check, const struct end_view *view)
{
	const struct suspect *open = NULL;
	unsigned int fences = 0, left = 0;
	bool unconfirmed = false;

	if (view->event->flags & SMMU_EVENT_NO_START)
		rule_unseen(check, R6); /* it ended when that list began, which was not seen */
	for (unsigned int i = 0; i < view->flow->suspect_count; i++) {
		const struct suspect *suspect = &view->flow->suspects[i];

		if (suspect_settled(suspect)) {
			/* By a fence, or by a detach, or by a reset. */
			fences += !suspect->answered &&
				  (!suspect->elsewhere || unit_barred(suspect->unit));
			unconfirmed |= suspect_unconfirmed(suspect);
		} else {
			left++;
			if (!open || suspect->injected)
				open = suspect;
		}
	}
	if (left > 1)
		rule_broken(check, R6, NOT_SEEN, view->event, open->unit, NULL,
			    "the invalidation ended, and %s and %u more devices were neither "
			    "answered nor fenced",
			    open->unit->name, left - 1);
	else if (left)
		rule_broken(check, R6, NOT_SEEN, view->event, open->unit, NULL,
			    "the invalidation ended, and %s was neither answered nor fenced",
			    open->unit->name);
	else if (unconfirmed)
		rule_note(
			check, R6,
			"not every fence was confirmed by the SMMU, its CMD_SYNC failed: of those "
			"none counts");
	else if (fences)
		rule_held(check, R6);
}

/* A fence that came too late, with its stack. */
static void fence(struct check *check, const struct smmu_event *event,
		  const struct smmu_fence *fence, struct unit *unit, struct flow *flow)
{
	char time[TEXT_NUMBER_LEN];

	(void)flow;
	if (!unit->returned_ns || event->ts_ns < unit->returned_ns)
		return;
	rule_broken(check, R6, SEEN, event, unit, &fence->stack,
		    "%s was fenced %s after the invalidation had returned", unit->name,
		    text_duration(event->ts_ns - unit->returned_ns, time));
}

const struct check_rule r06_fence_before_return = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_FENCE |
		 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_UNFENCE | 1U << SMMU_EVENT_ATS,
	.hooks = {"list", "ats_disable"},
	.pass_kinds = 1U << SMMU_EVENT_INVALIDATION,
	.pass_hooks = {"invalidation_domain|invalidation_master"},
	.each_suspect = true,
	.end = end,
	.fence = fence,
};
