// SPDX-License-Identifier: GPL-2.0
/*
 * The device scan: walks the kernel's list of IOMMUs for those that are SMMUv3s, and its PCI buses,
 * and reads for each function behind an SMMUv3 the driver's own record of its StreamIDs. It is
 * attached to nothing: user space runs it (BPF_PROG_RUN) at the start and whenever it needs the
 * devices anew.
 */
#include "vmlinux.h"

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "base/smmu3.bpf.h"
#include "base/tag.bpf.h"
#include "smmu_event.h"
#include "smmu_scan.h"

#define SCAN_BUSES 256
#define SCAN_SMMUS 1024
#define SCAN_STEPS (1 << 16)

extern const void pci_root_buses __ksym __weak;
extern const void iommu_device_list __ksym __weak;

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SMMU_SCAN_MAX);
	__type(key, __u32);
	__type(value, struct smmu_scan_entry);
} scan_entries SEC(".maps");

/* What the kernel says of the process that asks: its namespaces do not show here. */
__u64 self_monotonic_ns = 0;
__u64 self_boottime_ns = 0;
__u32 self_pid = 0;

__u32 scan_count = 0;
__u32 scan_status = 0; /* enum smmu_scan_status */

/*
 * State of the walk. The verifier assumes nothing of globals, so it checks one step and not
 * every possible walk.
 */
enum scan_mode { SCAN_POP, SCAN_CHILDREN, SCAN_DEVICES };
__u32 scan_mode = SCAN_POP;
__u32 scan_depth = 0;		   /* buses on the stack */
__u64 scan_stack[SCAN_BUSES] = {}; /* buses that are still to be walked */
__u64 scan_bus = 0;		   /* the current bus, 0 for the list of root buses */
__u64 scan_head = 0;		   /* head of the list that is being walked */
__u64 scan_next = 0;

static __always_inline void scan_list(__u32 mode, __u64 head)
{
	struct list_head *list = (struct list_head *)head;

	scan_mode = mode;
	scan_head = head;
	scan_next = (__u64)BPF_CORE_READ(list, next);
}

static __always_inline void scan_push(__u64 bus)
{
	__u32 depth = scan_depth;

	if (depth >= SCAN_BUSES) {
		scan_status |= SMMU_SCAN_TRUNCATED;
		return;
	}
	scan_stack[depth] = bus;
	scan_depth = depth + 1;
}

/* Global, so that the verifier checks it once. */
__noinline __u64 scan_tag(__u64 smmu, __u32 sid)
{
	return tag_read(smmu, sid);
}

static __always_inline void scan_sids(struct smmu_scan_entry *entry, struct arm_smmu_master *master)
{
	struct arm_smmu_stream *streams = BPF_CORE_READ(master, streams);

	entry->sids = BPF_CORE_READ(master, num_streams);
	/* Unrolled: up to about 6.7 the verifier rejects a loop that is entered at its end. */
#pragma unroll
	for (__u32 i = 0; i < SMMU_SCAN_SIDS; i++) {
		__u64 stream = (__u64)streams + i * bpf_core_type_size(struct arm_smmu_stream);

		entry->sid[i] = SMMU_SID_NONE;
		entry->tag[i] = 0;
		if (i >= entry->sids)
			continue;
		entry->sid[i] = BPF_CORE_READ((struct arm_smmu_stream *)stream, id);
		entry->tag[i] = scan_tag(entry->smmu, entry->sid[i]);
	}
}

/* The combined interrupt if there is one: the driver prefers it, too. 0: none. */
static __always_inline __u32 scan_gerror_irq(struct arm_smmu_device *smmu)
{
	int irq = 0;

	if (bpf_core_field_exists(smmu->combined_irq))
		irq = BPF_CORE_READ(smmu, combined_irq);
	if (irq <= 0 && bpf_core_field_exists(smmu->gerr_irq))
		irq = BPF_CORE_READ(smmu, gerr_irq);
	return irq > 0 ? irq : 0;
}

static __always_inline void scan_name(char name[SMMU_SCAN_NAME], const struct device *device)
{
	name[0] = 0;
	bpf_probe_read_kernel_str(name, SMMU_SCAN_NAME, BPF_CORE_READ(device, kobj.name));
}

static __always_inline void scan_smmu_of(struct smmu_scan_entry *entry,
					 struct arm_smmu_device *smmu)
{
	entry->smmu = (__u64)smmu;
	entry->queue = (__u64)smmu + bpf_core_field_offset(struct arm_smmu_device, cmdq);
	entry->gerror_irq = scan_gerror_irq(smmu);
	scan_name(entry->smmu_name, BPF_CORE_READ(smmu, dev));
}

/* NULL: there is no room. */
static __always_inline struct smmu_scan_entry *scan_entry(void)
{
	__u32 index = scan_count;
	struct smmu_scan_entry *entry = bpf_map_lookup_elem(&scan_entries, &index);

	if (!entry)
		scan_status |= SMMU_SCAN_TRUNCATED;
	return entry;
}

