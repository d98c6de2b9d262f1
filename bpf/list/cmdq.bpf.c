// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * The one function through which every command reaches the hardware:
 * arm_smmu_cmdq_issue_cmdlist() and its later names. It runs for every unmap of every
 * device, mostly with interrupts off, so each instruction here counts. User space names the
 * function and the position of each argument.
 *
 * An interrupt can issue a list while these programs run: see base/twice.bpf.h.
 */
#include "base/argument.bpf.h"
#include "base/call.bpf.h"
#include "list/count.bpf.h"
#include "base/frame.bpf.h"
#include "recovery/story.bpf.h"
#include "list/submit.bpf.h"
#include "base/twice.bpf.h"

#include <bpf/bpf_tracing.h>

/* The queue for a kprobe, whose arguments are numbers. */
static __always_inline __u64 register_queue(const __u64 *ctx)
{
	return cfg_arg_cmdq < cfg_args ? argument(ctx, cfg_arg_cmdq)
				       : own_queue(argument(ctx, cfg_arg_smmu));
}

/* Entries of the smallest queue that has room for the longest list. */
#define QUEUE_MIN 128

/* As the driver's queue_has_space(), with the indices that the driver knows right now. */
static __always_inline bool queue_full(__u64 queue, __u32 prod, __u32 cons, __u32 commands)
{
	__u32 used = prod - cons, shift = 0, size;

	bpf_probe_read_kernel(&shift, sizeof(shift),
			      (const void *)(queue + bpf_core_field_offset(struct arm_smmu_cmdq,
									   q.llq.max_n_shift)));
	size = 1U << (shift & 31);
	/* Indices have a wrap bit: modulo twice the size. */
	return (used & (2 * size - 1)) + commands > size;
}

/*
 * CMDQ_PROD.WR and CMDQ_CONS.RD (IHI 0070 6.3): an index with its wrap bit, of the longest queue.
 * What else is in the driver's words is flags of its own, in PROD, or CMDQ_CONS.ERR.
 */
#define INDEX_MASK 0xfffffU

/* The queue's indices, prod and cons, which the driver keeps in one word (q.llq.val). */
static __always_inline __u64 list_position(struct list *list)
{
	__u64 at, value = 0;

	if (cfg_casts && !list->framed) {
		/* The verifier knows the argument's type: the load is direct. */
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
	if (call && queue_full(queue, (__u32)position & INDEX_MASK, position >> 32, commands))
		call->flags = SMMU_EVENT_FULL;
	return 0;
}

/* At entry: notes the start time and where the queue stands. */
static __always_inline struct smmu_call *list_begins(struct list *list)
{
	struct smmu_call *call;
	__u64 now, position = 0;

	if (narrowed()) {
		list->n = list_n(list);
		list->cmds = list_cmds(list);
		list_open(list);
		/* The filter will drop it. */
		if (!list_concerns(list))
			return NULL;
	}
	/* Called first: values loaded before a helper call would have to be saved across it. */
	now = bpf_ktime_get_ns();
	if (cfg_events)
		position = list_position(list);
	call = call_open(list_cmds_raw(list), now, (__u32)position & INDEX_MASK);
	/* Look up the queue's size only if the smallest queue would be too full. */
	if (cfg_events && call &&
	    (((__u32)position - (__u32)(position >> 32)) & INDEX_MASK) >
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

/* Events around lists are sent for a while after one that failed, or that the SMMU held up. */
static __always_inline void list_trouble(const struct list *list)
{
	if (list->result < 0 || list->duration_ns > REGISTERS_NS)
		trouble_ns = list->now;
}

/* A list returned, with or without a known start: counts it and sends its events. */
static __always_inline void list_ends(struct list *list, struct smmu_call *call)
{
	bool started = list_close(list, call);

	list_fill(list);
	list_trouble(list);
	if (cfg_stats)
		count_list(list, started);
	if (list_wanted(list))
		emit_list(list);
	emit_registers(list);
	if (story_concerns(list))
		story_follow(list);
}

/* ---- by trampoline ---- */

/* Rare paths are out of line, so that the common one does not pay. */
static __noinline int list_early(__u64 *ctx, struct smmu_call *call)
{
	struct list list = {.ctx = ctx};

	list.cmds = list_cmds(&list);
	list_arguments(&list);
	count_early(&list, call);
	return 0;
}

/* Fast path: a single command, as in most lists, and not for a wanted StreamID. */
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

	/* Also before ready(): the exit then only closes the call. */
	if (narrowed())
		return list_unwanted(ctx) ? 0 : list_begins_wanted(ctx);
	call = list_begins(&list);
	if (counts_early() && call && exit_skipped() && ready())
		list_early(ctx, call);
	return 0;
}

/* Opens the call if list_entry was skipped by re-entry: a verdict needs the start. */
SEC("?fentry")
int list_entry_again(__u64 *ctx)
{
	struct list list = {.ctx = ctx, .copy = 1};

	list.cmds = list_cmds(&list);
	if (!call_find(list.cmds))
		list_begins(&list);
	return 0;
}

/*
 * Slow path of the exit: no known start, a call with flags or not in the first slot, or attention
 * is not 0.
 */
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

/* The rare part of a list that list_ends_usual() has handled. */
static __noinline int list_follow(__u64 *ctx, __u64 now, __u64 duration_ns)
{
	struct list list = {.ctx = ctx, .now = now, .duration_ns = duration_ns};

	list.cmds = list_cmds(&list);
	list_fill(&list);
	list_trouble(&list);
	if (cfg_stats && list.result < 0)
		count_failure(&list);
	emit_registers(&list);
	if (story_concerns(&list))
		story_follow(&list);
	return 0;
}

/* Fast path of the exit: an unmarked call in the first slot, and attention is 0. */
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
	if (list_result(list) < 0 || list_tells(list) ||
	    (kind_wanted(SMMU_EVENT_FORBIDDEN) && watched) || list->duration_ns > REGISTERS_NS)
		list_follow(list->ctx, list->now, list->duration_ns);
}

/*
 * The start is not known if the kernel skipped list_entry by re-entry. That does not affect
 * this program for the same call: it is another program.
 */
SEC("?fexit")
int list_exit(__u64 *ctx)
{
	struct list list = {.ctx = ctx};
	struct smmu_call *call;

	/* No open call: the entry let all lists that are under way pass. */
	if (narrowed() && !calls_open && !attention)
		return 0;
	/* Called first: values loaded before a helper call would have to be saved across it. */
	list.now = bpf_ktime_get_ns();
	call = call_at(0);
	if (call->cmds == list_cmds_raw(&list) && !call->flags && !attention)
		list_ends_usual(&list, call);
	/* Without a call, if narrowed: the entry let the list pass, or its skip is counted. */
	else if (!narrowed() || attention || call_find(list_cmds_raw(&list)))
		list_ends_marked(ctx, list.now);
	return 0;
}

/* The call is still open only if list_exit was skipped by re-entry. */
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
