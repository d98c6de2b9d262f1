// SPDX-License-Identifier: GPL-2.0
/*
 * R18: secondary command queues are treated alike: the driver keeps what it knows about
 * errors by queue, not by SMMU. An ATC timeout at a CMD_SYNC of a queue that is not the SMMU's
 * own is an error for its list, and its device is fenced in time.
 */
#include "check/rules/rule.h"

static void list(struct check *check, const struct list_view *view)
{
	if (!view->queue->secondary || !view->hardware)
		return;
	if (view->submit->result >= 0)
		rule_broken(check, R18, SEEN, view->event, NULL, NULL,
			    "an ATC timeout on a secondary queue, and the list returned success");
}

static void end(struct check *check, const struct end_view *view)
{
	bool unconfirmed = false;

	if (!view->flow->secondary || !view->flow->timed_out)
		return;
	if (view->event->flags & SMMU_EVENT_NO_START)
		rule_unseen(check, R18);
	for (unsigned int i = 0; i < view->flow->suspect_count; i++) {
		const struct suspect *suspect = &view->flow->suspects[i];

		if (suspect_settled(suspect)) {
			unconfirmed |= suspect_unconfirmed(suspect);
			continue;
		}
		rule_broken(check, R18, NOT_SEEN, view->event, suspect->unit, NULL,
			    "an ATC timeout of %s on a secondary queue, and it was not fenced",
			    suspect->unit->name);
		return;
	}
	if (!unconfirmed)
		rule_held(check, R18);
}

const struct check_rule r18_every_queue = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_FENCE |
		 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_UNFENCE | 1U << SMMU_EVENT_ATS,
	.hooks = {"list", "ats_disable"},
	.pass_kinds = 1U << SMMU_EVENT_INVALIDATION,
	.pass_hooks = {"invalidation_domain|invalidation_master"},
	.each_suspect = true,
	.list = list,
	.end = end,
};
