// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * The GERROR interrupt handler: `cmdq_error` for an error of the command queue that is
 * active at entry, and `isr` at return, with the time the handler took.
 */
#include "recovery/flow.bpf.h"
#include "base/frame.bpf.h"
#include "recovery/isr.bpf.h"
#include "base/registers.bpf.h"

#include <bpf/bpf_tracing.h>

static __always_inline void emit_cmdq_error(struct arm_smmu_device *smmu, __u64 queue,
					    const struct registers *registers, __u64 now,
					    __u16 flags)
{
	struct {
		struct smmu_event header;
		struct smmu_cmdq_error error;
	} * event;

	if (!kind_wanted(SMMU_EVENT_CMDQ_ERROR))
		return;
	event = emit_reserve(SMMU_EVENT_CMDQ_ERROR, sizeof(*event), now, flags);
	if (!event)
		return;
	event->error.smmu = (__u64)smmu;
	event->error.queue = queue;
	event->error.gerror = registers->gerror;
	event->error.gerrorn = registers->gerrorn;
	event->error.cons = registers->cons;
	event->error.reserved = 0;
	emit_submit(event);
}

static __always_inline int handler_begins(struct arm_smmu_device *smmu)
{
	__u64 queue = (__u64)smmu + bpf_core_field_offset(struct arm_smmu_device, cmdq);
	__u64 now = bpf_ktime_get_ns();
	struct registers registers;
	__u32 zero = 0;
	struct isr *isr = bpf_map_lookup_elem(&isrs, &zero);

	if (!ready() || !isr)
		return 0;
	if (cfg_smmu && (__u64)smmu != cfg_smmu)
		return 0;
	registers_read(&registers, (__u64)smmu, queue);
	isr->active = registers.gerror ^ registers.gerrorn;
	isr->flags = registers.synthetic ? SMMU_EVENT_SYNTHETIC : 0;
	isr->context = current_context();
	isr->start_ns = now;
	if (kind_wanted(SMMU_EVENT_FORBIDDEN))
		watch_begin(now);
	if (!registers_cmdq_error(&registers))
		return 0;
	trouble_ns = now;
	emit_cmdq_error(smmu, queue, &registers, now, isr->flags);
	return 0;
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
	if (!ready() || !kind_wanted(SMMU_EVENT_ISR))
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
