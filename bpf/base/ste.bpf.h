/* SPDX-License-Identifier: GPL-2.0 */
/* Stream table entries, as the driver has them in memory right now, and the queues for them. */
#ifndef STE_BPF_H
#define STE_BPF_H

#include "vmlinux.h"

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "smmu_arch.h"

/* A register of page 0. */
static __always_inline int ste_register(struct arm_smmu_device *smmu, __u32 offset, __u32 *value)
{
	__u64 cons_reg = (__u64)BPF_CORE_READ(smmu, cmdq.q.cons_reg);

	return bpf_probe_read_kernel(value, sizeof(*value),
				     (const void *)(cons_reg - SMMU_REG_CMDQ_CONS + offset));
}

/* Where the STE of `sid` is; 0 if that is not known. */
static __always_inline __u64 ste_find(struct arm_smmu_device *smmu, __u32 sid)
{
	struct arm_smmu_strtab_l2 **tables, *table;
	__u32 config = 0;

	/* With another layout of the table no fences are seen; all else still works. */
	if (!bpf_core_field_exists(smmu->strtab_cfg.l2.l2ptrs) ||
	    !bpf_core_field_exists(smmu->strtab_cfg.linear.table))
		return 0;
	/*
	 * The register tells whether the table is linear or has two levels. The driver's
	 * flag is no use: SMMUv2's struct has a member of the same name (vmlinux.h).
	 */
	if (ste_register(smmu, SMMU_REG_STRTAB_BASE_CFG, &config))
		return 0;
	if (SMMU_STRTAB_FMT(config) != SMMU_STRTAB_FMT_2LVL)
		return (__u64)(BPF_CORE_READ(smmu, strtab_cfg.linear.table) + sid);
	tables = BPF_CORE_READ(smmu, strtab_cfg.l2.l2ptrs);
	if (bpf_probe_read_kernel(&table, sizeof(table), &tables[sid >> 8]) || !table)
		return 0;
	return (__u64)((struct arm_smmu_ste *)table + (sid & 0xff));
}

/* The first two words of the STE of `sid`. 0, or -1 if it cannot be read. */
static __always_inline int ste_read(__u64 smmu, __u32 sid, __u64 word[2])
{
	__u64 ste = ste_find((struct arm_smmu_device *)smmu, sid);

	return !ste || bpf_probe_read_kernel(word, 2 * sizeof(word[0]), (const void *)ste) ? -1 : 0;
}

/*
 * Does the queue take a CFGI? Of one that the driver keeps for some commands only, the SMMU refuses
 * all others (CERROR_ILL, IHI 0070 7.1): no driver has one that takes more than TLBI and ATC_INV.
 */
static __always_inline bool queue_configures(__u64 smmu, __u64 queue)
{
	struct arm_smmu_cmdq *cmdq = (struct arm_smmu_cmdq *)queue;

	return queue == smmu + bpf_core_field_offset(struct arm_smmu_device, cmdq) ||
	       !bpf_core_field_exists(cmdq->supports_cmd) || !BPF_CORE_READ(cmdq, supports_cmd);
}

#endif
