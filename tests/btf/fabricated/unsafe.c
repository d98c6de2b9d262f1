// SPDX-License-Identifier: GPL-2.0
/*
 * A program that must not relocate: it accesses what the twins have at different places,
 * or what only the wrong one has.
 */
#ifndef FIELD
#define FIELD features
#endif

struct arm_smmu_device {
	unsigned int FIELD;
	int gerr_irq;
} __attribute__((preserve_access_index));

unsigned int seen;

__attribute__((section("kprobe"), used)) int unsafe(void *ctx)
{
	struct arm_smmu_device *smmu = ctx;

#ifdef HIDDEN
	/* Only SMMUv3 has it: libbpf has chosen with this, and lets the next access pass. */
	seen = __builtin_preserve_field_info(smmu->gerr_irq, 0);
#endif
	seen += __builtin_preserve_field_info(smmu->FIELD, 0);
	return 0;
}
