/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When a queue stood still because the SMMU waited for a device that did not answer: as far as
 * lists and errors show it, which no injection is behind. That time is not the driver's.
 *
 * A list waits for its CMD_SYNC. The SMMU waited until an error was found while the list was
 * under way, or until the driver's poll gave up. A wait that ended in an answer shows nowhere.
 */
#ifndef CHECK_STOOD_H
#define CHECK_STOOD_H

#include "smmu_event.h"

#include <stdbool.h>

#define STOOD_MAX 64

/* Of one queue. Zero: it never stood still. */
struct stood {
	__u64 error_ns; /* CERROR_ATC_INV_SYNC was found last */
	/*
	 * Of the last list that ran out of the poll's time, while nothing shows that the queue has
	 * gone on since; 0: it has.
	 */
	__u64 open_start_ns, open_end_ns;
	__u64 longest_ns; /* span */
	struct {
		__u64 from_ns, to_ns;
	} spans[STOOD_MAX]; /* the last ones, a ring; they do not overlap */
	unsigned int next;
};

/* Both in order of time. An error was found; a list returned, timed_out: with ETIMEDOUT. */
void stood_error(struct stood *stood, __u64 now);
void stood_list(struct stood *stood, __u64 start_ns, __u64 end_ns, bool timed_out);
/* May it still stand still? Not longer than SMMU_LONGEST_WAIT_NS after a list gave up. */
bool stood_open(const struct stood *stood, __u64 now);
/* How much of this time it stood still. */
__u64 stood_between(const struct stood *stood, __u64 from_ns, __u64 to_ns);

#endif
