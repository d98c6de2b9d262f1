// SPDX-License-Identifier: GPL-2.0
#include "check/place.h"

#include "check/order.h"
#include "check/track.h"
#include "event/record.h"
#include "smmu_arch.h"

static __u32 length_of(const struct smmu_event *event, const struct smmu_submit *submit)
{
	return submit->commands + !!(event->flags & SMMU_EVENT_SYNC);
}

/* Entries of the lists that had returned and were under way at the same time. */
static __u32 returned_meanwhile(const struct queue *queue, __u64 start_ns, __u32 all)
{
	__u32 entries = 0;

	for (unsigned int i = 0; i < LISTS_MAX; i++) {
		const struct list_fact *fact = &queue->lists[i];

		if (fact->end_ns > start_ns)
			entries += fact->length;
	}
	/* If the oldest one that is known still was, there may have been more. */
	return queue->next_list >= LISTS_MAX &&
			       queue->lists[queue->next_list % LISTS_MAX].end_ns > start_ns
		       ? all
		       : entries;
}

struct view_ahead {
	const struct smmu_event *list;
	__u64 end_ns, queue;
	__u64 next_ns; /* start of the first list after it; 0: none seen */
	__u32 next_prod;
	__u32 meanwhile; /* entries of lists that were under way at the same time */
};

static void look_at(struct view_ahead *view, const struct smmu_event *event)
{
	const struct smmu_submit *submit = event_payload(event);
	__u64 start;

	if (event->kind != SMMU_EVENT_SUBMIT || event == view->list || submit->queue != view->queue)
		return;
	start = event->ts_ns - submit->duration_ns;
	if (event->flags & SMMU_EVENT_NO_START || start < view->end_ns) {
		view->meanwhile += length_of(event, submit);
	} else if (!view->next_ns || start < view->next_ns) {
		view->next_ns = start;
		view->next_prod = submit->prod;
	}
}

struct place place_of(const struct queue *queue, const struct order *ahead,
		      const struct smmu_event *event, const struct smmu_registers *registers)
{
	const struct smmu_submit *submit = event_payload(event);
	__u32 length = length_of(event, submit), mask = queue->mask, behind;
	struct view_ahead view = {
		.list = event,
		.end_ns = event->ts_ns,
		.queue = submit->queue,
	};
	struct place place = {
		.first = submit->prod & mask,
		.sync = (submit->prod + submit->commands) & mask,
		.mask = mask,
	};

	if (event->flags & SMMU_EVENT_EXACT)
		return place;
	if (event->flags & SMMU_EVENT_NO_START) {
		place.slack = mask;
		return place;
	}
	for (size_t i = 0; ahead && i < ahead->count; i++)
		look_at(&view, ahead->items[i].event);
	place.slack = returned_meanwhile(queue, event->ts_ns - submit->duration_ns, mask) +
		      view.meanwhile;
	if (view.next_ns) {
		behind = (view.next_prod - submit->prod - length) & mask;
		place.slack = behind < place.slack ? behind : place.slack;
	}
	if (registers) {
		behind = (registers->prod - submit->prod - length) & mask;
		place.slack = behind < place.slack ? behind : place.slack;
	}
	return place;
}

bool place_may_be(const struct place *place, __u32 index)
{
	return ((index - place->sync) & place->mask) <= place->slack;
}

bool place_not_begun(const struct place *place, __u32 cons)
{
	__u32 ahead = (place->first - SMMU_CONS_INDEX(cons)) & place->mask;

	/* A queue holds half as many entries as there are indices with the wrap bit. */
	return ahead && ahead <= place->mask / 2 + 1;
}
