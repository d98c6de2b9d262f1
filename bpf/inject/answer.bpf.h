/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The answer that is given at the driver's injection point in the hardware's place: for which
 * list, its event, and the list's part in the story.
 */
#ifndef ANSWER_BPF_H
#define ANSWER_BPF_H

#include "base/argument.bpf.h"
#include "base/call.bpf.h"
#include "recovery/story.bpf.h"

struct answer {
	__u64 smmu;
	__u64 cmdq;
	__u64 cmds;
	__u64 base; /* address of the queue's memory */
	__u64 epoch;
	struct thread_key thread;
	__u32 mask;  /* of an index into it, without the wrap bit */
	__u32 first; /* index of this list's first command */
	__u32 n;
	__u32 sync;
	__s32 value; /* returned at the injection point: 0, or a negative errno */
	__u8 context;
};

/* Values that only the injection point understands; see tools/kernel/README.md. */
#define VALUE_GERROR (-EREMOTEIO)
#define VALUE_STALL  (-ETIME)

/* The index `count` commands before `prod`, with its wrap bit. */
static __always_inline __u32 index_before(__u32 prod, __u32 count, __u32 mask)
{
	return (prod - count) & (2 * mask + 1);
}

static __always_inline void emit_inject(const struct answer *answer, __u32 sid, __u32 rule,
					__s32 error, __u64 number, __u16 flags)
{
	struct {
		struct smmu_event header;
		struct smmu_inject_fired fired;
	} * event;

	trouble_ns = bpf_ktime_get_ns();
	if (!kind_wanted(SMMU_EVENT_INJECT))
		return;
	event = emit_reserve(SMMU_EVENT_INJECT, sizeof(*event), bpf_ktime_get_ns(),
			     flags | SMMU_EVENT_SYNTHETIC);
	if (!event)
		return;
	event->fired.smmu = answer->smmu;
	event->fired.queue = answer->cmdq;
	event->fired.prod = answer->sync;
	event->fired.sid = sid;
	event->fired.error = error;
	event->fired.rule = rule;
	event->fired.incident = number;
	emit_submit(event);
}

/* The result that the driver's list function will return for the answer. */
static __always_inline __s32 answer_result(__s32 value)
{
	if (value == VALUE_GERROR)
		return -EIO;
	return value == VALUE_STALL ? -ETIMEDOUT : value;
}

/*
 * With cfg_point_only there is no hook on lists, so the list is handed to the story here. The
 * SMMU has executed it, and it is about to return `value` (if the driver reports errors).
 */
static __noinline int answer_follow(__u64 *ctx, __u64 smmu, __u64 cmds, __u32 n, __s32 value)
{
	struct list list = {
		.ctx = ctx,
		.smmu = smmu,
		.cmds = cmds,
		.n = n,
		.now = bpf_ktime_get_ns(),
		.sync = true,
		.result = answer_result(value),
		.flags = value ? SMMU_EVENT_SYNTHETIC : 0,
	};

	list_open(&list);
	if (story_concerns(&list))
		story_follow(&list);
	return 0;
}

#endif
