// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * The PCI side of a recovery: ATS on and off, function resets, domains attached. These are
 * functions of the PCI core with the same name and prototype in every kernel, and a
 * tracepoint of the IOMMU core.
 */
#include "base/device.bpf.h"
#include "recovery/flow.bpf.h"
#include "recovery/nested.bpf.h"
#include "base/frame.bpf.h"
#include "base/smmu3.bpf.h"
#include "recovery/told.bpf.h"
#include "smmu_scan.h"

#include <bpf/bpf_tracing.h>

struct function {
	__u64 smmu;
	__u32 sid;
	__u32 bdf;
};

/* SMMU and first StreamID from the IOMMU core's record of the function (iommu_fwspec). */
static __always_inline void function_of(struct pci_dev *device, struct function *function)
{
	struct dev_iommu *iommu = BPF_CORE_READ(device, dev.iommu);
	struct arm_smmu_master *master;
	struct iommu_fwspec *fwspec;

	function->smmu = 0;
	function->sid = SMMU_SID_NONE;
	function->bdf = function_bdf(device);
	if (!iommu || !behind_smmu3(iommu))
		return;
	fwspec = BPF_CORE_READ(iommu, fwspec);
	master = BPF_CORE_READ(iommu, priv);
	if (!fwspec || !master || !BPF_CORE_READ(fwspec, num_ids))
		return;
	bpf_core_read(&function->sid, sizeof(function->sid), &fwspec->ids[0]);
	/* In every version of the driver the master's first member is its SMMU. */
	bpf_probe_read_kernel(&function->smmu, sizeof(function->smmu), master);
}

/* Of a task that is a thread of the kernel (include/linux/sched.h). */
#define TASK_KTHREAD 0x00200000U

/* Who asks for a reset or an attach? In an invalidation nobody does: that is the driver's doing. */
static __always_inline __u16 asked_by(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (current_context() != SMMU_CONTEXT_TASK || BPF_CORE_READ(task, flags) & TASK_KTHREAD ||
	    invalidation_nested(ctx, 0))
		return SMMU_EVENT_BY_KERNEL;
	return SMMU_EVENT_BY_PROCESS;
}

/* ATS comes back a moment after the unfence, and still follows from the injection. */
#define AFTERMATH_NS 1000000000ULL

static __always_inline __u16 function_flags(const struct function *function, __u64 now)
{
	struct smmu_device_state *state = device_state_seen(function->smmu, function->sid);

	if (!state || !state->synthetic)
		return 0;
	if (state->suspect_ns || state->fenced_ns ||
	    (state->unfenced_ns && now - state->unfenced_ns < AFTERMATH_NS))
		return SMMU_EVENT_SYNTHETIC;
	return 0;
}

/* All StreamIDs of the function: what the SMMU is told of them is held against this. */
static __always_inline void note_ats(struct pci_dev *device, const struct function *function,
				     bool on)
{
	struct iommu_fwspec *fwspec = BPF_CORE_READ(device, dev.iommu, fwspec);
	__u32 count = BPF_CORE_READ(fwspec, num_ids);

	for (__u32 i = 0; i < SMMU_SCAN_SIDS; i++) {
		struct smmu_device_state *state;
		__u32 sid = 0;

		if (i >= count || bpf_core_read(&sid, sizeof(sid), &fwspec->ids[i]))
			break;
		state = device_state_of(function->smmu, sid);
		if (state)
			state->ats = on ? SMMU_PCI_ATS_ON : SMMU_PCI_ATS_OFF;
		if (!on)
			told_before(function->smmu, sid);
	}
}

static __always_inline void emit_ats(struct pci_dev *device, __u32 enabled, __s32 result)
{
	struct {
		struct smmu_event header;
		struct smmu_ats ats;
	} * event;
	struct function function;
	__u64 now = bpf_ktime_get_ns();

	function_of(device, &function);
	if (function.smmu && !result)
		note_ats(device, &function, enabled);
	if (!ready())
		return;
	told_again();
	if (!kind_wanted(SMMU_EVENT_ATS))
		return;
	if (!sid_wanted(function.smmu, function.sid))
		return;
	event = emit_reserve(SMMU_EVENT_ATS, sizeof(*event), now, function_flags(&function, now));
	if (!event)
		return;
	event->ats.device = (__u64)device;
	event->ats.bdf = function.bdf;
	event->ats.sid = function.sid;
	event->ats.result = result;
	event->ats.enabled = enabled;
	emit_submit(event);
}

