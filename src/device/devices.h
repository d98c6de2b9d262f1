/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The SMMUv3 instances of this machine, and the PCI functions behind them with their
 * StreamIDs. A plain table and its look-ups, which are pure. scan_devices() of load/scan.h
 * fills it: by a BPF program, from the driver's own tables, and from sysfs.
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
	char name[64];	     /* the driver's device, as in dmesg: 9050000.smmuv3 */
	char class_name[64]; /* in /sys/class/iommu: smmu3.0x0000000009050000; "": not known */
	__u64 address;	     /* of its struct arm_smmu_device: its identity */
	__u64 queue;	     /* address of its own struct arm_smmu_cmdq, 0 if not known */
	/* The CPU that its GERROR interrupt goes to, or SMMU_CPU_NONE and the reason. */
	__u32 gerror_cpu;
	char gerror_reason[GERROR_IRQ_REASON_LEN];
};

struct device {
	__u32 bdf; /* domain << 16 | bus << 8 | devfn */
	char name[BDF_LEN];
	__u64 pci_dev; /* address of its struct pci_dev */
	__u64 smmu;    /* address of the struct arm_smmu_device that it is behind */
	__u32 sid[DEVICE_SIDS_MAX];
	__u64 tag[DEVICE_SIDS_MAX]; /* SMMU_TAG() of each at the time of the scan */
	unsigned int sids;	    /* how many of sid[] are used */
	bool ats_capable;	    /* has the PCIe ATS capability */
	bool ats_enabled;	    /* pci_dev.ats_enabled at the time of the scan */
	bool gone;		    /* a former scan saw it; its StreamIDs are nobody's now */
	char driver[32];	    /* bound driver, "" if none */
	/* As /sys/kernel/iommu_groups/N/type has it: DMA, DMA-FQ, identity, ...; "": not known */
	char domain[16];
};

struct devices {
	struct smmu *smmus;
	size_t smmu_count;
	struct device *list; /* sorted by bdf, those that are gone after those that are there */
	size_t count;
};

/* Of what events are named by: different if a name, a StreamID or an SMMU is. */
__u64 devices_digest(const struct devices *devices);
void devices_sort(struct devices *devices);
/*
 * Adds to *fresh what only `before` has, so that what happened earlier keeps its name: SMMUs, and
 * StreamIDs that are nobody's in *fresh. 0 or -ENOMEM.
 */
int devices_keep(struct devices *fresh, const struct devices *before);
/* Frees the tables and leaves *devices empty. */
void devices_free(struct devices *devices);

/*
 * "dddd:bb:dd.f", or "bb:dd.f" in domain 0000. The domain may have any number of digits and is
 * ffff at most, as there are 16 bits for it in events. 0, or -EINVAL and *bdf as it was.
 */
int bdf_parse(const char *text, __u32 *bdf);
/* What is wrong with it, as in "not a PCI address: ..."; NULL: nothing. */
const char *bdf_wrong(const char *text);
/* "unknown" for SMMU_BDF_NONE. Writes BDF_LEN bytes at most; returns buffer. */
const char *bdf_format(__u32 bdf, char *buffer);

/* NULL if there is none. Pointers are valid until the next scan or free. */
const struct device *devices_by_bdf(const struct devices *devices, __u32 bdf);
const struct device *devices_by_sid(const struct devices *devices, __u64 smmu, __u32 sid);
const struct smmu *devices_smmu(const struct devices *devices, __u64 address);
/* name: the driver's device, or that in /sys/class/iommu. */
const struct smmu *devices_smmu_by_name(const struct devices *devices, const char *name);
/*
 * The next function after `last` (NULL: the first one) that has a StreamID in common with
 * `device`, as behind a bridge that gives all the same one. NULL: no more.
 */
const struct device *devices_sharing(const struct devices *devices, const struct device *device,
				     const struct device *last);

#endif