static __always_inline void scan_device(struct pci_dev *device)
{
	struct dev_iommu *iommu = BPF_CORE_READ(device, dev.iommu);
	__u32 bdf = function_bdf(device);
	struct smmu_scan_entry *entry;
	struct arm_smmu_master *master;
	struct device_driver *driver;

	if (!iommu || !behind_smmu3(iommu))
		return;
	master = BPF_CORE_READ(iommu, priv);
	if (!master)
		return;
	if (bdf == SMMU_BDF_NONE) {
		scan_status |= SMMU_SCAN_DOMAIN;
		return;
	}
	entry = scan_entry();
	if (!entry)
		return;
	entry->pci_dev = (__u64)device;
	scan_smmu_of(entry, BPF_CORE_READ(master, smmu));
	scan_name(entry->smmu_class, BPF_CORE_READ(iommu, iommu_dev, dev));
	entry->bdf = bdf;
	entry->ats_capable = !!BPF_CORE_READ(device, ats_cap);
	entry->ats_enabled = BPF_CORE_READ_BITFIELD_PROBED(device, ats_enabled);
	scan_sids(entry, master);
	entry->driver[0] = 0;
	driver = BPF_CORE_READ(device, dev.driver);
	if (driver)
		bpf_probe_read_kernel_str(entry->driver, sizeof(entry->driver),
					  BPF_CORE_READ(driver, name));
	scan_count++;
}

/* The next IOMMU of the kernel's list; 1: it was the last one. */
static long scan_smmu(__u32 i, void *unused)
{
	__u64 at = scan_next;
	struct iommu_device *iommu =
		(struct iommu_device *)(at - bpf_core_field_offset(struct iommu_device, list));
	const struct device *class_device;
	struct smmu_scan_entry *entry;
	struct arm_smmu_device *smmu;

	if (!at || at == scan_head)
		return 1;
	scan_next = (__u64)BPF_CORE_READ(iommu, list.next);
	class_device = BPF_CORE_READ(iommu, dev);
	if (!class_device || !is_smmu3(class_device))
		return 0;
	/*
	 * Its parent is the driver's device. Not by the place of the iommu_device in it: the SMMUv2
	 * driver has a struct arm_smmu_device, too, and one of another layout.
	 */
	smmu = BPF_CORE_READ(class_device, parent, driver_data);
	if (!smmu)
		return 0;
	entry = scan_entry();
	if (!entry)
		return 1;
	entry->pci_dev = 0;
	scan_smmu_of(entry, smmu);
	scan_name(entry->smmu_class, class_device);
	scan_count++;
	return 0;
}

/* The next bus from the stack; its children first, then its devices. */
static __always_inline long scan_pop(void)
{
	__u32 depth = scan_depth - 1;

	if (depth >= SCAN_BUSES)
		return 1;
	scan_depth = depth;
	scan_bus = scan_stack[depth];
	scan_list(SCAN_CHILDREN, scan_bus + bpf_core_field_offset(struct pci_bus, children));
	return 0;
}

static long scan_step(__u32 i, void *unused)
{
	__u64 at = scan_next;
	struct list_head *node = (struct list_head *)at;

	if (scan_mode == SCAN_POP)
		return scan_pop();
	if (at == scan_head || !at) {
		if (scan_mode == SCAN_CHILDREN && scan_bus)
			scan_list(SCAN_DEVICES,
				  scan_bus + bpf_core_field_offset(struct pci_bus, devices));
		else
			scan_mode = SCAN_POP;
		return 0;
	}
	if (scan_mode == SCAN_CHILDREN)
		scan_push(at - bpf_core_field_offset(struct pci_bus, node));
	else
		scan_device(
			(struct pci_dev *)(at - bpf_core_field_offset(struct pci_dev, bus_list)));
	scan_next = (__u64)BPF_CORE_READ(node, next);
	return 0;
}

SEC("?syscall")
int scan_devices(void *ctx)
{
	scan_count = 0;
	scan_status = 0;
	scan_depth = 0;
	scan_bus = 0;
	if (&iommu_device_list) {
		scan_list(SCAN_POP, (__u64)&iommu_device_list);
		bpf_loop(SCAN_SMMUS, scan_smmu, NULL, 0);
	}
	/* The kernel hides its address: the tool has said so before (kernel/symbols.c). */
	if (!&pci_root_buses)
		return 0;
	scan_list(SCAN_CHILDREN, (__u64)&pci_root_buses);
	if (bpf_loop(SCAN_STEPS, scan_step, NULL, 0) >= SCAN_STEPS)
		scan_status |= SMMU_SCAN_TRUNCATED;
	return 0;
}

SEC("?syscall")
int scan_self(void *ctx)
{
	self_monotonic_ns = bpf_ktime_get_ns();
	self_boottime_ns = bpf_ktime_get_boot_ns();
	self_pid = bpf_get_current_pid_tgid() >> 32;
	return 0;
}

char _license[] SEC("license") = "GPL";
