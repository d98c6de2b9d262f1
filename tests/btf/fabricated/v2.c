// SPDX-License-Identifier: GPL-2.0
/* SMMUv2 as in no kernel: the same names as v3.c, and other places. */
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
	int cmdq; /* that would be too much */
#endif
};

struct arm_smmu_device v2;
struct arm_smmu_domain v2_domain;
