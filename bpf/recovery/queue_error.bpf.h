/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An error at which a command queue stopped, as it is before it is acknowledged: one event for
 * each, whoever finds it.
 */
#ifndef QUEUE_ERROR_BPF_H
#define QUEUE_ERROR_BPF_H

#include "base/device.bpf.h"
#include "base/emit.bpf.h"
#include "base/registers.bpf.h"

struct queue_error {
	struct registers registers;
	struct smmu_command before;
};

/*
 * When an error was sent last, by SMMU and by the value of GERRORN.CMDQ_ERR, which each
 * acknowledgment toggles: so two errors in a row are not taken for one.
 */
__u64 queue_errors[2 * SMMU_SMMUS_MAX] __weak = {};

/* other: 1 for the error before this one, and the one after it. */
static __always_inline __u64 *queue_error_sent(__u64 smmu, const struct registers *registers,
					       __u32 other)
{
	__u32 at = 2 * smmu_number(smmu) + ((registers->gerrorn ^ other) & SMMU_GERROR_CMDQ_ERR);

	asm volatile("" : "+r"(at));
	return &queue_errors[at & (2 * SMMU_SMMUS_MAX - 1)];
}

static __always_inline void queue_error_read(struct queue_error *error, __u64 smmu, __u64 queue)
{
	struct arm_smmu_cmdq *cmdq = (struct arm_smmu_cmdq *)queue;
	__u64 base = (__u64)BPF_CORE_READ(cmdq, q.base);
	__u32 mask;

	registers_read(&error->registers, smmu, queue);
	mask = (1U << error->registers.shift) - 1;
	error->before = (struct smmu_command){};
	bpf_probe_read_kernel(&error->before, sizeof(error->before),
			      (const void *)(base + ((error->registers.cons - 1) & mask) *
							    sizeof(struct smmu_command)));
}

static __always_inline void queue_error_emit(const struct queue_error *error, __u64 smmu,
					     __u64 queue, __u64 now, enum smmu_finder found_by)
{
	struct {
		struct smmu_event header;
		struct smmu_cmdq_error error;
	} * event;

	if (!kind_wanted(SMMU_EVENT_CMDQ_ERROR))
		return;
	event = emit_reserve(SMMU_EVENT_CMDQ_ERROR, sizeof(*event), now,
			     error->registers.synthetic ? SMMU_EVENT_SYNTHETIC : 0);
	if (!event)
		return;
	event->error.smmu = smmu;
	event->error.queue = queue;
	event->error.gerror = error->registers.gerror;
	event->error.gerrorn = error->registers.gerrorn;
	event->error.cons = error->registers.cons;
	event->error.found_by = (__u8)found_by;
	event->error.shift = (__u8)error->registers.shift;
	event->error.reserved = 0;
	event->error.before = error->before;
	emit_submit(event);
}

#endif
