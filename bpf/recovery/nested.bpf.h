/* SPDX-License-Identifier: GPL-2.0 */
/* Is the current thread in one of the functions that turn an invalidation into lists? */
#ifndef NESTED_BPF_H
#define NESTED_BPF_H

#include "base/maps.bpf.h"
#include "smmu_event.h"

/* Where these functions begin and end, set by user space; zeros: not known. */
__u64 invalidation_starts[SMMU_INV_FUNCTION_COUNT] __weak = {};
__u64 invalidation_ends_at[SMMU_INV_FUNCTION_COUNT] __weak = {};

/* Frames that are looked at: the tracing's own, and those of a few callers. */
#define NESTED_FRAMES 16

struct nested {
	__u64 frame[NESTED_FRAMES];
	__u32 found;
};

static long nested_step(__u32 i, struct nested *nested)
{
	__u64 frame = nested->frame[i & (NESTED_FRAMES - 1)];

	for (__u32 function = 0; function < SMMU_INV_FUNCTION_COUNT; function++) {
		if (frame > invalidation_starts[function] &&
		    frame <= invalidation_ends_at[function])
			nested->found++;
	}
	return 0;
}

/*
 * One of these functions may call another one, to ask a device once more: how many are still on the
 * stack? A trampoline is called by the function that it traces, which is there once more (own).
 */
static __always_inline __u32 invalidation_nested(void *ctx, __u32 own)
{
	struct nested nested = {};

	if (bpf_get_stack(ctx, nested.frame, sizeof(nested.frame), 0) <= 0)
		return 0;
	bpf_loop(NESTED_FRAMES, nested_step, &nested, 0);
	return nested.found > own ? nested.found - own : 0;
}

#endif
