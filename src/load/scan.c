// SPDX-License-Identifier: GPL-2.0
#include "load/scan.h"

#include "base/clock.h"
#include "base/inherited.h"
#include "base/log.h"
#include "device/domain.h"
#include "load/info.h"
#include "smmu_scan.h"

#include "scan.skel.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one that was least interrupted says best what the clocks are. */
#define SELF_LOOKS 4

struct scan {
	struct scan_bpf *bpf;
	__u32 said; /* of enum smmu_scan_status */
	bool said_sids;
};

int scan_open(struct scan **out, const char *btf)
{
	LIBBPF_OPTS(bpf_object_open_opts, open, .btf_custom_path = btf);
	struct scan *scan = calloc(1, sizeof(*scan));
	int err;

	if (scan)
		scan->bpf = scan_bpf__open_opts(&open);
	if (!scan || !scan->bpf) {
		err = -errno;
		goto fail;
	}
	err = bpf_program__set_autoload(scan->bpf->progs.scan_devices, true);
	if (!err)
		err = bpf_program__set_autoload(scan->bpf->progs.scan_self, true);
	if (!err)
		err = scan_bpf__load(scan->bpf);
	if (err)
		goto fail;
	programs_say(scan->bpf->obj);
	*out = scan;
	return 0;
fail:
	log_error("the device scan does not load: %s", strerror(-err));
	log_hint("%s", inherited_limit(err) ? inherited_limit(err)
					    : "run with -vv to see what the verifier says");
	scan_close(scan);
	return err;
}

void scan_close(struct scan *scan)
{
	if (!scan)
		return;
	scan_bpf__destroy(scan->bpf);
	free(scan);
}

static int set_clocks(struct scan *scan)
{
	LIBBPF_OPTS(bpf_test_run_opts, run);
	__u64 monotonic = clock_ns(CLOCK_MONOTONIC), boottime = clock_ns(CLOCK_BOOTTIME);
	int err = bpf_prog_test_run_opts(bpf_program__fd(scan->bpf->progs.scan_self), &run);

	if (err)
		return err;
	clock_kernel_was(CLOCK_BOOTTIME, boottime, scan->bpf->bss->self_boottime_ns,
			 clock_ns(CLOCK_BOOTTIME));
	clock_kernel_was(CLOCK_MONOTONIC, monotonic, scan->bpf->bss->self_monotonic_ns,
			 clock_ns(CLOCK_MONOTONIC));
	return 0;
}

int scan_self(struct scan *scan, pid_t *pid)
{
	int err = 0;

	for (int i = 0; i < SELF_LOOKS && !err; i++)
		err = set_clocks(scan);
	if (err) {
		log_error("the kernel's clock cannot be read: %s", strerror(-err));
		return err;
	}
	*pid = (pid_t)scan->bpf->bss->self_pid;
	return 0;
}

static int add_smmu(struct devices *devices, const struct smmu_scan_entry *entry)
{
	struct smmu *bigger, *smmu;

	if (devices_smmu(devices, entry->smmu))
		return 0;
	bigger = reallocarray(devices->smmus, devices->smmu_count + 1, sizeof(*bigger));
	if (!bigger)
		return -ENOMEM;
	devices->smmus = bigger;
	smmu = &bigger[devices->smmu_count++];
	memset(smmu, 0, sizeof(*smmu));
	snprintf(smmu->name, sizeof(smmu->name), "%s", entry->smmu_name);
	snprintf(smmu->class_name, sizeof(smmu->class_name), "%s", entry->smmu_class);
	smmu->address = entry->smmu;
	smmu->queue = entry->queue;
	smmu->gerror_cpu = gerror_irq_cpu("", entry->gerror_irq, smmu->gerror_reason);
	return 0;
}

/* Each once: a bridge's alias may be the function's own StreamID, and the driver lists both. */
static void add_sids(struct device *device, const struct smmu_scan_entry *entry)
{
	for (__u32 i = 0; i < entry->sids && i < SMMU_SCAN_SIDS; i++) {
		unsigned int known = 0;

		while (known < device->sids && device->sid[known] != entry->sid[i])
			known++;
		if (known < device->sids)
			continue;
		device->sid[device->sids] = entry->sid[i];
		device->tag[device->sids++] = entry->tag[i];
	}
}

static void add_device(struct scan *scan, struct devices *devices,
		       const struct smmu_scan_entry *entry)
{
	struct device *device = &devices->list[devices->count++];

	device->bdf = entry->bdf;
	bdf_format(device->bdf, device->name);
	device->pci_dev = entry->pci_dev;
	device->smmu = entry->smmu;
	add_sids(device, entry);
	device->ats_capable = entry->ats_capable;
	device->ats_enabled = entry->ats_enabled;
	snprintf(device->driver, sizeof(device->driver), "%s", entry->driver);
	domain_type("", device->name, device->domain);
	if (entry->sids > DEVICE_SIDS_MAX && !scan->said_sids) {
		log_warn("%s has %u StreamIDs, only the first %d are named", device->name,
			 entry->sids, DEVICE_SIDS_MAX);
		scan->said_sids = true;
	}
}

static int read_entries(struct scan *scan, struct devices *devices)
{
	int fd = bpf_map__fd(scan->bpf->maps.scan_entries);
	__u32 count = scan->bpf->bss->scan_count;
	struct smmu_scan_entry entry;
	int err = 0;

	devices->list = calloc(count ? count : 1, sizeof(*devices->list));
	if (!devices->list)
		return -ENOMEM;
	for (__u32 i = 0; i < count && !err; i++) {
		if (bpf_map_lookup_elem(fd, &i, &entry))
			return -errno;
		err = add_smmu(devices, &entry);
		if (!err && entry.pci_dev)
			add_device(scan, devices, &entry);
	}
	return err;
}

/* Once for each, as the devices are read again and again. */
static void report_status(struct scan *scan)
{
	__u32 news = scan->bpf->bss->scan_status & ~scan->said;

	scan->said |= news;
	/* Why there is no list of buses is a fact of the kernel (host.c). */
	if (news & SMMU_SCAN_TRUNCATED)
		log_warn("more PCI functions and SMMUs than %d, or too deep a tree: some are not "
			 "named",
			 SMMU_SCAN_MAX);
	if (news & SMMU_SCAN_DOMAIN)
		log_warn("there are PCI functions in a domain above ffff: they are known by "
			 "StreamID only");
}

int scan_devices(struct scan *scan, struct devices *devices)
{
	LIBBPF_OPTS(bpf_test_run_opts, run);
	struct devices fresh = {};
	int err = bpf_prog_test_run_opts(bpf_program__fd(scan->bpf->progs.scan_devices), &run);

	if (err) {
		log_error("the device scan does not run: %s", strerror(-err));
		return err;
	}
	report_status(scan);
	err = read_entries(scan, &fresh);
	if (!err)
		devices_sort(&fresh);
	if (err) {
		log_error("the result of the device scan cannot be read: %s", strerror(-err));
		devices_free(&fresh);
		return err;
	}
	devices_free(devices);
	*devices = fresh;
	return 0;
}
