/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Result of the device scan: one entry per SMMUv3 (without a pci_dev), then one per PCI function
 * behind one. Written by bpf/scan.bpf.c, read by src/load/scan.c.
 */
#ifndef SMMU_SCAN_H
#define SMMU_SCAN_H

#ifndef __bpf__
#include <linux/types.h>
#endif

#define SMMU_SCAN_MAX  4096
#define SMMU_SCAN_SIDS 8
#define SMMU_SCAN_NAME 64

struct smmu_scan_entry {
	__u64 pci_dev; /* kernel addresses, as in smmu_event.h; 0: an SMMU by itself */
	__u64 smmu;
	__u64 queue; /* the SMMU's own command queue */
	__u32 bdf;
	__u32 sids; /* how many StreamIDs it has; sid[] holds the first SMMU_SCAN_SIDS */
	__u32 sid[SMMU_SCAN_SIDS];
	__u64 tag[SMMU_SCAN_SIDS]; /* SMMU_TAG() of each, see smmu_arch.h */
	__u8 ats_capable;
	__u8 ats_enabled;
	__u8 reserved[2];
	__u32 gerror_irq; /* Linux interrupt number for GERROR, 0: none */
	char smmu_name[SMMU_SCAN_NAME];
	char smmu_class[SMMU_SCAN_NAME]; /* its name in /sys/class/iommu */
	char driver[32];
};

/* What the scan could not see. */
enum smmu_scan_status {
	SMMU_SCAN_TRUNCATED = 1 << 0, /* more than SMMU_SCAN_MAX functions, or too many buses */
	SMMU_SCAN_DOMAIN = 1 << 1,    /* functions in a PCI domain above ffff: not listed */
};

#endif
