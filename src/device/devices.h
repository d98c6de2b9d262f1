/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The SMMUv3 instances of this machine and the PCI functions behind them: which
 * StreamIDs a function has, in the driver's own words. Filled by devices_scan(),
 * which runs a BPF program over the kernel's PCI and SMMU tables; the rest is
 * from sysfs. Plain data and look-ups otherwise. Not thread safe.
 */
#ifndef DEVICE_DEVICES_H
#define DEVICE_DEVICES_H

#include "device/gerror_irq.h"

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define DEVICE_SIDS_MAX 8
#define BDF_LEN		16 /* "dddd:bb:dd.f" and its end */

struct smmu {
	char name[64]; /* the driver's device, as in dmesg: 9050000.smmuv3 */
	__u64 address; /* struct arm_smmu_device */
	__u64 queue;   /* its own struct arm_smmu_cmdq, 0 if not known */
	/* That its GERROR interrupt goes to; SMMU_CPU_NONE and why it cannot be told. */
	__u32 gerror_cpu;
	char gerror_reason[GERROR_IRQ_REASON_LEN];
};

struct device {
	__u32 bdf; /* domain << 16 | bus << 8 | devfn */
	char name[BDF_LEN];
	__u64 pci_dev; /* struct pci_dev */
	__u64 smmu;    /* struct arm_smmu_device */
	__u32 sid[DEVICE_SIDS_MAX];
	unsigned int sids;
	bool ats_capable; /* has the PCIe ATS capability */
	bool ats_enabled; /* pci_dev.ats_enabled, when scanned */
	char driver[32];  /* bound driver, "" if none */
};

struct devices {
	struct smmu *smmus;
	size_t smmu_count;
	struct device *list; /* sorted by bdf */
	size_t count;
};

void devices_free(struct devices *devices);

/* "dddd:bb:dd.f", also without the domain. 0 or -EINVAL. */
int bdf_parse(const char *text, __u32 *bdf);
/* Writes BDF_LEN bytes at most; returns buffer. */
const char *bdf_format(__u32 bdf, char *buffer);

/* NULL if there is none. Pointers are valid until the next scan or free. */
const struct device *devices_by_bdf(const struct devices *devices, __u32 bdf);
const struct device *devices_by_sid(const struct devices *devices, __u64 smmu, __u32 sid);
const struct smmu *devices_smmu(const struct devices *devices, __u64 address);
const struct smmu *devices_smmu_by_name(const struct devices *devices, const char *name);

#endif
