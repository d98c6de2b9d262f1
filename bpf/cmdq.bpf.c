// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * The one function through which every command reaches the hardware:
 * arm_smmu_cmdq_issue_cmdlist() and its later names. Runs for every unmap of
 * every device, mostly with interrupts off: each instruction here is paid by
 * everybody. user space names the function and the position of each argument.
 */
#include "argument.bpf.h"
#include "call.bpf.h"
#include "queue.bpf.h"
#include "registers.bpf.h"
#include "story.bpf.h"

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

SEC("?fentry")
int list_entry(__u64 *ctx)
{
	__u64 queue = argument_queue(ctx);
	struct {
		__u32 prod;
		__u32 cons;
	} llq = {};
	struct smmu_call *call;
	bool full = false;

	if (!ready)
		return 0;
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
	call = call_open(argument_number((void *)ctx, cfg_arg_cmds), bpf_ktime_get_ns(), llq.prod);
	if (call && full)
		call->flags = SMMU_EVENT_FULL;
	return 0;
}

static __always_inline void count_commands(struct list *list, struct smmu_queue_stats *stats)
{
	struct command_list *commands = list->commands;

	for (__u32 i = 0; i < SMMU_LIST_MAX; i++) {
		__u64 word;
		__u32 opcode;

		if (i >= list->count)
			break;
		word = commands->command[i].word[0];
		opcode = SMMU_CMD_OPCODE(word);
		stats->commands[opcode]++;
		if (opcode == SMMU_OP_ATC_INV)
			DEVICE_COUNT(list->smmu, SMMU_CMD_SID(word), atc_inv);
	}
}

static __always_inline void count_list(struct list *list)
{
	struct smmu_queue_stats *stats = queue_stats_of(list->smmu, list->queue);

	if (!stats) {
		__sync_fetch_and_add(&uncounted, 1);
		return;
	}
	stats->lists++;
	stats->batch_size[batch_bucket(list->n)]++;
	if (list->result < 0)
		stats->failed++;
	if (list_opcode(list) == SMMU_OP_ATC_INV) {
		stats->atc_lists++;
		if (!list->sync)
			stats->atc_lists_without_sync++;
	}
	if (list->sync) {
		stats->synced++;
		stats->commands[SMMU_OP_SYNC]++;
		if (!(list->flags & SMMU_EVENT_NO_START)) {
			stats->sync_latency[latency_bucket(list->duration_ns)]++;
			stats->sync_latency_sum_ns += list->duration_ns;
		}
	}
	if (list->commands)
		count_commands(list, stats);
	else
		stats->unread++;
}

static __always_inline bool list_wanted(const struct list *list)
{
	struct command_list *commands = list->commands;

	if (!kind_wanted(SMMU_EVENT_SUBMIT))
		return false;
	if (cfg_smmu && list->smmu != cfg_smmu)
		return false;
	if (cfg_failed_only && list->result >= 0)
		return false;
	if (cfg_latency_above_ns && list->duration_ns <= cfg_latency_above_ns)
		return false;
	if (!cfg_by_sid)
		return true;
	for (__u32 i = 0; i < SMMU_LIST_MAX; i++) {
		__u64 word;
		__u32 opcode;

		if (!commands || i >= list->count)
			break;
		word = commands->command[i].word[0];
		opcode = SMMU_CMD_OPCODE(word);
		if ((opcode == SMMU_OP_ATC_INV || opcode == SMMU_OP_CFGI_STE ||
		     opcode == SMMU_OP_CFGI_CD || opcode == SMMU_OP_CFGI_CD_ALL) &&
		    sid_wanted(list->smmu, SMMU_CMD_SID(word)))
			return true;
	}
	return false;
}

/* One size per power of four: a reservation has to be of constant size. */
#define EMIT_SUBMIT(list, room)                                                                    \
	do {                                                                                       \
		struct {                                                                           \
			struct smmu_event header;                                                  \
			struct smmu_submit submit;                                                 \
			struct smmu_command command[room];                                         \
		} *event = emit_reserve(SMMU_EVENT_SUBMIT, sizeof(*event), (list)->now,            \
					(list)->flags);                                            \
		if (!event)                                                                        \
			return;                                                                    \
		fill_submit(list, &event->submit);                                                 \
		for (__u32 i = 0; i < (room); i++) {                                               \
			if (!(list)->commands || i >= (list)->count)                               \
				break;                                                             \
			event->command[i] = (list)->commands->command[i];                          \
		}                                                                                  \
		emit_submit(event);                                                                \
	} while (0)

