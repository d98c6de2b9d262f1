// SPDX-License-Identifier: GPL-2.0
#include "base/clock.h"

/* What BPF programs read may differ a little from what the kernel tells processes. */
#define SLACK_NS 1000000ULL

/* From this process's clocks to the kernel's; modulo 2^64. */
static __u64 monotonic_offset, boottime_offset;

static __u64 *offset_of(clockid_t clock)
{
	return clock == CLOCK_BOOTTIME ? &boottime_offset : &monotonic_offset;
}

__u64 clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (__u64)now.tv_sec * 1000000000ULL + (__u64)now.tv_nsec;
}

__u64 clock_kernel_ns(clockid_t clock)
{
	return clock_ns(clock) + *offset_of(clock);
}

void clock_kernel_was(clockid_t clock, __u64 before, __u64 kernel_ns, __u64 after)
{
	__u64 *offset = offset_of(clock);

	/* The kernel read its clock before `after`: this is the least that the offset can be. */
	__u64 least = kernel_ns - after;

	if (kernel_ns + SLACK_NS >= before && kernel_ns <= after + SLACK_NS)
		*offset = 0;
	else if (!*offset || (__s64)(least - *offset) > 0)
		*offset = least;
}
