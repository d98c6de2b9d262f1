// SPDX-License-Identifier: GPL-2.0
/* A made-up SMMUv2: the same names as in v3.c, at other offsets. */
struct arm_smmu_domain {
	int *pgtbl_ops;
	int stage;
	int *smmu;
};

struct arm_smmu_device {
	int *dev;
	unsigned int features;
	unsigned int num_s2crs;
#ifdef TWIN_HAS_CMDQ
	int cmdq; /* then every access to cmdq is ambiguous */
#endif
};

struct arm_smmu_device v2;
struct arm_smmu_domain v2_domain;
