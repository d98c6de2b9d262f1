/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Puts records in order of time. A record gets its time before its place in the ring, so those
 * of several CPUs arrive a little out of order, by as long as a CPU was held up in between. A
 * record is held back until another one is ORDER_HORIZON_NS newer, or there is no more room.
 * The output depends on the input alone, not on timing.
 */
#ifndef CHECK_ORDER_H
#define CHECK_ORDER_H

#include "event/record.h"

#include <stdbool.h>
#include <stddef.h>

#define ORDER_HORIZON_NS 200000000ULL
/* Bytes held back at most. */
#define ORDER_ROOM (64U << 20)

struct order_item {
	__u64 arrival; /* its number, which decides between equal times */
	size_t length;
	struct smmu_event *event;
};

struct order {
	struct order_item *items; /* a binary heap, the oldest on top */
	size_t count, room;
	size_t bytes;
	__u64 arrivals;
	__u64 newest_ns;
};

/* Zero is an empty order. Takes a copy. 0 or -ENOMEM. */
int order_put(struct order *order, struct event_record record);
/*
 * The next record that need not wait, or any if `all`; item->event is the caller's to free.
 * false: there is none.
 */
bool order_take(struct order *order, bool all, struct order_item *item);
/* Entries of the lists of this queue, among those held back, that began before `ns`. */
__u32 order_lists(const struct order *order, __u64 queue, __u64 ns);
/* The event that its CPU sent next, if it is among those held back; else NULL. */
const struct smmu_event *order_next(const struct order *order, const struct smmu_event *event);
void order_free(struct order *order);

#endif
