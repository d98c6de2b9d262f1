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
#include "base/argument.bpf.h"
#include "base/call.bpf.h"
#include "list/count.bpf.h"
#include "base/frame.bpf.h"
#include "recovery/story.bpf.h"
#include "list/submit.bpf.h"
#include "base/twice.bpf.h"

#include <bpf/bpf_tracing.h>

/* For a kprobe, where they are numbers. */
static __always_inline __u64 register_queue(const __u64 *ctx)
{
	return cfg_arg_cmdq < cfg_args ? argument(ctx, cfg_arg_cmdq)
				       : own_queue(argument(ctx, cfg_arg_smmu));
}

/* The smallest queue that the driver can use with a list of the greatest length. */
#define QUEUE_MIN 128

/* As the driver's own queue_has_space(), from what it knows of the queue right now. */
static __always_inline bool queue_full(__u64 queue, __u32 prod, __u32 cons, __u32 commands)
{
	__u32 used = prod - cons, shift = 0, size;

	bpf_probe_read_kernel(&shift, sizeof(shift),
			      (const void *)(queue + bpf_core_field_offset(struct arm_smmu_cmdq,
									   q.llq.max_n_shift)));
	size = 1U << (shift & 31);
	/* With the wrap bit: twice the size. */
	return (used & (2 * size - 1)) + commands > size;
}

/* Where the queue stood, in two numbers that the driver keeps next to each other. */
static __always_inline __u64 list_position(struct list *list)
{
	__u64 at, value = 0;

	if (cfg_casts && !list->framed) {
		/* The verifier knows what they point to: a load each. */
		if (cfg_arg_cmdq < cfg_args)
			return ((struct arm_smmu_cmdq *)argument(list->ctx, cfg_arg_cmdq))
				->q.llq.val;
	}
	at = list_queue(list) + bpf_core_field_offset(struct arm_smmu_cmdq, q.llq.val);
	bpf_probe_read_kernel(&value, sizeof(value), (const void *)at);
	return value;
}

static __noinline int list_was_full(__u64 queue, __u64 position, __u32 commands,
				    struct smmu_call *call)
{
	if (call && queue_full(queue, (__u32)position & 0x7fffffff, position >> 32, commands))
		call->flags = SMMU_EVENT_FULL;
	return 0;
}

/* Before the function: when it began, and where the queue stood. */
static __always_inline struct smmu_call *list_begins(struct list *list)
{
	struct smmu_call *call;
	__u64 now, position = 0;

	if (narrowed()) {
		list->n = list_n(list);
		list->cmds = list_cmds(list);
		list_open(list);
		/* Nothing of it will be reported. */
		if (!list_concerns(list))
			return NULL;
	}
	/* First: what is there before a helper has to be kept. */
	now = bpf_ktime_get_ns();
	if (cfg_events)
		position = list_position(list);
	/* Without [31], which is the driver's own flag. */
	call = call_open(list_cmds_raw(list), now, (__u32)position & 0x7fffffff);
	/* Not even the smallest queue is full: the size need not be looked up. */
	if (cfg_events && call &&
	    (((__u32)position - (__u32)(position >> 32)) & 0x7fffffff) >
		    QUEUE_MIN - SMMU_LIST_MAX - 1)
		list_was_full(list_queue(list), position, list_n(list) + list_sync(list), call);
	return call;
}

/* False if the start is not known. */
static __always_inline bool list_close(struct list *list, struct smmu_call *call)
{
	if (!call) {
		list->flags = SMMU_EVENT_NO_START;
		return false;
	}
	list->duration_ns = list->now - call->start_ns;
	list->prod = call->prod;
	list->flags = (__u16)call->flags;
	if (counts_early() && call->flags & CALL_COUNTED) {
		list->counted = true;
		__sync_fetch_and_add(&early, -1);
	}
	call_close(call);
	return true;
}

/* A list returned, whatever is known of it. */
static __always_inline void list_ends(struct list *list, struct smmu_call *call)
{
	bool started = list_close(list, call);

	list_fill(list);
	if (cfg_stats)
		count_list(list, started);
	if (list_wanted(list))
		emit_list(list);
	emit_registers(list);
	if (story_concerns(list))
		story_follow(list);
}

/* ---- by trampoline ---- */

/* Functions of their own are what most lists have nothing to do with: it costs them nothing. */
static __noinline int list_early(__u64 *ctx, struct smmu_call *call)
{
	struct list list = {.ctx = ctx};

	list.cmds = list_cmds(&list);
	list_arguments(&list);
	count_early(&list, call);
	return 0;
}

/* One command, as most lists have, and not for a StreamID that is looked at. */
static __always_inline bool list_unwanted(__u64 *ctx)
{
	__u64 first;

	if (!cfg_casts || (__u32)argument(ctx, cfg_arg_n) != 1)
		return false;
	first = word_at(argument(ctx, cfg_arg_cmds));
	return first && !command_concerns(argument_address(ctx, cfg_arg_smmu), first);
}

static __noinline int list_begins_wanted(__u64 *ctx)
{
	struct list list = {.ctx = ctx};

	list_begins(&list);
	return 0;
}

