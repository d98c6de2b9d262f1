// SPDX-License-Identifier: GPL-2.0
/*
 * path: 4/5  record -> what is missing before it
 */
#include "event/gaps.h"

#include <string.h>

void gaps_init(struct gaps *gaps)
{
	memset(gaps, 0, sizeof(*gaps));
}

__s64 gaps_seen(struct gaps *gaps, unsigned int cpu, __u32 seq)
{
	__s32 step;

	if (cpu >= GAPS_CPUS_MAX)
		return 0;
	/* Numbers wrap at 2^32, so that only their difference counts. */
	step = (__s32)(seq - gaps->last[cpu]);
	if (step <= 0)
		return -1;
	gaps->last[cpu] = seq;
	return step - 1;
}

__s64 gaps_end(const struct gaps *gaps, unsigned int cpu, __u32 given)
{
	return cpu < GAPS_CPUS_MAX ? (__s32)(given - gaps->last[cpu]) : 0;
}

__u32 gaps_renumber(struct gaps_narrowed *narrowed, unsigned int cpu, __u32 seq, bool kept)
{
	if (cpu >= GAPS_CPUS_MAX)
		return seq;
	narrowed->missing[cpu] += gaps_seen(&narrowed->whole, cpu, seq);
	if (!kept)
		return 0;
	if (narrowed->missing[cpu] < 0) {
		narrowed->missing[cpu]++;
		return narrowed->last[cpu];
	}
	narrowed->last[cpu] += 1 + (__u32)narrowed->missing[cpu];
	narrowed->missing[cpu] = 0;
	return narrowed->last[cpu];
}

__u32 gaps_renumber_end(const struct gaps_narrowed *narrowed, unsigned int cpu, __u32 given)
{
	if (cpu >= GAPS_CPUS_MAX)
		return given;
	return narrowed->last[cpu] +
	       (__u32)(narrowed->missing[cpu] + gaps_end(&narrowed->whole, cpu, given));
}
