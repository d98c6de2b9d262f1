// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * The one function through which every command reaches the hardware:
 * arm_smmu_cmdq_issue_cmdlist() and its later names. Runs for every unmap of
 * every device, mostly with interrupts off: each instruction here is paid by
 * everybody. user space names the function and the position of each argument.
 *
 * An interrupt can issue a list inside another one's hook: see twice.bpf.h.
 */
#include "argument.bpf.h"
#include "call.bpf.h"
#include "count.bpf.h"
#include "frame.bpf.h"
#include "story.bpf.h"
#include "submit.bpf.h"
#include "twice.bpf.h"

#include <bpf/bpf_tracing.h>

static __always_inline __u64 argument_queue(const __u64 *ctx)
{
	/* Before 6.9 there is one queue per SMMU and no argument for it. */
	if (cfg_arg_cmdq >= cfg_args)
		return argument(ctx, cfg_arg_smmu) +
		       bpf_core_field_offset(struct arm_smmu_device, cmdq);
	return argument(ctx, cfg_arg_cmdq);
}

/* The smallest queue that the driver can use with a list of the greatest length. */
#define QUEUE_MIN 128

/* As the driver's own queue_has_space(), from what it knows of the queue right now. */
static __always_inline bool queue_full(__u64 queue, __u32 prod, __u32 cons, __u32 commands)
{
	__u32 used = prod - cons, shift = 0, size;

	/* Not even the smallest one is: the size need not be looked up. */
	if (used <= QUEUE_MIN - SMMU_LIST_MAX - 1)
		return false;
	bpf_probe_read_kernel(&shift, sizeof(shift),
			      (const void *)(queue + bpf_core_field_offset(struct arm_smmu_cmdq,
									   q.llq.max_n_shift)));
	size = 1U << (shift & 31);
	/* With the wrap bit: twice the size. */
	return (used & (2 * size - 1)) + commands > size;
}

/* Before the function: when it began, and where the queue stood. */
static __always_inline void list_begins(const __u64 *ctx, __u64 cmds)
{
	__u64 queue = argument_queue(ctx);
	struct {
		__u32 prod;
		__u32 cons;
	} llq = {};
	struct smmu_call *call;
	bool full = false;

	if (cfg_events) {
		bpf_probe_read_kernel(
			&llq, sizeof(llq),
			(const void *)(queue +
				       bpf_core_field_offset(struct arm_smmu_cmdq, q.llq.val)));
		llq.prod &= 0x7fffffff; /* [31] is the driver's own flag */
		full = queue_full(queue, llq.prod, llq.cons,
				  (__u32)argument(ctx, cfg_arg_n) +
					  (argument(ctx, cfg_arg_sync) & 0xff));
	}
	call = call_open(cmds, bpf_ktime_get_ns(), llq.prod);
	if (call && full)
		call->flags = SMMU_EVENT_FULL;
}

static __always_inline void follow_story(struct list *list)
{
	__u32 opcode = list_opcode(list);
	struct story_loop loop = {.list = list};

	if (opcode == SMMU_OP_ATC_INV) {
		if (list->result < 0) {
			trouble_ns = list->now;
			story_failed(list);
			recovery_open(list->cmds, list->now, list->flags & SMMU_EVENT_SYNTHETIC);
		} else if (suspects && list->sync) {
			loop.again = story_asks_again();
			bpf_loop(SMMU_LIST_MAX, story_answered_step, &loop, 0);
		}
	} else if (opcode == SMMU_OP_CFGI_STE) {
		/* With or without a CMD_SYNC: of several StreamIDs only the last has one. */
		bpf_loop(SMMU_LIST_MAX, story_ste_step, &loop, 0);
	} else if ((watched | suspects) &&
		   (opcode < SMMU_OP_CFGI_STE || opcode > SMMU_OP_CFGI_CD_ALL)) {
		/* no recovery issues anything but ATC_INV and CFGI */
		recovery_close();
		story_goes_on();
	}
}

static __always_inline void list_close(struct list *list, struct smmu_call *call)
{
	list->now = bpf_ktime_get_ns();
	list->flags = list->sync ? SMMU_EVENT_SYNC : 0;
	if (!call) {
		list->flags |= SMMU_EVENT_NO_START;
		return;
	}
	list->duration_ns = list->now - call->start_ns;
	list->prod = call->prod;
	list->flags |= (__u16)call->flags;
	call->start_ns = 0;
	call->cmds = 0;
}

static __always_inline void list_ends(struct list *list)
{
	list_read(list);
	if (cfg_stats)
		count_list(list);
	if (list_wanted(list))
		emit_list(list);
	emit_registers(list);
	follow_story(list);
}

/* ---- by trampoline, twice ---- */

static __always_inline int list_entry_copy(__u64 *ctx, __u32 copy)
{
	__u64 cmds;

	if (!ready)
		return 0;
	cmds = argument_number(ctx, cfg_arg_cmds);
	if (call_find(cmds))
		return 0;
	list_begins(ctx, cmds);
	twice_helped(SMMU_TWICE_LIST_ENTRY, copy);
	return 0;
}

SEC("?fentry")
int list_entry(__u64 *ctx)
{
	return list_entry_copy(ctx, 0);
}

SEC("?fentry")
int list_entry_again(__u64 *ctx)
{
	return list_entry_copy(ctx, 1);
}

/*
 * A call that is in no table is one that the other copy has closed, or one that began
 * before there was anybody to see it: neither is reported.
 */
static __always_inline int list_exit_copy(__u64 *ctx, __u32 copy)
{
	struct list list = {.ctx = ctx, .copy = copy};
	struct smmu_call *call;

	if (!ready)
		return 0;
	list.cmds = argument_number(ctx, cfg_arg_cmds);
	call = call_find(list.cmds);
	if (!call)
		return 0;
	list.smmu = argument(ctx, cfg_arg_smmu);
	list.queue = argument_queue(ctx);
	list.n = (__u32)argument(ctx, cfg_arg_n);
	list.sync = argument(ctx, cfg_arg_sync) & 0xff;
	list.result = (__s32)argument(ctx, cfg_args);
	list_close(&list, call);
	twice_helped(SMMU_TWICE_LIST_EXIT, copy);
	list_ends(&list);
	return 0;
}

SEC("?fexit")
int list_exit(__u64 *ctx)
{
	return list_exit_copy(ctx, 0);
}

SEC("?fexit")
int list_exit_again(__u64 *ctx)
{
	return list_exit_copy(ctx, 1);
}

/* ---- by kprobe ---- */

SEC("?kprobe")
int list_entry_kprobe(__u64 *ctx)
{
	struct frame frame = {
		.argument = {argument(ctx, cfg_arg_cmds), argument(ctx, cfg_arg_smmu),
			     argument_queue(ctx), argument(ctx, cfg_arg_n),
			     argument(ctx, cfg_arg_sync)},
	};

	frame_keep(ctx, FRAME_LIST, &frame);
	list_begins(ctx, frame.argument[0]);
	return 0;
}

SEC("?kretprobe")
int list_exit_kprobe(__u64 *ctx)
{
	struct list list = {.ctx = ctx};
	struct frame frame;

	if (!frame_take(ctx, FRAME_LIST, &frame) || !ready)
		return 0;
	list.cmds = frame.argument[0];
	list.smmu = frame.argument[1];
	list.queue = frame.argument[2];
	list.n = (__u32)frame.argument[3];
	list.sync = frame.argument[4] & 0xff;
	list.result = (__s32)ctx[0];
	list_close(&list, call_find(list.cmds));
	list_ends(&list);
	return 0;
}

char _license[] SEC("license") = "GPL";
