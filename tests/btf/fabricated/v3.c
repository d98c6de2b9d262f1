// SPDX-License-Identifier: GPL-2.0
/* A made-up SMMUv3: the members that the programs access, at offsets of its own. */
typedef unsigned long long u64;
typedef unsigned int u32;

struct arm_smmu_ll_queue {
	union {
		u64 val;
		struct {
			u32 prod;
			u32 cons;
		};
	};
	u32 max_n_shift;
};

struct arm_smmu_queue {
	u32 *prod_reg;
	u32 *cons_reg;
	struct arm_smmu_ll_queue llq;
	u64 *base;
};

struct arm_smmu_cmdq {
	int lock;
	struct arm_smmu_queue q;
};

struct arm_smmu_strtab_cfg {
	union {
		struct {
			u64 *table;
		} linear;
		struct {
			u64 *l1tab;
			u64 **l2ptrs;
		} l2;
	};
};

struct arm_smmu_device {
	int *dev;
	u64 pad[5];
	u32 features;
	int combined_irq;
	int gerr_irq;
	struct arm_smmu_strtab_cfg strtab_cfg;
	struct arm_smmu_cmdq cmdq;
};

struct arm_smmu_domain {
	struct arm_smmu_device *smmu;
	int *pgtbl_ops;
};

struct arm_smmu_device v3;
struct arm_smmu_domain v3_domain;