static __always_inline void fill_submit(const struct list *list, struct smmu_submit *submit)
{
	submit->smmu = list->smmu;
	submit->queue = list->queue;
	submit->duration_ns = list->duration_ns;
	submit->prod = list->prod;
	submit->result = list->result;
	submit->commands = (__u16)list->n;
	submit->captured = (__u16)list->count;
	submit->reserved = 0;
}

static __always_inline void emit_list(const struct list *list)
{
	if (list->count <= 1)
		EMIT_SUBMIT(list, 1);
	else if (list->count <= 4)
		EMIT_SUBMIT(list, 4);
	else if (list->count <= 16)
		EMIT_SUBMIT(list, 16);
	else
		EMIT_SUBMIT(list, SMMU_LIST_MAX);
}

/* Half of the poll limit: by itself no CMD_SYNC takes that long. */
#define REGISTERS_NS 500000000ULL

static __always_inline void emit_registers(const struct list *list)
{
	struct {
		struct smmu_event header;
		struct smmu_registers registers;
	} * event;
	struct registers now;

	if (!kind_wanted(SMMU_EVENT_REGISTERS) || (cfg_smmu && list->smmu != cfg_smmu))
		return;
	if (!list->sync || (list->result >= 0 && list->duration_ns <= REGISTERS_NS))
		return;
	registers_read(&now, list->smmu, list->queue);
	event = emit_reserve(SMMU_EVENT_REGISTERS, sizeof(*event), list->now,
			     list->flags & SMMU_EVENT_SYNTHETIC);
	if (!event)
		return;
	event->registers.smmu = list->smmu;
	event->registers.queue = list->queue;
	event->registers.duration_ns = list->duration_ns;
	event->registers.gerror = now.gerror;
	event->registers.gerrorn = now.gerrorn;
	event->registers.cons = now.cons;
	event->registers.prod = now.prod;
	event->registers.result = list->result;
	event->registers.reserved = 0;
	emit_submit(event);
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
			bpf_loop(SMMU_LIST_MAX, story_answered_step, &loop, 0);
		}
	} else if (opcode == SMMU_OP_CFGI_STE) {
		/* With or without a CMD_SYNC: of several StreamIDs only the last has one. */
		bpf_loop(SMMU_LIST_MAX, story_ste_step, &loop, 0);
	} else if (watched && (opcode < SMMU_OP_CFGI_STE || opcode > SMMU_OP_CFGI_CD_ALL)) {
		recovery_close(); /* no recovery issues anything but ATC_INV and CFGI */
	}
}

SEC("?fexit")
int list_exit(__u64 *ctx)
{
	struct list list = {};
	struct smmu_call *call;

	if (!ready)
		return 0;
	list.ctx = ctx;
	list.cmds = argument_number((void *)ctx, cfg_arg_cmds);
	list.smmu = argument(ctx, cfg_arg_smmu);
	list.queue = argument_queue(ctx);
	list.n = (__u32)argument(ctx, cfg_arg_n);
	list.sync = argument(ctx, cfg_arg_sync) & 0xff;
	list.result = (__s32)argument(ctx, cfg_args);
	list.now = bpf_ktime_get_ns();
	list.flags = list.sync ? SMMU_EVENT_SYNC : 0;
	call = call_find(list.cmds);
	if (call) {
		list.duration_ns = list.now - call->start_ns;
		list.prod = call->prod;
		list.flags |= (__u16)call->flags;
		call->start_ns = 0;
		call->cmds = 0;
	} else {
		list.flags |= SMMU_EVENT_NO_START;
	}
	list_read(&list);
	if (cfg_stats)
		count_list(&list);
	if (list_wanted(&list))
		emit_list(&list);
	emit_registers(&list);
	follow_story(&list);
	return 0;
}

char _license[] SEC("license") = "GPL";
