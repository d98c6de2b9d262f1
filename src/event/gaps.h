/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 4/5  record -> what is missing before it
 *
 * Finds lost events by gaps in the per-CPU sequence numbers, so that a stream can say where
 * events are missing, and not only at its end how many. Every event that was in the ring must
 * pass here: one dropped by a filter before would look lost.
 *
 * An event takes its number before it reserves room in the ring. If an interrupt comes in
 * between, the interrupt's event is first in the ring. That looks like a gap until the late
 * event arrives, which then counts -1: the sum over a stream is exact. Not thread safe.
 */
#ifndef EVENT_GAPS_H
#define EVENT_GAPS_H

#include "base/cpus.h"

#include <linux/types.h>
#include <stdbool.h>

/*
 * CPUs from this number on are not watched: their losses are in the ledger only. No part of any
 * file format.
 */
#define GAPS_CPUS_MAX CPUS_MAX

struct gaps {
	__u32 last[GAPS_CPUS_MAX]; /* last number seen; 0: none yet, the first event has 1 */
};

void gaps_init(struct gaps *gaps);
/* How many events of this CPU are missing before this one; -1: it was counted as missing. */
__s64 gaps_seen(struct gaps *gaps, unsigned int cpu, __u32 seq);
/* How many are missing after the last event of this CPU. given: the last number it gave. */
__s64 gaps_end(const struct gaps *gaps, unsigned int cpu, __u32 given);

/*
 * Renumbers the events that a filter keeps, so that their stream has the gaps of the whole
 * stream and no others. Zeroed to begin with.
 */
struct gaps_narrowed {
	struct gaps whole;
	__u32 last[GAPS_CPUS_MAX]; /* last number given */
	/* Missing since then. Below 0: late events that were counted as missing and left out. */
	__s64 missing[GAPS_CPUS_MAX];
};

/* The event's new number if it is kept; else the value means nothing. */
__u32 gaps_renumber(struct gaps_narrowed *narrowed, unsigned int cpu, __u32 seq, bool kept);
/* The `given` that gaps_end() must be told for the narrowed stream. */
__u32 gaps_renumber_end(const struct gaps_narrowed *narrowed, unsigned int cpu, __u32 given);

#endif
