/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tag of a StreamID: how a TLBI names the translations that it uses, by VMID and ASID. For
 * stage 1 the ASID is in its context descriptor, which the STE knows by a physical address only.
 */
#ifndef TAG_BPF_H
#define TAG_BPF_H

#include "base/ste.bpf.h"

static __always_inline bool tag_word(__u64 address, __u64 *word)
{
	return !bpf_probe_read_kernel(word, sizeof(*word), (const void *)address);
}

static __always_inline __u64 tag_base(struct arm_smmu_device *smmu, __u32 offset)
{
	__u32 low = 0, high = 0;

	if (ste_register(smmu, offset, &low) || ste_register(smmu, offset + 4, &high))
		return 0;
	return SMMU_ADDRESS((__u64)high << 32 | low);
}

/*
 * From a physical address to the kernel's own: the same distance for all memory that the SMMU
 * shares with the kernel, as long as that is coherent and need not be mapped anew. Taken from the
 * command queue, both of whose addresses are known. It must lead to the STE, too, else it is
 * nothing to go by.
 */
static __always_inline bool tag_distance(struct arm_smmu_device *smmu, __u32 sid, __u64 ste,
					 __u64 *distance)
{
	__u64 queue = tag_base(smmu, SMMU_REG_CMDQ_BASE);
	__u64 table = tag_base(smmu, SMMU_REG_STRTAB_BASE);
	__u32 config = 0;

	if (!queue || !table || ste_register(smmu, SMMU_REG_STRTAB_BASE_CFG, &config))
		return false;
	*distance = (__u64)BPF_CORE_READ(smmu, cmdq.q.base) - queue;
	if (SMMU_STRTAB_FMT(config) != SMMU_STRTAB_FMT_2LVL)
		return table + *distance + (__u64)sid * sizeof(struct arm_smmu_ste) == ste;
	if (!tag_word(table + *distance + (sid >> SMMU_STRTAB_SPLIT_BITS) * sizeof(__u64), &table))
		return false;
	return SMMU_ADDRESS(table) + *distance +
		       (__u64)(sid & 0xff) * sizeof(struct arm_smmu_ste) ==
	       ste;
}

/* Stage 1: of what is translated without a SubstreamID. */
static __always_inline __u64 tag_stage1(struct arm_smmu_device *smmu, __u32 sid, __u64 ste,
					const __u64 word[3])
{
	__u64 at = SMMU_ADDRESS(word[0]), distance, descriptor;

	/* With SubstreamIDs, what has none may be aborted or bypass stage 1. */
	if (SMMU_STE_S1_CDMAX(word[0]) && SMMU_STE_S1_DSS(word[1]) != SMMU_STE_S1_DSS_SSID0)
		return 0;
	if (!tag_distance(smmu, sid, ste, &distance))
		return SMMU_TAG_UNREAD;
	if (SMMU_STE_S1_CDMAX(word[0]) && SMMU_STE_S1_FORMAT(word[0])) {
		if (!tag_word(at + distance, &descriptor))
			return SMMU_TAG_UNREAD;
		if (!SMMU_L1CD_VALID(descriptor))
			return 0;
		at = SMMU_L1CD_ADDRESS(descriptor);
	}
	if (!tag_word(at + distance, &descriptor))
		return SMMU_TAG_UNREAD;
	if (!SMMU_CD_VALID(descriptor))
		return 0;
	if (SMMU_STE_STRW(word[1]) == SMMU_STE_STRW_EL2)
		return SMMU_TAG(SMMU_REGIME_EL2, 0, SMMU_CD_ASID(descriptor));
	return SMMU_TAG(SMMU_REGIME_EL1, SMMU_STE_S2_VMID(word[2]), SMMU_CD_ASID(descriptor));
}

/*
 * See SMMU_TAG(). Of two stages the first is a guest's, which its descriptors are in, too: nothing
 * that could be read.
 */
static __always_inline __u64 tag_read(__u64 smmu_address, __u32 sid)
{
	struct arm_smmu_device *smmu = (struct arm_smmu_device *)smmu_address;
	__u64 ste = ste_find(smmu, sid), word[3], tag = 0;

	if (!ste || bpf_probe_read_kernel(word, sizeof(word), (const void *)ste))
		return SMMU_TAG_UNREAD;
	if (!SMMU_STE_VALID(word[0]))
		return 0;
	if (SMMU_STE_CONFIG(word[0]) == SMMU_STE_CONFIG_S1_TRANS)
		tag = tag_stage1(smmu, sid, ste, word);
	else if (SMMU_STE_CONFIG(word[0]) == SMMU_STE_CONFIG_S2_TRANS)
		tag = SMMU_TAG(SMMU_REGIME_STAGE2, SMMU_STE_S2_VMID(word[2]), 0);
	return smmu_grant_of(word[0], word[1]) == SMMU_GRANT_ATS ? tag | SMMU_TAG_ATS : tag;
}

#endif
