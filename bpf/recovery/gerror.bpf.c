// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * Errors of a command queue: `cmdq_error` for each, whoever finds it, and `isr` when the GERROR
 * handler returns, with the time that it took.
 *
 * Handler, issuers that look for errors while they wait, and Tegra's CMDQV call one function for
 * an error, before they acknowledge it: __arm_smmu_cmdq_skip_err(). Where the compiler left
 * none to hook (6.1), or the handler has a copy of its own, the handler's errors are those that
 * are active at its entry. These are sent at its return, and only if nobody else took the error
 * meanwhile.
 */
#include "base/call.bpf.h"
#include "base/frame.bpf.h"
#include "base/list.bpf.h"
#include "recovery/flow.bpf.h"
#include "recovery/isr.bpf.h"

#include <bpf/bpf_tracing.h>

static __always_inline int handler_begins(struct arm_smmu_device *smmu)
{
	__u64 queue = own_queue((__u64)smmu);
	__u64 now = bpf_ktime_get_ns();
	__u32 zero = 0;
	struct isr *isr = bpf_map_lookup_elem(&isrs, &zero);

	if (!ready() || !isr)
		return 0;
	if (cfg_smmu && (__u64)smmu != cfg_smmu)
		return 0;
	queue_error_read(&isr->error, (__u64)smmu, queue);
	isr->active = isr->error.registers.gerror ^ isr->error.registers.gerrorn;
	isr->flags = isr->error.registers.synthetic ? SMMU_EVENT_SYNTHETIC : 0;
	isr->sent_ns = *queue_error_sent((__u64)smmu, &isr->error.registers, 0);
	/* An issuer has, and is about to acknowledge it. */
	isr->sent = isr->sent_ns > *queue_error_sent((__u64)smmu, &isr->error.registers, 1);
	isr->context = current_context();
	isr->task = bpf_get_current_task();
	isr->start_ns = now;
	if (kind_wanted(SMMU_EVENT_FORBIDDEN))
		watch_begin(now);
	if (isr->active & SMMU_GERROR_CMDQ_ERR)
		trouble_ns = now;
	return 0;
}

/* The error that was active at entry, unless queue_error_entry has sent it, before or since. */
static __always_inline void handler_error(const struct isr *isr, __u64 smmu, __u64 start)
{
	__u64 *sent_ns = queue_error_sent(smmu, &isr->error.registers, 0);

	if (!(isr->active & SMMU_GERROR_CMDQ_ERR) || isr->sent || *sent_ns != isr->sent_ns)
		return;
	*sent_ns = start;
	queue_error_emit(&isr->error, smmu, own_queue(smmu), start, SMMU_FOUND_BY_HANDLER);
}

static __always_inline int handler_ends(__u64 smmu, __s32 result)
{
	struct {
		struct smmu_event header;
		struct smmu_isr isr;
	} * event;
	__u64 now = bpf_ktime_get_ns(), start;
	__u32 zero = 0;
	struct isr *isr = bpf_map_lookup_elem(&isrs, &zero);

	if (!isr || !isr->start_ns)
		return 0;
	start = isr->start_ns;
	isr->start_ns = 0;
	if (kind_wanted(SMMU_EVENT_FORBIDDEN))
		watch_end();
	if (!ready())
		return 0;
	handler_error(isr, smmu, start);
	if (!kind_wanted(SMMU_EVENT_ISR))
		return 0;
	event = emit_reserve(SMMU_EVENT_ISR, sizeof(*event), now, isr->flags);
	if (!event)
		return 0;
	event->isr.smmu = smmu;
	event->isr.duration_ns = now - start;
	event->isr.result = result;
	event->isr.active = isr->active;
	emit_submit(event);
	return 0;
}

static __always_inline bool in_handler(void)
{
	__u32 zero = 0;
	struct isr *isr = bpf_map_lookup_elem(&isrs, &zero);

	return isr && isr->start_ns && isr->task == bpf_get_current_task() &&
	       isr->context == current_context();
}

/*
 * A list's commands are on the stack of its issuer, further up than whatever the issuer calls:
 * so an open call with an address a little above the program's own context is the caller's.
 */
static __always_inline bool in_list(const void *ctx)
{
	for (__u32 probe = 0; probe < CALLS_PROBE; probe++) {
		__u64 cmds = call_at(probe)->cmds;

		/* Compared, not subtracted: the verifier allows no arithmetic with a context. */
		if (cmds >= STACK_BYTES && (__u64)ctx < cmds && (__u64)ctx > cmds - STACK_BYTES)
			return true;
	}
	return false;
}

static __always_inline int queue_error(const void *ctx, __u64 smmu, __u64 queue)
{
	__u64 now = bpf_ktime_get_ns();
	struct queue_error error = {};
	enum smmu_finder found_by;

	if (!ready() || (cfg_smmu && smmu != cfg_smmu))
		return 0;
	trouble_ns = now;
	queue_error_read(&error, smmu, queue);
	*queue_error_sent(smmu, &error.registers, 0) = now;
	if (in_handler())
		found_by = SMMU_FOUND_BY_HANDLER;
	else
		found_by = in_list(ctx) ? SMMU_FOUND_BY_ISSUER : SMMU_FOUND_BY_OTHER;
	queue_error_emit(&error, smmu, queue, now, found_by);
	return 0;
}

/*
 * void __arm_smmu_cmdq_skip_err(smmu, cmdq); before 6.9 the second one is the queue in it, which
 * is its first member.
 */
SEC("?fentry")
int queue_error_entry(__u64 *ctx)
{
	return queue_error(ctx, argument_address(ctx, 0), argument_address(ctx, 1));
}

SEC("?kprobe")
int queue_error_entry_kprobe(__u64 *ctx)
{
	return queue_error(ctx, ctx[0], ctx[1]);
}

/* irqreturn_t arm_smmu_gerror_handler(int irq, void *smmu) */
SEC("?fentry")
int gerror_entry(__u64 *ctx)
{
	return handler_begins((struct arm_smmu_device *)ctx[1]);
}

SEC("?fexit")
int gerror_exit(__u64 *ctx)
{
	return handler_ends(ctx[1], (__s32)ctx[2]);
}

SEC("?kprobe")
int gerror_entry_kprobe(__u64 *ctx)
{
	frame_keep_first(ctx, FRAME_GERROR);
	return handler_begins((struct arm_smmu_device *)ctx[1]);
}

SEC("?kretprobe")
int gerror_exit_kprobe(__u64 *ctx)
{
	struct frame frame;

	if (!frame_take(ctx, FRAME_GERROR, &frame))
		return 0;
	return handler_ends(frame.argument[1], (__s32)ctx[0]);
}
