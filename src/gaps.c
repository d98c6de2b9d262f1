// SPDX-License-Identifier: GPL-2.0
/*
 * path: 4/5  record -> what is missing before it
 */
#include "gaps.h"

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
	/* Modulo 2^32: the numbers wrap. */
	step = (__s32)(seq - gaps->last[cpu]);
	if (step <= 0)
		return -1;
	gaps->last[cpu] = seq;
	return step - 1;
}
