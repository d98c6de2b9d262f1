/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two copies of a program, against re-entry.
 *
 * The kernel does not run a program again on a CPU on which it is already running: it skips
 * it. So where an interrupt or another task can hit the same hook again, two copies of the
 * program are attached, and the copy that finds a call untouched does the work.
 *
 * A call is lost only if both copies were skipped for it: skips of the first, less the
 * calls that the second handled. The first copy is meant to run before the second. All
 * kernels so far run last what was attached first, so user space attaches the second copy
 * first. In the other order the second copy would do all the work, and the first would see
 * that it is done.
 *
 * A second copy costs some 300 instructions a call even if it does nothing. Only the
 * verdict (`check`, `run`) pays for it; elsewhere skips are counted and reported.
 */
#ifndef TWICE_BPF_H
#define TWICE_BPF_H

#include "base/call.bpf.h"

/* Calls that the second copy handled, by enum smmu_twice. */
__u64 helped[SMMU_TWICE_COUNT] __weak = {};

static __always_inline void twice_helped(enum smmu_twice hook)
{
	__sync_fetch_and_add(&helped[hook], 1);
}

/* Lists that the second copy has closed, as the address of their commands. */
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

/* For the first copy, if it finds no open call: did the second one close it? */
static __always_inline bool twice_closed(__u64 cmds)
{
	__u64 *slot = twice_slot(cmds);

	if (*slot != cmds)
		return false;
	*slot = 0;
	return true;
}

/*
 * For hooks without a table of open calls. Both copies get the same frame of the call: the
 * copy that runs first notes it, the other one removes it and does nothing. Frames that are
 * open on a CPU at the same time hardly ever share a slot. If they do, or if the call moves
 * to another CPU between the two copies, both do the work and the event is sent twice.
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

/* The context's address as a number: the verifier allows no arithmetic on the pointer. */
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
