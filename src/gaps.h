/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 4/5  record -> what is missing before it
 *
 * Finds lost events by the holes in the per-CPU sequence numbers, so that a stream
 * can say where it has a hole, not only at its end how many. Every event that was
 * in the ring must pass here: one dropped by a filter would look lost.
 *
 * An interrupt between taking a number and reserving room in the ring puts the
 * interrupt's event in front. That looks like a hole until the late one arrives,
 * which then counts -1: the sum over a stream is exact. Not thread safe.
 */
#ifndef GAPS_H
#define GAPS_H

#include <linux/types.h>

/* CPUs above are not watched; their losses are in the ledger only. */
#define GAPS_CPUS_MAX 1024

struct gaps {
	__u32 last[GAPS_CPUS_MAX]; /* 0: no event yet, the first has number 1 */
};

void gaps_init(struct gaps *gaps);
/*
 * How many events of this CPU are missing before this one; -1 if it is one that
 * was counted as missing before.
 */
__s64 gaps_seen(struct gaps *gaps, unsigned int cpu, __u32 seq);

#endif
