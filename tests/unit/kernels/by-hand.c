// SPDX-License-Identifier: GPL-2.0
/*
 * The types of kernels that no package was at hand for, written by hand from their source: what
 * `probe --root` looks at, and no more. Compiled by tests/unit/test_probe.sh with
 * -DSERIES=606 for 6.6, and so on.
 */
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;
typedef _Bool bool;

struct arm_smmu_cmdq {
	void *q;
#if SERIES >= 612
	bool (*supports_cmd)(void *ent);
#endif
};

struct arm_smmu_ste {
	u64 data[8];
};

#if SERIES < 612
struct arm_smmu_strtab_l1_desc {
	u8 span;
#if SERIES < 608
	u64 *l2ptr;
#else
	struct arm_smmu_ste *l2ptr;
#endif
	u64 l2ptr_dma;
};

struct arm_smmu_strtab_cfg {
#if SERIES < 608
	u64 *strtab;
#else
	struct arm_smmu_ste *strtab;
#endif
	u64 strtab_dma;
	struct arm_smmu_strtab_l1_desc *l1_desc;
	u32 num_l1_ents;
	u64 strtab_base;
	u32 strtab_base_cfg;
};
#else
struct arm_smmu_strtab_cfg {
	union {
		struct {
			struct arm_smmu_ste *table;
			u64 ste_dma;
			u32 num_ents;
		} linear;
		struct {
			void *l1tab;
			void **l2ptrs;
			u64 l1_dma;
			u32 num_l1_ents;
		} l2;
	};
};
#endif

struct arm_smmu_device {
	void *dev;
	struct arm_smmu_cmdq cmdq;
	struct arm_smmu_strtab_cfg strtab_cfg;
} smmu;
#if SERIES < 612
struct arm_smmu_strtab_l1_desc l1_desc; /* else it would be left out: nobody looks into it */
#endif

#define RETURNS(type, name, ...)                                                                   \
	type name(__VA_ARGS__)                                                                     \
	{                                                                                          \
		return 0;                                                                          \
	}
#define VOID(name, ...)                                                                            \
	void name(__VA_ARGS__)                                                                     \
	{                                                                                          \
	}
/* The first argument is the tracepoint's own. */
#define TRACEPOINT(name, ...)                                                                      \
	typedef void (*btf_trace_##name)(void *, ##__VA_ARGS__);                                   \
	btf_trace_##name use_##name;

#if SERIES >= 612
RETURNS(int, arm_smmu_cmdq_issue_cmdlist, struct arm_smmu_device *smmu, struct arm_smmu_cmdq *cmdq,
	u64 *cmds, int n, bool sync)
#else
RETURNS(int, arm_smmu_cmdq_issue_cmdlist, struct arm_smmu_device *smmu, u64 *cmds, int n, bool sync)
#endif
#if SERIES >= 612
VOID(__arm_smmu_cmdq_skip_err, struct arm_smmu_device *smmu, struct arm_smmu_cmdq *cmdq)
#endif
#if SERIES >= 611
RETURNS(int, arm_smmu_atc_inv_domain, void *smmu_domain, u64 iova, u64 size)
#else
RETURNS(int, arm_smmu_atc_inv_domain, void *smmu_domain, int ssid, u64 iova, u64 size)
#endif
RETURNS(int, arm_smmu_gerror_handler, int irq, void *dev)
RETURNS(int, pci_enable_ats, void *dev, int ps)
VOID(pci_disable_ats, void *dev)
RETURNS(int, __pci_reset_function_locked, void *dev)
VOID(pci_init_reset_methods, void *dev)
RETURNS(u64, iommu_unmap, void *domain, u64 iova, u64 size)
VOID(mutex_lock, void *lock)
RETURNS(int, mutex_lock_interruptible, void *lock)
RETURNS(int, mutex_lock_killable, void *lock)
VOID(down, void *sem)
VOID(down_read, void *sem)
VOID(down_write, void *sem)
RETURNS(bool, kthread_queue_work, void *worker, void *work)

TRACEPOINT(attach_device_to_domain, void *dev)
TRACEPOINT(kmalloc, u64 call_site, const void *ptr, u64 bytes_req, u64 bytes_alloc, u32 flags,
	   int node)
TRACEPOINT(kmem_cache_alloc, u64 call_site, const void *ptr, void *s, u32 flags, int node)
TRACEPOINT(mm_page_alloc, void *page, u32 order, u32 flags, int migratetype)
TRACEPOINT(sched_switch, bool preempt, void *prev, void *next, u32 prev_state)
TRACEPOINT(workqueue_queue_work, int cpu, void *pwq, void *work)
#if SERIES >= 611
TRACEPOINT(timer_start, void *timer, u64 bucket_expiry)
#else
TRACEPOINT(timer_start, void *timer, u64 expires, u32 flags)
#endif
TRACEPOINT(hrtimer_start, void *hrtimer, u32 mode)
TRACEPOINT(softirq_raise, u32 vec_nr)
TRACEPOINT(ipi_raise, const void *mask, const char *reason)
TRACEPOINT(irq_handler_exit, int irq, void *action, int ret)
TRACEPOINT(softirq_exit, u32 vec_nr)
