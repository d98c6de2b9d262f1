/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel types that the BPF programs read, with only the members that they read. CO-RE
 * relocates them against the running kernel's BTF.
 *
 * The SMMUv2 and SMMUv3 drivers share type names, and both may be in one kernel's BTF. So
 * struct arm_smmu_device may only have members that the v3 driver alone has (cmdq,
 * strtab_cfg, gerr_irq, combined_irq), or that are at the same offset in both (dev): any
 * other makes the relocation ambiguous, and libbpf refuses it.
 */
#ifndef VMLINUX_H
#define VMLINUX_H

#include <linux/types.h>
#include <stdbool.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
	struct list_head *next, *prev;
};

/* These two are used for their layout only, see bpf/base/words.bpf.h. */
struct timespec64 {
	__s64 tv_sec;
	long tv_nsec;
};

struct user_pt_regs {
	__u64 regs[31];
};

struct bpf_prog_aux {
	__u32 id;
};

struct bpf_prog {
	int *active; /* per CPU: not 0 while the program is running there */
	struct bpf_prog_aux *aux;
};

struct bpf_iter__bpf_prog {
	struct bpf_prog *prog;
};

struct kobject {
	const char *name;
};

struct iommu_fwspec {
	unsigned int num_ids;
	__u32 ids[];
};

struct iommu_device {
	struct list_head list;
	struct device *dev;
};

struct dev_iommu {
	struct iommu_fwspec *fwspec;
	struct iommu_device *iommu_dev;
	void *priv;
};

struct device_driver {
	const char *name;
};

struct bus_type {
	const char *name;
};

enum rpm_status {
	RPM_ACTIVE,
	RPM_RESUMING,
	RPM_SUSPENDED,
	RPM_SUSPENDING,
};

struct dev_pm_info {
	unsigned int disable_depth : 3;
	enum rpm_status runtime_status;
};

struct device {
	struct kobject kobj;
	struct device *parent;
	void *driver_data;
	struct dev_pm_info power;
	const struct bus_type *bus;
	struct device_driver *driver;
	struct dev_iommu *iommu;
};

struct pci_bus {
	struct list_head node;
	struct list_head children;
	struct list_head devices;
	unsigned char number;
	int domain_nr;
};

struct pci_dev {
	struct list_head bus_list;
	struct pci_bus *bus;
	unsigned int devfn;
	struct device dev;
	unsigned int ats_enabled : 1;
	__u16 ats_cap;
};

struct kmem_cache {
	unsigned int object_size;
};

/* arm64: asm/thread_info.h */
struct thread_info {
	union {
		__u64 preempt_count;
		struct {
			__u32 count;
			__u32 need_resched;
		} preempt;
	};
};

struct task_struct {
	struct thread_info thread_info;
	int pid;
	int tgid;
	char comm[16]; /* at a multiple of 8 here, so that it is read 8 bytes at a time */
	unsigned int flags;
};

/* drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.h */
struct arm_smmu_ll_queue {
	union {
		__u64 val;
		struct {
			__u32 prod;
			__u32 cons;
		};
	};
	__u32 max_n_shift;
};

struct arm_smmu_queue {
	struct arm_smmu_ll_queue llq;
	__u64 *base;
	__u32 *prod_reg;
	__u32 *cons_reg;
};

struct arm_smmu_cmdq {
	struct arm_smmu_queue q;
	/* Linux 6.12 and later: which commands it takes; NULL: all. */
	void *supports_cmd;
	/* An injected error, in drivers that have an injection point. */
	struct {
		__u32 active;
		__u32 cons;
	} injected;
};

struct arm_smmu_ste {
	__u64 data[8];
};

struct arm_smmu_strtab_l2 {
	struct arm_smmu_ste stes[256];
};

/* Before Linux 6.12: the second level, in a list of its own. */
struct arm_smmu_strtab_l1_desc {
	struct arm_smmu_ste *l2ptr;
};

struct arm_smmu_strtab_cfg {
	/* Before Linux 6.12: the table, if it has one level; the list, if it has two. */
	struct arm_smmu_ste *strtab;
	struct arm_smmu_strtab_l1_desc *l1_desc;
	/* Since then. */
	union {
		struct {
			struct arm_smmu_ste *table;
		} linear;
		struct {
			struct arm_smmu_strtab_l2 **l2ptrs;
		} l2;
	};
};

struct arm_smmu_device {
	struct device *dev;
	struct arm_smmu_cmdq cmdq;
	struct arm_smmu_strtab_cfg strtab_cfg;
	int gerr_irq;
	int combined_irq;
};

struct arm_smmu_stream {
	__u32 id;
};

struct arm_smmu_master {
	struct arm_smmu_device *smmu;
	struct arm_smmu_stream *streams;
	unsigned int num_streams;
};

#pragma clang attribute pop

#endif
