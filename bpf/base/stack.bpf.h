/* SPDX-License-Identifier: GPL-2.0 */
/* The callers: the kernel's stack, innermost frame first. */
#ifndef STACK_BPF_H
#define STACK_BPF_H

#include "base/maps.bpf.h"

/*
 * Frames that are skipped, to have room for the callers: the program, which is there twice;
 * in a callback of bpf_loop() also bpf_loop() and the program around it. User space
 * recognises the remaining frames of the tracing by their names.
 */
#define STACK_SKIP	    2
#define STACK_SKIP_CALLBACK 4

static __always_inline void stack_take(struct smmu_stack *stack, void *ctx, __u64 skip)
{
	long bytes;

	for (__u32 i = 0; i < SMMU_STACK_MAX; i++)
		stack->frame[i] = 0;
	bytes = bpf_get_stack(ctx, stack->frame, sizeof(stack->frame), skip);
	stack->depth = bytes > 0 ? (__u32)bytes / sizeof(stack->frame[0]) : 0;
	stack->reserved = 0;
}

#endif
