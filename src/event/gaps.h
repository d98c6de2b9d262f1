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
#ifndef EVENT_GAPS_H
#define EVENT_GAPS_H

#include <linux/types.h>
#include <stdbool.h>

/*
 * CPUs from this number on are not watched: their losses are in the ledger only. As many as
 * SMMU_CPUS_MAX, and no part of any file format.
 */
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
/*
 * How many are missing behind the last event of this CPU, which has given so many
 * numbers (modulo 2^32).
 */
__s64 gaps_end(const struct gaps *gaps, unsigned int cpu, __u32 given);

/* Numbers for a stream that events are left out of: its holes are only those there were. */
struct gaps_narrowed {
	struct gaps whole;
	__u32 last[GAPS_CPUS_MAX];    /* number given to an event */
	__s64 missing[GAPS_CPUS_MAX]; /* since then; below 0: late ones, left out */
};

/* The number of an event; of no use for one that is left out. */
__u32 gaps_renumber(struct gaps_narrowed *narrowed, unsigned int cpu, __u32 seq, bool kept);
/* Likewise what gaps_end() is to be told. */
__u32 gaps_renumber_end(const struct gaps_narrowed *narrowed, unsigned int cpu, __u32 given);

#endif
