// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * The GERROR interrupt handler: what the hardware says went wrong. The
 * registers are read through the driver's own mapping, 32 bits at a time, which
 * has no side effect on these.
 */
#include "emit.bpf.h"

#include <bpf/bpf_tracing.h>

static __always_inline __u32 read_register(__u64 cons_reg, __u32 offset)
{
	__u32 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value),
			      (const void *)(cons_reg - SMMU_REG_CMDQ_CONS + offset));
	return value;
}

/* arm_smmu_gerror_handler(int irq, void *smmu) */
SEC("?fentry")
int gerror_entry(__u64 *ctx)
{
	struct arm_smmu_device *smmu = (struct arm_smmu_device *)ctx[1];
	struct {
		struct smmu_event header;
		struct smmu_cmdq_error error;
	} * event;
	__u64 cons_reg;
	__u32 gerror, gerrorn;

	if (!ready || !kind_wanted(SMMU_EVENT_CMDQ_ERROR))
		return 0;
	if (cfg_smmu && (__u64)smmu != cfg_smmu)
		return 0;
	cons_reg = (__u64)BPF_CORE_READ(smmu, cmdq.q.cons_reg);
	gerror = read_register(cons_reg, SMMU_REG_GERROR);
	gerrorn = read_register(cons_reg, SMMU_REG_GERRORN);
	if (!((gerror ^ gerrorn) & SMMU_GERROR_CMDQ_ERR))
		return 0;
	event = emit_reserve(SMMU_EVENT_CMDQ_ERROR, sizeof(*event), bpf_ktime_get_ns(), 0);
	if (!event)
		return 0;
	event->error.smmu = (__u64)smmu;
	event->error.queue = (__u64)smmu + bpf_core_field_offset(struct arm_smmu_device, cmdq);
	event->error.gerror = gerror;
	event->error.gerrorn = gerrorn;
	event->error.cons = read_register(cons_reg, SMMU_REG_CMDQ_CONS);
	event->error.reserved = 0;
	emit_submit(event);
	return 0;
}
