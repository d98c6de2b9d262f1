// SPDX-License-Identifier: GPL-2.0
/*
 * R2: no other flow's CMD_SYNC on the same queue can absorb an ATC timeout.
 *
 * Broken when an ATC list went out without a CMD_SYNC and another flow's list with one
 * began and ended between that list and the flow's own next CMD_SYNC. Lists that only
 * overlap do not count: their order in the queue is not known. Exercised by an ATC list with
 * its own CMD_SYNC that overlaps in time with another flow's CMD_SYNC on that queue: if it had
 * none of its own, the other one might have come in between.
 */
#include "check/rules/rule.h"

static bool overlaps(const struct list_view *view)
{
	for (unsigned int i = 0; i < LISTS_MAX; i++) {
		const struct list_fact *fact = &view->queue->lists[i];

		if (fact->sync && fact->end_ns > view->start_ns &&
		    !flow_same(&fact->flow, &view->flow->id))
			return true;
	}
	return false;
}

/* Flows that have not sent their own CMD_SYNC: did this one come first? */
static void look_at_others(struct check *check, const struct list_view *view)
{
	struct track *track = check_track(check);

	for (unsigned int i = 0; i < LISTS_MAX; i++) {
		const struct list_fact *fact = &view->queue->lists[i];
		struct flow *other;

		if (!fact->atc || fact->sync || flow_same(&fact->flow, &view->flow->id))
			continue;
		other = track_known_flow(track, &fact->flow);
		if (!other || other->unsynced_queue != view->queue->queue)
			continue;
		if (!view->started && other->unsynced_end_ns < view->end_ns)
			rule_unseen(check, R2);
		if (!view->started || other->unsynced_end_ns > view->start_ns)
			continue;
		other->foreign_sync = true;
		other->foreign_end_ns = view->end_ns;
		other->foreign_by = view->flow->id;
	}
}

static void list(struct check *check, const struct list_view *view)
{
	struct flow *flow = view->flow;

	if (view->sync && flow->unsynced_queue == view->queue->queue) {
		if (flow->foreign_sync && !view->started)
			rule_unseen(check, R2);
		else if (flow->foreign_sync && flow->foreign_end_ns <= view->start_ns)
			rule_broken(check, R2, NOT_SEEN, view->event, NULL, NULL,
				    "between a list of ATC_INV and its CMD_SYNC thread %u issued "
				    "a CMD_SYNC of its own",
				    flow->foreign_by.tid);
		flow->unsynced_queue = 0;
		flow->foreign_sync = false;
	}
	if (view->atc && !view->sync) {
		flow->unsynced_queue = view->queue->queue;
		flow->unsynced_end_ns = view->end_ns;
	} else if (view->atc && view->started && overlaps(view)) {
		rule_held(check, R2);
	}
	if (view->sync)
		look_at_others(check, view);
}

const struct check_rule r02_no_foreign_sync = {
	.kinds = 1U << SMMU_EVENT_SUBMIT,
	.hooks = {"list"},
	.list = list,
};
