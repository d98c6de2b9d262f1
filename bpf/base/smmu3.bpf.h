/* SPDX-License-Identifier: GPL-2.0 */
/* Is a device's IOMMU an SMMUv3? If not, dev_iommu.priv is another driver's struct. */
#ifndef SMMU3_BPF_H
#define SMMU3_BPF_H

#include "vmlinux.h"

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "smmu_event.h"

/* The class device of an SMMUv3 is called "smmu3.<address>", unlike that of an SMMUv2. */
static __always_inline bool is_smmu3(const struct device *class_device)
{
	const char *name = BPF_CORE_READ(class_device, kobj.name);
	char prefix[7] = {};

	if (bpf_probe_read_kernel_str(prefix, sizeof(prefix), name) < 0)
		return false;
	return prefix[0] == 's' && prefix[1] == 'm' && prefix[2] == 'm' && prefix[3] == 'u' &&
	       prefix[4] == '3' && prefix[5] == '.';
}

static __always_inline bool behind_smmu3(struct dev_iommu *iommu)
{
	return is_smmu3(BPF_CORE_READ(iommu, iommu_dev, dev));
}

/* SMMU_BDF_NONE: its domain has no room in 16 bits, and must not pass for another one. */
static __always_inline __u32 function_bdf(struct pci_dev *device)
{
	struct pci_bus *bus = BPF_CORE_READ(device, bus);
	__u32 domain = BPF_CORE_READ(bus, domain_nr);

	if (domain > 0xffff)
		return SMMU_BDF_NONE;
	return domain << 16 | BPF_CORE_READ(bus, number) << 8 | BPF_CORE_READ(device, devfn);
}

#endif
