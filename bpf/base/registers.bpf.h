/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers of an SMMU, read through the driver's own mapping, 32 bits at a time. Reading
 * these has no side effect. Only done after an error, or for a very slow list, and never while
 * the SMMU is suspended: an access to a device without power can hang the machine.
 *
 * An injected error is not in the registers: the driver overlays it on what it reads
 * (arm_smmu_cmdq.injected), and so does registers_read().
 */
#ifndef REGISTERS_BPF_H
#define REGISTERS_BPF_H

#include "vmlinux.h"

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "smmu_arch.h"

struct registers {
	__u32 gerror;
	__u32 gerrorn;
	__u32 cons;
	__u32 prod;
	__u32 shift;	/* log2 of the queue's entries */
	bool synthetic; /* CMDQ_ERR is active, and only because it was injected */
	bool asleep;	/* the SMMU has no power: none was read, all are 0 */
};

/*
 * Where runtime PM is not enabled for a device, its status means nothing. SMMUv2's structure has
 * the same name and a `dev`, too, so which one is meant cannot be said to the loader: it is the
 * first member of both, and if it is the right one it leads back. A function of its own, that the
 * kernel verifies once and apart: the path of lists that succeed pays nothing for it.
 */
__weak __noinline __u32 smmu_asleep(__u64 smmu_address)
{
	struct device *device = NULL;

	bpf_probe_read_kernel(&device, sizeof(device), (const void *)smmu_address);
	if ((__u64)BPF_CORE_READ(device, driver_data) != smmu_address ||
	    !bpf_core_field_exists(device->power.runtime_status) ||
	    BPF_CORE_READ_BITFIELD_PROBED(device, power.disable_depth))
		return false;
	return BPF_CORE_READ(device, power.runtime_status) >=
	       bpf_core_enum_value(enum rpm_status, RPM_SUSPENDED);
}

static __always_inline __u32 register_at(__u64 address)
{
	__u32 value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), (const void *)address);
	return value;
}

static __always_inline bool registers_cmdq_error(const struct registers *registers)
{
	return (registers->gerror ^ registers->gerrorn) & SMMU_GERROR_CMDQ_ERR;
}

static __always_inline void registers_read(struct registers *registers, __u64 smmu_address,
					   __u64 queue)
{
	struct arm_smmu_device *smmu = (struct arm_smmu_device *)smmu_address;
	struct arm_smmu_cmdq *cmdq = (struct arm_smmu_cmdq *)queue;
	__u64 base = (__u64)BPF_CORE_READ(smmu, cmdq.q.cons_reg) - SMMU_REG_CMDQ_CONS;
	__u32 cons;

	registers->shift = BPF_CORE_READ(cmdq, q.llq.max_n_shift) & 31;
	registers->synthetic = false;
	registers->asleep = smmu_asleep(smmu_address);
	if (registers->asleep) {
		registers->gerror = registers->gerrorn = registers->cons = registers->prod = 0;
		return;
	}
	registers->gerror = register_at(base + SMMU_REG_GERROR);
	registers->gerrorn = register_at(base + SMMU_REG_GERRORN);
	registers->cons = register_at((__u64)BPF_CORE_READ(cmdq, q.cons_reg));
	registers->prod = register_at((__u64)BPF_CORE_READ(cmdq, q.prod_reg));
	if (!bpf_core_field_exists(cmdq->injected))
		return;
	cons = BPF_CORE_READ(cmdq, injected.cons);
	if (!BPF_CORE_READ(cmdq, injected.active)) {
		/* Its acknowledgment leaves ERR as it was, as that of a real error does. */
		if (!SMMU_CONS_ERR(registers->cons))
			registers->cons |= cons & SMMU_CONS_ERR_MASK;
		return;
	}
	registers->cons = cons;
	if (registers_cmdq_error(registers))
		return;
	registers->gerror ^= SMMU_GERROR_CMDQ_ERR;
	registers->synthetic = true;
}

#endif
