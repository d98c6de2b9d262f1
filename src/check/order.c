// SPDX-License-Identifier: GPL-2.0
#include "check/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool before(const struct order_item *a, const struct order_item *b)
{
	if (a->event->ts_ns != b->event->ts_ns)
		return a->event->ts_ns < b->event->ts_ns;
	return a->arrival < b->arrival;
}

static void swap(struct order_item *a, struct order_item *b)
{
	struct order_item other = *a;

	*a = *b;
	*b = other;
}

static int make_room(struct order *order)
{
	size_t room = order->room ? 2 * order->room : 1024;
	struct order_item *items;

	if (order->count < order->room)
		return 0;
	items = realloc(order->items, room * sizeof(*items));
	if (!items)
		return -ENOMEM;
	order->items = items;
	order->room = room;
	return 0;
}

int order_put(struct order *order, struct event_record record)
{
	struct smmu_event *copy;
	size_t at = order->count;

	if (make_room(order))
		return -ENOMEM;
	copy = malloc(record.length);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, record.event, record.length);
	order->items[at] = (struct order_item){order->arrivals++, record.length, copy};
	order->count++;
	order->bytes += record.length;
	if (copy->ts_ns > order->newest_ns)
		order->newest_ns = copy->ts_ns;
	while (at && before(&order->items[at], &order->items[(at - 1) / 2])) {
		swap(&order->items[at], &order->items[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	return 0;
}

static void sift_down(struct order *order)
{
	size_t at = 0;

	for (;;) {
		size_t least = at, left = 2 * at + 1, right = left + 1;

		if (left < order->count && before(&order->items[left], &order->items[least]))
			least = left;
		if (right < order->count && before(&order->items[right], &order->items[least]))
			least = right;
		if (least == at)
			return;
		swap(&order->items[at], &order->items[least]);
		at = least;
	}
}

bool order_take(struct order *order, bool all, struct order_item *item)
{
	if (!order->count)
		return false;
	if (!all && order->bytes < ORDER_ROOM &&
	    order->items[0].event->ts_ns + ORDER_HORIZON_NS > order->newest_ns)
		return false;
	*item = order->items[0];
	order->bytes -= item->length;
	order->items[0] = order->items[--order->count];
	sift_down(order);
	return true;
}

const struct smmu_event *order_next(const struct order *order, const struct smmu_event *event)
{
	for (size_t i = 0; i < order->count; i++) {
		const struct smmu_event *held = order->items[i].event;

		if (held->cpu == event->cpu && held->seq == event->seq + 1)
			return held;
	}
	return NULL;
}

void order_free(struct order *order)
{
	for (size_t i = 0; i < order->count; i++)
		free(order->items[i].event);
	free(order->items);
}

__u32 order_lists(const struct order *order, __u64 queue, __u64 ns)
{
	__u32 entries = 0;

	for (size_t i = 0; i < order->count; i++) {
		const struct smmu_event *event = order->items[i].event;
		const struct smmu_submit *submit = event_payload(event);

		if (event->kind == SMMU_EVENT_SUBMIT && submit->queue == queue &&
		    event->ts_ns - submit->duration_ns < ns)
			entries += submit->commands + 1;
	}
	return entries;
}
