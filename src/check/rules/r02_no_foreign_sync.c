// SPDX-License-Identifier: GPL-2.0
/*
 * R2: no other flow's CMD_SYNC on the same queue can absorb an ATC timeout.
 *
 * Broken when an ATC list went out without a CMD_SYNC and another flow's list with one
 * began and ended between that list and the flow's own next CMD_SYNC. Lists that only
 * overlap do not count: their order in the queue is not known. Exercised by an ATC list with
 * its own CMD_SYNC that overlaps in time with another flow's CMD_SYNC on that queue: if it had
 * none of its own, the other one might have come in between.
 *
 * A CMD_SYNC of its own is no help if others come between it and the ATC_INV: a list is put into
 * the queue as a whole. Broken, too, by another flow's list with a CMD_SYNC that stands inside it:
 * it began where PROD had moved by a part of the list, and PROD had moved by no more than
 * itself as its flow's next list began, while the ATC list was still under way and nobody else's.
 */
#include "check/rules/rule.h"

#include "check/order.h"

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

/* The next list of that flow, if it began while the ATC list was under way. */
static const struct list_fact *next_of(const struct list_view *view, const struct list_fact *inner)
{
	const struct list_fact *next = NULL;

	for (unsigned int i = 0; i < LISTS_MAX; i++) {
		const struct list_fact *fact = &view->queue->lists[i];

		if (fact->end_ns && flow_same(&fact->flow, &inner->flow) &&
		    fact->start_ns >= inner->end_ns && fact->start_ns < view->end_ns &&
		    (!next || fact->start_ns < next->start_ns))
			next = fact;
	}
	return next;
}

/* Nobody else can have moved PROD between the start of the ATC list and that of `next`. */
static bool alone(const struct track *track, const struct list_view *view,
		  const struct list_fact *inner, const struct list_fact *next)
{
	const struct queue *queue = view->queue;

	for (unsigned int i = 0; i < LISTS_MAX; i++) {
		const struct list_fact *fact = &queue->lists[i];

		if (fact->end_ns > view->start_ns && fact->start_ns < next->start_ns &&
		    fact != inner)
			return false;
	}
	/* If the oldest one that is known was under way, there may have been more. */
	if (queue->next_list >= LISTS_MAX &&
	    queue->lists[queue->next_list % LISTS_MAX].end_ns > view->start_ns)
		return false;
	return track->ahead && !order_lists(track->ahead, queue->queue, next->start_ns);
}

static bool stands_inside(const struct track *track, const struct list_view *view,
			  const struct list_fact *inner)
{
	const __u32 mask = view->queue->mask, behind = (inner->prod - view->submit->prod) & mask;
	const struct list_fact *next;

	if (!inner->sync || inner->start_ns <= view->start_ns || inner->end_ns >= view->end_ns ||
	    flow_same(&inner->flow, &view->flow->id) || !behind || behind > view->submit->commands)
		return false;
	next = next_of(view, inner);
	return next && ((next->prod - inner->prod) & mask) == inner->length &&
	       alone(track, view, inner, next);
}

static void look_inside(struct check *check, const struct list_view *view)
{
	if (!view->started || view->event->flags & SMMU_EVENT_EXACT)
		return;
	for (unsigned int i = 0; i < LISTS_MAX; i++) {
		const struct list_fact *inner = &view->queue->lists[i];

		if (!stands_inside(check_track(check), view, inner))
			continue;
		rule_broken(check, R2, NOT_SEEN, view->event, NULL, NULL,
			    "thread %u put a list with a CMD_SYNC between these %u ATC_INV and "
			    "their own",
			    inner->flow.tid, view->submit->commands);
		return;
	}
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
		look_inside(check, view);
	}
	if (view->sync)
		look_at_others(check, view);
}

const struct check_rule r02_no_foreign_sync = {
	.kinds = 1U << SMMU_EVENT_SUBMIT,
	.hooks = {"list"},
	.list = list,
};