/* int pci_enable_ats(struct pci_dev *dev, int ps) */
SEC("?fexit")
int ats_enable_exit(__u64 *ctx)
{
	emit_ats((struct pci_dev *)ctx[0], 1, (__s32)ctx[2]);
	return 0;
}

/* void pci_disable_ats(struct pci_dev *dev) */
SEC("?fexit")
int ats_disable_exit(__u64 *ctx)
{
	emit_ats((struct pci_dev *)ctx[0], 0, 0);
	return 0;
}

/* For pci_enable_ats() and pci_disable_ats(). */
SEC("?kprobe")
int ats_entry_kprobe(__u64 *ctx)
{
	frame_keep_first(ctx, FRAME_ATS);
	return 0;
}

SEC("?kretprobe")
int ats_enable_exit_kprobe(__u64 *ctx)
{
	struct frame frame;

	if (frame_take(ctx, FRAME_ATS, &frame))
		emit_ats((struct pci_dev *)frame.argument[0], 1, (__s32)ctx[0]);
	return 0;
}

SEC("?kretprobe")
int ats_disable_exit_kprobe(__u64 *ctx)
{
	struct frame frame;

	if (frame_take(ctx, FRAME_ATS, &frame))
		emit_ats((struct pci_dev *)frame.argument[0], 0, 0);
	return 0;
}

static __always_inline void emit_reset(void *ctx, struct pci_dev *device, __u32 phase, __s32 result)
{
	struct {
		struct smmu_event header;
		struct smmu_reset reset;
	} * event;
	struct function function;
	__u64 now = bpf_ktime_get_ns();

	if (!ready())
		return;
	told_reset_ns = now;
	function_of(device, &function);
	if (cfg_stats && phase == SMMU_RESET_END && function.smmu) {
		if (result)
			DEVICE_COUNT(function.smmu, function.sid, resets_failed);
		else
			DEVICE_COUNT(function.smmu, function.sid, resets);
	}
	if (!kind_wanted(SMMU_EVENT_RESET) || !sid_wanted(function.smmu, function.sid))
		return;
	event = emit_reserve(SMMU_EVENT_RESET, sizeof(*event), now,
			     function_flags(&function, now) | asked_by(ctx));
	if (!event)
		return;
	event->reset.device = (__u64)device;
	event->reset.bdf = function.bdf;
	event->reset.sid = function.sid;
	event->reset.result = result;
	event->reset.phase = phase;
	emit_submit(event);
}

/* int __pci_reset_function_locked(struct pci_dev *dev) */
SEC("?fentry")
int reset_entry(__u64 *ctx)
{
	emit_reset(ctx, (struct pci_dev *)ctx[0], SMMU_RESET_BEGIN, 0);
	return 0;
}

SEC("?fexit")
int reset_exit(__u64 *ctx)
{
	emit_reset(ctx, (struct pci_dev *)ctx[0], SMMU_RESET_END, (__s32)ctx[1]);
	return 0;
}

/* int pci_dev_reset_iommu_prepare(struct pci_dev *pdev) */
SEC("?fexit")
int reset_prepare_exit(__u64 *ctx)
{
	emit_reset(ctx, (struct pci_dev *)ctx[0], SMMU_RESET_PREPARE, (__s32)ctx[1]);
	return 0;
}

/* void pci_dev_reset_iommu_done(struct pci_dev *pdev, ...) */
SEC("?fentry")
int reset_done_entry(__u64 *ctx)
{
	emit_reset(ctx, (struct pci_dev *)ctx[0], SMMU_RESET_DONE, 0);
	return 0;
}

