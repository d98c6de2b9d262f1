// SPDX-License-Identifier: GPL-2.0
/*
 * R18: secondary command queues are treated alike: the driver keeps what it knows about
 * errors by queue, not by SMMU. An ATC timeout at a CMD_SYNC of a queue that is not the SMMU's
 * own is an error for its list, and its device is fenced in time.
 *
 * What goes wrong on one queue changes nothing for another: a list is put into the queue that it is
 * given to. Broken by one that returned success although PROD of its queue did not move by as many
 * commands until the next list began. ATC_INV for a device that has failed or is fenced may be
 * left out.
 */
#include "check/rules/rule.h"

#include "check/order.h"

/* May none of its commands be left out? */
static bool must_be_put(struct track *track, const struct list_view *view)
{
	const struct smmu_submit *submit = view->submit;

	if (!view->started || submit->result < 0 || !submit->commands ||
	    submit->captured < submit->commands)
		return false;
	for (unsigned int i = 0; i < submit->captured; i++) {
		const __u64 word = submit->command[i].word[0];
		const struct unit *unit;

		if (SMMU_CMD_OPCODE(word) != SMMU_OP_ATC_INV)
			continue;
		unit = track_unit(track, submit->smmu, SMMU_CMD_SID(word));
		if (!unit || unit->failed_ns || unit->fences)
			return false;
	}
	return true;
}

/* The smallest queue that Linux takes has room for 128 commands: twice as many indices. */
#define INDICES_MIN 256

/* Could lists of others have moved PROD once around, so that it looks as if it had not moved? */
static bool may_wrap(const struct track *track, const struct list_view *view)
{
	const struct queue *queue = view->queue;
	__u32 entries = queue->put.length;

	if (!track->ahead ||
	    (queue->next_list >= LISTS_MAX &&
	     queue->lists[queue->next_list % LISTS_MAX].end_ns > queue->put.start_ns))
		return true;
	for (unsigned int i = 0; i < LISTS_MAX; i++) {
		if (queue->lists[i].end_ns > queue->put.start_ns)
			entries += queue->lists[i].length;
	}
	return entries + order_lists(track->ahead, queue->queue, view->start_ns) >= INDICES_MIN;
}

static void look_at_put(struct check *check, const struct list_view *view)
{
	struct track *track = check_track(check);
	struct list_fact *put = &view->queue->put;
	const __u32 moved = (view->submit->prod - put->prod) & view->queue->mask;

	if (put->end_ns && view->started && view->start_ns >= put->end_ns && moved < put->length &&
	    !may_wrap(track, view))
		rule_broken(check, R18, SEEN, view->event, NULL, NULL,
			    "a list of %u commands of thread %u returned success, and PROD of its "
			    "queue has moved by %u",
			    put->length, put->flow.tid, moved);
	put->end_ns = 0;
	if (must_be_put(track, view))
		*put = (struct list_fact){
			.flow = view->flow->id,
			.start_ns = view->start_ns,
			.end_ns = view->end_ns,
			.length = view->submit->commands,
			.prod = view->submit->prod,
		};
}

static void list(struct check *check, const struct list_view *view)
{
	look_at_put(check, view);
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
