/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Puts records in order of time. A record gets its time before its place in the ring, so
 * across CPUs they come a little out of order; how much depends on what kept the CPU in
 * between. Held back until one is ORDER_HORIZON_NS newer, or there is no more room. What
 * comes out depends on nothing but what went in.
 */
#ifndef CHECK_ORDER_H
#define CHECK_ORDER_H

#include "smmu_event.h"

#include <stdbool.h>
#include <stddef.h>

#define ORDER_HORIZON_NS 200000000ULL
/* Bytes held back at most. */
#define ORDER_ROOM (64U << 20)

struct order_item {
	__u64 arrival; /* number of it, among equals */
	size_t length;
	struct smmu_event *event;
};

struct order {
	struct order_item *items; /* a heap, the oldest first */
	size_t count, room;
	size_t bytes;
	__u64 arrivals;
	__u64 newest_ns;
};

/* Takes a copy. 0 or -ENOMEM. */
int order_put(struct order *order, const struct smmu_event *event, size_t length);
/* The next one that may go, the caller's to free; all: whatever is there. */
bool order_take(struct order *order, bool all, struct order_item *item);
void order_free(struct order *order);

#endif
