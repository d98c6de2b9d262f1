/* SPDX-License-Identifier: GPL-2.0 */
/* Who called: the kernel's stack, innermost frame first. */
#ifndef STACK_BPF_H
#define STACK_BPF_H

#include "maps.bpf.h"

static __always_inline void stack_take(struct smmu_stack *stack, void *ctx)
{
	long bytes;

	for (__u32 i = 0; i < SMMU_STACK_MAX; i++)
		stack->frame[i] = 0;
	bytes = bpf_get_stack(ctx, stack->frame, sizeof(stack->frame), 0);
	stack->depth = bytes > 0 ? (__u32)bytes / sizeof(stack->frame[0]) : 0;
	stack->reserved = 0;
}

#endif
