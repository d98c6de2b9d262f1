/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where in its queue a list is, as far as that is certain. `prod` of a submit is read at the
 * list's entry, and other CPUs may put their lists in front of it after that: so its place is
 * a range, which the lists that were under way at the same time, the next list's reading and
 * CMDQ_PROD at its return make as small as they can.
 */
#ifndef CHECK_PLACE_H
#define CHECK_PLACE_H

#include "smmu_event.h"

#include <stdbool.h>

struct order;
struct queue;

/* The index of a list's first command is first + n, that of its CMD_SYNC sync + n, n <= slack. */
struct place {
	__u32 first, sync;
	__u32 slack; /* 0: exact */
	__u32 mask;  /* of an index of this queue, with its wrap bit */
};

/*
 * ahead: the events that are still to be followed. registers: those that were read when the list
 * returned, or NULL.
 */
struct place place_of(const struct queue *queue, const struct order *ahead,
		      const struct smmu_event *event, const struct smmu_registers *registers);
/* May the list's CMD_SYNC be at this index? */
bool place_may_be(const struct place *place, __u32 index);
/* CONS stands before the list's first command, for certain: none of its commands has begun. */
bool place_not_begun(const struct place *place, __u32 cons);

#endif