SEC("?fentry")
int list_entry(__u64 *ctx)
{
	struct list list = {.ctx = ctx};
	struct smmu_call *call;

	/* Not only when all is ready: until then the exit closes it, and that is all. */
	if (narrowed())
		return list_unwanted(ctx) ? 0 : list_begins_wanted(ctx);
	call = list_begins(&list);
	if (counts_early() && call && exit_skipped() && ready())
		list_early(ctx, call);
	return 0;
}

/*
 * A call whose start is not known is nothing that a verdict can use, and what interrupts
 * the program above has it skipped.
 */
SEC("?fentry")
int list_entry_again(__u64 *ctx)
{
	struct list list = {.ctx = ctx, .copy = 1};

	list.cmds = list_cmds(&list);
	if (!call_find(list.cmds))
		list_begins(&list);
	return 0;
}

/* No start, or it has been marked meanwhile; or nothing is to be done with it yet. */
static __noinline int list_ends_marked(__u64 *ctx, __u64 now)
{
	struct list list = {.ctx = ctx, .now = now};
	struct smmu_call *call;

	list.cmds = list_cmds(&list);
	call = call_find(list.cmds);
	if (!ready()) {
		list_close(&list, call);
		return 0;
	}
	if (cfg_twice && !call && twice_closed(list.cmds))
		return 0;
	list_ends(&list, call);
	return 0;
}

/* What is rare of a list of which the usual has been done. */
static __noinline int list_follow(__u64 *ctx, __u64 now, __u64 duration_ns)
{
	struct list list = {.ctx = ctx, .now = now, .duration_ns = duration_ns};

	list.cmds = list_cmds(&list);
	list_fill(&list);
	if (cfg_stats && list.result < 0)
		count_failure(&list);
	emit_registers(&list);
	if (story_concerns(&list))
		story_follow(&list);
	return 0;
}

/* Its start is known, and nothing else was made known of it. */
static __always_inline void list_ends_usual(struct list *list, struct smmu_call *call)
{
	bool single = false;

	list->duration_ns = list->now - call->start_ns;
	list->prod = call->prod;
	call_close(call);
	if (cfg_stats)
		count_usual(list);
	else
		single = list_open_usual(list);
	if (cfg_failed_only)
		list->result = list_result(list);
	if (single && list_wanted(list))
		emit_single(list);
	else if (list_wanted(list))
		emit_list(list);
	if (list_result(list) < 0 || list_opcode(list) == SMMU_OP_CFGI_STE ||
	    (kind_wanted(SMMU_EVENT_FORBIDDEN) && watched) || list->duration_ns > REGISTERS_NS)
		list_follow(list->ctx, list->now, list->duration_ns);
}

/*
 * If the kernel skipped the entry, since it was hit inside itself, the start is not
 * known. The exit of such a call is not hit inside itself: it is another program.
 */
SEC("?fexit")
int list_exit(__u64 *ctx)
{
	struct list list = {.ctx = ctx};
	struct smmu_call *call;

	/* All that were under way have been let pass by. */
	if (narrowed() && !calls_open && !attention)
		return 0;
	/* First: what is there before a helper has to be kept. */
	list.now = bpf_ktime_get_ns();
	call = call_at(0);
	if (call->cmds == list_cmds_raw(&list) && !call->flags && !attention)
		list_ends_usual(&list, call);
	/* Its entry let it pass by, or was skipped by the kernel, which is said. */
	else if (!narrowed() || attention || call_find(list_cmds_raw(&list)))
		list_ends_marked(ctx, list.now);
	return 0;
}

/* Finds the call open only if the one above was skipped, which an interrupt in it does. */
SEC("?fexit")
int list_exit_again(__u64 *ctx)
{
	struct list list = {.ctx = ctx, .copy = 1};
	struct smmu_call *call;

	list.cmds = list_cmds(&list);
	call = call_find(list.cmds);
	if (!call || !ready())
		return 0;
	list.now = bpf_ktime_get_ns();
	twice_close(list.cmds);
	list_ends(&list, call);
	return 0;
}

/* ---- by kprobe ---- */

SEC("?kprobe")
int list_entry_kprobe(__u64 *ctx)
{
	struct frame frame = {
		.argument = {argument(ctx, cfg_arg_cmds), argument(ctx, cfg_arg_smmu),
			     register_queue(ctx), argument(ctx, cfg_arg_n),
			     argument(ctx, cfg_arg_sync)},
	};
	struct list list = {.ctx = ctx, .frame = &frame, .framed = true};

	frame_keep(ctx, FRAME_LIST, &frame);
	list_begins(&list);
	return 0;
}

SEC("?kretprobe")
int list_exit_kprobe(__u64 *ctx)
{
	struct frame frame;
	struct list list = {.ctx = ctx, .frame = &frame, .framed = true};

	if (!frame_take(ctx, FRAME_LIST, &frame) || !ready())
		return 0;
	list.now = bpf_ktime_get_ns();
	list.cmds = list_cmds(&list);
	list_ends(&list, call_find(list.cmds));
	return 0;
}

char _license[] SEC("license") = "GPL";
