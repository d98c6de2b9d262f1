/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arguments of a call that is hooked by kprobes, kept at its entry for its return, where the
 * registers hold other values. A call is identified by the stack pointer, which is the same
 * at both and belongs to no other call in between. Entries are attached before returns, and
 * keep arguments before events are enabled, so that a return finds those of its own call.
 */
#ifndef FRAME_BPF_H
#define FRAME_BPF_H

#include "base/argument.bpf.h"

#define FRAME_ARGS 5

/* Positions in struct frame of the list function's arguments, the same for every kernel. */
enum frame_list {
	FRAME_LIST_CMDS,
	FRAME_LIST_SMMU,
	FRAME_LIST_QUEUE,
	FRAME_LIST_N,
	FRAME_LIST_SYNC,
};

enum frame_hook {
	FRAME_LIST,
	FRAME_GERROR,
	FRAME_ATS,
	FRAME_RESET,
	FRAME_PREPARE,
	FRAME_PROBE,
	FRAME_UNMAP,
};

struct frame_key {
	__u64 sp;
	__u64 hook;
};

struct frame {
	__u64 argument[FRAME_ARGS];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct frame_key);
	__type(value, struct frame);
} frames __weak SEC(".maps");

/* Returns whose entry was missed, or had no room: their events are lost. */
__u64 unpaired __weak = 0;

static __always_inline struct frame_key frame_key(const __u64 *regs, enum frame_hook hook)
{
	struct frame_key key = {.hook = hook};

	/* struct user_pt_regs of arm64: x0 to x30, then sp. */
	asm volatile("%0 = *(u64 *)(%1 + 8*31)" : "=r"(key.sp) : "r"(regs));
	return key;
}

static __always_inline void frame_keep(const __u64 *regs, enum frame_hook hook,
				       const struct frame *frame)
{
	struct frame_key key = frame_key(regs, hook);

	bpf_map_update_elem(&frames, &key, frame, BPF_ANY);
}

/* Keeps the first three arguments, which is all that most hooks need. */
static __always_inline void frame_keep_first(const __u64 *regs, enum frame_hook hook)
{
	struct frame frame = {.argument = {regs[0], regs[1], regs[2]}};

	frame_keep(regs, hook, &frame);
}

/* False if the entry was missed. */
static __always_inline bool frame_take(const __u64 *regs, enum frame_hook hook, struct frame *out)
{
	struct frame_key key = frame_key(regs, hook);
	struct frame *frame = bpf_map_lookup_elem(&frames, &key);

	if (!frame) {
		if (ready())
			__sync_fetch_and_add(&unpaired, 1);
		return false;
	}
	*out = *frame;
	bpf_map_delete_elem(&frames, &key);
	return true;
}

#endif
