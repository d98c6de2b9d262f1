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

/* Of a table with one level. 0: it is kept in a way that is not known. */
static __always_inline __u64 ste_linear(struct arm_smmu_device *smmu)
{
	if (bpf_core_field_exists(smmu->strtab_cfg.linear.table))
		return (__u64)BPF_CORE_READ(smmu, strtab_cfg.linear.table);
	if (bpf_core_field_exists(smmu->strtab_cfg.strtab))
		return (__u64)BPF_CORE_READ(smmu, strtab_cfg.strtab);
	return 0;
}

/* The part of a table with two levels that the STE of `sid` is in. 0: not known, or not there. */
static __always_inline __u64 ste_leaf(struct arm_smmu_device *smmu, __u32 sid)
{
	struct arm_smmu_strtab_l1_desc *list;
	__u64 at, leaf = 0;

	if (bpf_core_field_exists(smmu->strtab_cfg.l2.l2ptrs)) {
		at = (__u64)&BPF_CORE_READ(smmu,
					   strtab_cfg.l2.l2ptrs)[sid >> SMMU_STRTAB_SPLIT_BITS];
	} else if (bpf_core_field_exists(smmu->strtab_cfg.l1_desc) &&
		   bpf_core_field_exists(struct arm_smmu_strtab_l1_desc, l2ptr)) {
		list = BPF_CORE_READ(smmu, strtab_cfg.l1_desc);
		at = (__u64)list + (__u64)(sid >> SMMU_STRTAB_SPLIT_BITS) *
					   bpf_core_type_size(struct arm_smmu_strtab_l1_desc);
		at += bpf_core_field_offset(struct arm_smmu_strtab_l1_desc, l2ptr);
	} else {
		return 0;
	}
	return bpf_probe_read_kernel(&leaf, sizeof(leaf), (const void *)at) ? 0 : leaf;
}

/*
 * Where the STE of `sid` is; 0 if that is not known. What is known of the layout is a fact of the
 * kernel, too (kernel_stream_table()): with another one no fences are seen, and all else works.
 */
static __always_inline __u64 ste_find(struct arm_smmu_device *smmu, __u32 sid)
{
	__u32 config = 0;
	__u64 table;

	/*
	 * The register tells whether the table is linear or has two levels. The driver's
	 * flag is no use: SMMUv2's struct has a member of the same name (vmlinux.h).
	 */
	if (ste_register(smmu, SMMU_REG_STRTAB_BASE_CFG, &config))
		return 0;
	if (SMMU_STRTAB_FMT(config) == SMMU_STRTAB_FMT_2LVL) {
		/* Every driver so far splits it like this. */
		if (SMMU_STRTAB_SPLIT(config) != SMMU_STRTAB_SPLIT_BITS)
			return 0;
		table = ste_leaf(smmu, sid);
		sid &= (1U << SMMU_STRTAB_SPLIT_BITS) - 1;
	} else {
		table = ste_linear(smmu);
	}
	return table ? table + (__u64)sid * sizeof(struct arm_smmu_ste) : 0;
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
