// SPDX-License-Identifier: GPL-2.0
#include "kernel/hooks.h"

#include "smmu_event.h"

#define KIND(kind) (1U << SMMU_EVENT_##kind)

const struct hook hooks[HOOK_COUNT] = {
	[HOOK_LIST] =
		{
			.id = "list",
			.what = "issue of a command list",
			/* The inner one first: since 7.x the plain name is a wrapper, partly
			   inlined. */
			.names = {"__arm_smmu_cmdq_issue_cmdlist", "arm_smmu_cmdq_issue_cmdlist"},
			.args = {"smmu", "cmdq", "cmds", "n", "sync"},
			.optional_args = 1U << LIST_CMDQ,
			.shape = "pppnn",
			.result = RESULT_READ,
			.kinds = KIND(SUBMIT) | KIND(FENCE) | KIND(UNFENCE) | KIND(REGISTERS),
			.required = true,
		},
	[HOOK_GERROR] =
		{
			.id = "gerror",
			.what = "GERROR interrupt handler",
			.names = {"arm_smmu_gerror_handler"},
			.shape = "np",
			.result = RESULT_READ,
			.kinds = KIND(CMDQ_ERROR) | KIND(ISR) | KIND(FORBIDDEN),
		},
	[HOOK_ATS_ENABLE] =
		{
			.id = "ats_enable",
			.what = "ATS switched on",
			.names = {"pci_enable_ats"},
			.shape = "pn",
			.result = RESULT_READ,
			.kinds = KIND(ATS),
		},
	[HOOK_ATS_DISABLE] =
		{
			.id = "ats_disable",
			.what = "ATS switched off",
			.names = {"pci_disable_ats"},
			.shape = "p",
			.kinds = KIND(ATS),
		},
	[HOOK_RESET] =
		{
			.id = "reset",
			.what = "reset of a PCI function",
			.names = {"__pci_reset_function_locked"},
			.shape = "p",
			.result = RESULT_READ,
			.kinds = KIND(RESET),
		},
	[HOOK_INJECTION_POINT] =
		{
			.id = "injection_point",
			.what = "the hardware's verdict on a CMD_SYNC",
			.names = {"arm_smmu_cmdq_sync_verdict"},
			.shape = "pppnn",
			.kinds = KIND(INJECT),
			.override = true,
		},
	[HOOK_INJECTED] =
		{
			.id = "injected",
			.what = "a verdict that somebody replaced",
			.names = {"arm_smmu_cmdq_inject"},
			.args = {"smmu", "cmdq", "cmds", "n", "sync_prod", "verdict"},
			.shape = "pppnnn",
			.kinds = KIND(INJECT),
		},
	[HOOK_RESET_PREPARE] =
		{
			.id = "reset_prepare",
			.what = "the IOMMU told that a reset comes",
			.names = {"pci_dev_reset_iommu_prepare"},
			.shape = "p",
			.result = RESULT_READ,
			.kinds = KIND(RESET),
		},
	[HOOK_RESET_DONE] =
		{
			.id = "reset_done",
			.what = "the IOMMU told that a reset is over",
			.names = {"pci_dev_reset_iommu_done"},
			.shape = "p",
			.kinds = KIND(RESET),
		},
	[HOOK_RESET_PROBE] =
		{
			.id = "reset_probe",
			.what = "PCI function asked how it can be reset",
			.names = {"pci_init_reset_methods"},
			.shape = "p",
			.kinds = KIND(RESET),
		},
	[HOOK_ATTACH] =
		{
			.id = "attach",
			.what = "domain attached to a device",
			.names = {"attach_device_to_domain"},
			.kinds = KIND(ATTACH) | KIND(FORBIDDEN),
			.tracepoint = true,
		},
	/* The inner ones first: what is around them may have no result. */
	[HOOK_INVALIDATION_DOMAIN] =
		{
			.id = "invalidation_domain",
			.what = "ATC invalidation of a domain",
			.names = {"__arm_smmu_domain_inv_range", "arm_smmu_domain_inv_range",
				  "arm_smmu_atc_inv_domain"},
			.result = RESULT_IF_ANY,
			.kinds = KIND(INVALIDATION) | KIND(FORBIDDEN),
		},
	[HOOK_INVALIDATION_MASTER] =
		{
			.id = "invalidation_master",
			.what = "ATC invalidation of a device",
			.names = {"arm_smmu_atc_inv_master"},
			.result = RESULT_IF_ANY,
			.kinds = KIND(INVALIDATION) | KIND(FORBIDDEN),
		},
	[HOOK_UNMAP] =
		{
			.id = "unmap",
			.what = "unmap",
			.names = {"iommu_unmap"},
			.shape = "pnn",
			.result = RESULT_READ,
			.kinds = KIND(UNMAP),
		},
	[HOOK_KMALLOC] =
		{
			.id = "kmalloc",
			.what = "allocation",
			.names = {"kmalloc"},
			.kinds = KIND(FORBIDDEN),
			.tracepoint = true,
			.payload = PAYLOAD_NUMBER,
		},
	[HOOK_KMEM_CACHE] =
		{
			.id = "kmem_cache_alloc",
			.what = "allocation of an object",
			.names = {"kmem_cache_alloc"},
			.kinds = KIND(FORBIDDEN),
			.tracepoint = true,
			.payload = PAYLOAD_POINTER,
		},
	[HOOK_PAGES] =
		{
			.id = "mm_page_alloc",
			.what = "allocation of pages",
			.names = {"mm_page_alloc"},
			.kinds = KIND(FORBIDDEN),
			.tracepoint = true,
			.payload = PAYLOAD_NUMBER,
		},
	/* The second name is that of kernels that prove their locking. */
	[HOOK_MUTEX] =
		{
			.id = "mutex_lock",
			.what = "mutex",
			.names = {"mutex_lock", "mutex_lock_nested"},
			.kinds = KIND(FORBIDDEN),
		},
	[HOOK_MUTEX_INTERRUPTIBLE] =
		{
			.id = "mutex_lock_interruptible",
			.what = "mutex",
			.names = {"mutex_lock_interruptible", "mutex_lock_interruptible_nested"},
			.kinds = KIND(FORBIDDEN),
		},
	[HOOK_MUTEX_KILLABLE] =
		{
			.id = "mutex_lock_killable",
			.what = "mutex",
			.names = {"mutex_lock_killable", "mutex_lock_killable_nested"},
			.kinds = KIND(FORBIDDEN),
		},
	[HOOK_RWSEM_READ] =
		{
			.id = "down_read",
			.what = "semaphore of readers and writers",
			.names = {"down_read"},
			.kinds = KIND(FORBIDDEN),
		},
	[HOOK_RWSEM_WRITE] =
		{
			.id = "down_write",
			.what = "semaphore of readers and writers",
			.names = {"down_write"},
			.kinds = KIND(FORBIDDEN),
		},
	[HOOK_SEMAPHORE] =
		{
			.id = "down",
			.what = "semaphore",
			.names = {"down"},
			.kinds = KIND(FORBIDDEN),
		},
	[HOOK_SCHEDULE] =
		{
			.id = "schedule",
			.what = "sleep",
			.names = {"sched_switch"},
			.kinds = KIND(FORBIDDEN),
			.tracepoint = true,
		},
	[HOOK_WORK] =
		{
			.id = "queue_work",
			.what = "work handed to a workqueue",
			.names = {"workqueue_queue_work"},
			.kinds = KIND(FORBIDDEN),
			.tracepoint = true,
		},
	[HOOK_IRQ_EXIT] =
		{
			.id = "irq_exit",
			.what = "end of an interrupt handler",
			.names = {"irq_handler_exit"},
			.kinds = KIND(FORBIDDEN),
			.tracepoint = true,
		},
	[HOOK_SOFTIRQ_EXIT] =
		{
			.id = "softirq_exit",
			.what = "end of a softirq",
			.names = {"softirq_exit"},
			.kinds = KIND(FORBIDDEN),
			.tracepoint = true,
		},
};
