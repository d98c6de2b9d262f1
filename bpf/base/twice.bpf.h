/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program that is interrupted by its own hook is skipped by the kernel there: it
 * runs once on a CPU. So what an interrupt or another task can hit again is taken by two
 * copies of the program, of which the one that finds the call untouched does the work.
 *
 * Lost is only what both were skipped for: what the first one was skipped for, less
 * what the second one did. All kernels so far run last what was attached first; user
 * space attaches the second copy first. Should one run them the other way round, then
 * the second does all the work, and the first finds that out.
 *
 * A program that hardly does anything costs some 300 instructions. Only a verdict pays
 * for it; elsewhere it is said how often the kernel skipped something.
 */
#ifndef TWICE_BPF_H
#define TWICE_BPF_H

#include "base/call.bpf.h"

/* Calls that the second copy found untouched, by enum smmu_twice. */
__u64 helped[SMMU_TWICE_COUNT] __weak = {};

static __always_inline void twice_helped(enum smmu_twice hook)
{
	__sync_fetch_and_add(&helped[hook], 1);
}

/* Lists that the second copy has closed, by the address of their commands. */
__u64 closed[SMMU_CALLS_MAX] __weak = {};

static __always_inline __u64 *twice_slot(__u64 cmds)
{
	return &closed[smmu_slot_of((__u32)cmds, SMMU_CALLS_SHIFT) & (SMMU_CALLS_MAX - 1)];
}

static __always_inline void twice_close(__u64 cmds)
{
	twice_helped(SMMU_TWICE_LIST);
	*twice_slot(cmds) = cmds;
}

/* For the first copy, if it finds no call: was the second one here before it? */
static __always_inline bool twice_closed(__u64 cmds)
{
	__u64 *slot = twice_slot(cmds);

	if (*slot != cmds)
		return false;
	*slot = 0;
	return true;
}

/*
 * For hooks whose calls are in no table: the frame of the call, which both copies get,
 * is noted by the first and struck out by the second. Frames that are open at the same
 * time on a CPU hardly ever share a slot; then, or when the call changes its CPU
 * between the two copies, both do the work, and the same event comes twice.
 */
#define TWICE_FRAMES 64

struct twice {
	__u64 frame[TWICE_FRAMES];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SMMU_TWICE_COUNT);
	__type(key, __u32);
	__type(value, struct twice);
} twice_frames __weak SEC(".maps");

/* The context's address as a number, which the verifier would not let us reckon with. */
static __always_inline __u64 twice_frame(const void *ctx)
{
	const void *pointer = ctx;
	__u64 number = 0;

	bpf_probe_read_kernel(&number, sizeof(number), &pointer);
	return number;
}

/* Is it this copy's turn to do the work? */
static __always_inline bool twice_mine(enum smmu_twice hook, __u32 copy, const void *ctx)
{
	__u64 frame = twice_frame(ctx), slot = (frame * 0x9e3779b97f4a7c15ULL) >> 58;
	__u32 index = hook;
	struct twice *twice;

	if (!cfg_twice)
		return !copy;
	twice = bpf_map_lookup_elem(&twice_frames, &index);
	if (!twice || slot >= TWICE_FRAMES)
		return !copy;
	if (twice->frame[slot] == frame) {
		twice->frame[slot] = 0;
		return false;
	}
	twice->frame[slot] = frame;
	if (copy)
		twice_helped(hook);
	return true;
}

#endif
