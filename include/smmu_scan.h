/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the device scan finds: one entry per PCI function that the SMMUv3 driver
 * has taken on. Written by bpf/scan.bpf.c, read by src/load/scan.c.
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
	__u64 pci_dev;
	__u64 smmu;
	__u64 queue; /* the SMMU's own struct arm_smmu_cmdq */
	__u32 bdf;
	__u32 sids; /* how many it has, may be more than fit in here */
	__u32 sid[SMMU_SCAN_SIDS];
	__u8 ats_capable;
	__u8 ats_enabled;
	__u8 reserved[2];
	__u32 gerror_irq; /* Linux' number of the interrupt that brings GERROR, 0: none */
	char smmu_name[SMMU_SCAN_NAME];
	char driver[32];
};

/* How a scan went. */
enum smmu_scan_status {
	SMMU_SCAN_OK,
	SMMU_SCAN_NO_ROOT,   /* no address of pci_root_buses */
	SMMU_SCAN_TRUNCATED, /* more than SMMU_SCAN_MAX functions or too deep a tree */
};

#endif