/* void pci_init_reset_methods(struct pci_dev *dev) */
SEC("?fentry")
int reset_probe_entry(__u64 *ctx)
{
	emit_reset(ctx, (struct pci_dev *)ctx[0], SMMU_RESET_PROBE_BEGIN, 0);
	return 0;
}

SEC("?fexit")
int reset_probe_exit(__u64 *ctx)
{
	emit_reset(ctx, (struct pci_dev *)ctx[0], SMMU_RESET_PROBE_END, 0);
	return 0;
}

/* By kprobe, the entry of a reset also keeps the device for the return. */
SEC("?kprobe")
int reset_entry_kprobe(__u64 *ctx)
{
	frame_keep_first(ctx, FRAME_RESET);
	emit_reset(ctx, (struct pci_dev *)ctx[0], SMMU_RESET_BEGIN, 0);
	return 0;
}

SEC("?kretprobe")
int reset_exit_kprobe(__u64 *ctx)
{
	struct frame frame;

	if (frame_take(ctx, FRAME_RESET, &frame))
		emit_reset(ctx, (struct pci_dev *)frame.argument[0], SMMU_RESET_END, (__s32)ctx[0]);
	return 0;
}

SEC("?kprobe")
int reset_prepare_entry_kprobe(__u64 *ctx)
{
	frame_keep_first(ctx, FRAME_PREPARE);
	return 0;
}

SEC("?kretprobe")
int reset_prepare_exit_kprobe(__u64 *ctx)
{
	struct frame frame;

	if (frame_take(ctx, FRAME_PREPARE, &frame))
		emit_reset(ctx, (struct pci_dev *)frame.argument[0], SMMU_RESET_PREPARE,
			   (__s32)ctx[0]);
	return 0;
}

SEC("?kprobe")
int reset_done_entry_kprobe(__u64 *ctx)
{
	emit_reset(ctx, (struct pci_dev *)ctx[0], SMMU_RESET_DONE, 0);
	return 0;
}

SEC("?kprobe")
int reset_probe_entry_kprobe(__u64 *ctx)
{
	frame_keep_first(ctx, FRAME_PROBE);
	emit_reset(ctx, (struct pci_dev *)ctx[0], SMMU_RESET_PROBE_BEGIN, 0);
	return 0;
}

SEC("?kretprobe")
int reset_probe_exit_kprobe(__u64 *ctx)
{
	struct frame frame;

	if (frame_take(ctx, FRAME_PROBE, &frame))
		emit_reset(ctx, (struct pci_dev *)frame.argument[0], SMMU_RESET_PROBE_END, 0);
	return 0;
}

static __always_inline bool is_pci(struct device *device)
{
	const char *name = BPF_CORE_READ(device, bus, name);
	char bus[4] = {};

	if (bpf_probe_read_kernel_str(bus, sizeof(bus), name) != sizeof(bus))
		return false;
	return bus[0] == 'p' && bus[1] == 'c' && bus[2] == 'i';
}

/* Tracepoint iommu:attach_device_to_domain(struct device *dev), after a successful attach */
SEC("?tp_btf")
int attach_point(__u64 *ctx)
{
	struct {
		struct smmu_event header;
		struct smmu_attach attach;
	} * event;
	struct device *device = (struct device *)ctx[0];
	struct pci_dev *pci;
	struct function function;
	__u64 now = bpf_ktime_get_ns();

	recovery_close();
	if (!ready())
		return 0;
	told_again();
	if (!kind_wanted(SMMU_EVENT_ATTACH) || !is_pci(device))
		return 0;
	pci = (struct pci_dev *)((__u64)device - bpf_core_field_offset(struct pci_dev, dev));
	function_of(pci, &function);
	if (!sid_wanted(function.smmu, function.sid))
		return 0;
	event = emit_reserve(SMMU_EVENT_ATTACH, sizeof(*event), now,
			     function_flags(&function, now) | asked_by(ctx));
	if (!event)
		return 0;
	event->attach.device = (__u64)pci;
	event->attach.bdf = function.bdf;
	event->attach.sid = function.sid;
	emit_submit(event);
	return 0;
}
