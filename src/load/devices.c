// SPDX-License-Identifier: GPL-2.0
/*
 * Fills the tables of SMMUs and StreamIDs that bpf/base/device.bpf.h searches, before anything
 * is attached: known devices get their slots here and not in a hooked function, and the
 * StreamIDs of filters and rules are marked; those of filters also later.
 */
#include "load/internal.h"

#include <errno.h>

/*
 * The slot that has the key, or a free one that gets it. `size`, a power of two, if neither is
 * among the `probes` slots of the probe sequence.
 */
static __u32 take_slot(__u64 *slots, __u32 size, __u32 first, __u32 probes, __u64 key)
{
	for (__u32 i = 0; i < probes; i++) {
		__u32 at = (first + i) % size;

		/* Atomically: a program that runs already may want it for another key. */
		__u64 owner = __sync_val_compare_and_swap(&slots[at], 0, key);

		if (!owner || owner == key)
			return at;
	}
	return size;
}

static __u32 smmu_number(struct hooks_bpf__bss *bss, __u64 smmu)
{
	return take_slot(bss->smmu_slots, SMMU_SMMUS_MAX,
			 smmu_slot_of((__u32)smmu, SMMU_SMMUS_SHIFT), SMMU_SMMUS_MAX, smmu);
}

/* The slot of a StreamID, or SMMU_DEVICES_MAX if there is no room for it or its SMMU. */
static __u32 device_number(struct hooks_bpf__bss *bss, __u64 smmu, __u32 sid)
{
	__u32 number = smmu_number(bss, smmu);
	__u64 key = smmu_device_key(number, sid);

	/* SMMUs without a number share one, in which a StreamID would be ambiguous. */
	if (number == SMMU_SMMUS_MAX)
		return SMMU_DEVICES_MAX;
	return take_slot(bss->device_slots, SMMU_DEVICES_MAX, smmu_device_slot(key),
			 SMMU_DEVICES_PROBE, key);
}

/* A device without a slot gets none later: its commands are counted in `uncounted`. */
static void fill_known(struct hooks_bpf__bss *bss, const struct devices *devices)
{
	for (size_t i = 0; devices && i < devices->count; i++) {
		const struct device *device = &devices->list[i];

		for (unsigned int s = 0; s < device->sids; s++) {
			__u32 number = device_number(bss, device->smmu, device->sid[s]);

			/* Several functions may share a StreamID. */
			if (number == SMMU_DEVICES_MAX)
				continue;
			bss->device_states[number].tag = device->tag[s];
			if (device->ats_enabled)
				bss->device_states[number].ats = SMMU_PCI_ATS_ON;
			else if (!bss->device_states[number].ats)
				bss->device_states[number].ats = SMMU_PCI_ATS_OFF;
		}
	}
}

static int fill_filter(struct hooks_bpf__bss *bss, const struct loader_options *options)
{
	for (size_t i = 0; i < options->sid_count; i++) {
		__u32 number = device_number(bss, options->sids[i].smmu, options->sids[i].sid);

		if (number == SMMU_DEVICES_MAX)
			return -ENOSPC;
		bss->device_marks[number].wanted = 1;
	}
	return 0;
}

static int fill_rules(struct hooks_bpf__bss *bss, const struct inject_rule_links *links)
{
	for (__u32 i = 0; links && i < links->stream_count; i++) {
		const struct inject_rule_stream *stream = &links->streams[i];
		__u32 number = device_number(bss, stream->smmu, stream->sid);

		if (number == SMMU_DEVICES_MAX)
			return -ENOSPC;
		bss->device_marks[number].first_rule = stream->first + 1;
	}
	return 0;
}

void loader_want(struct loader *loader, __u64 smmu, __u32 sid)
{
	struct hooks_bpf__bss *bss = loader->bpf->bss;
	__u32 number = device_number(bss, smmu, sid);

	if (number != SMMU_DEVICES_MAX)
		bss->device_marks[number].wanted = 1;
}

int loader_fill_devices(struct loader *loader, const struct loader_options *options)
{
	struct hooks_bpf__bss *bss = loader->bpf->bss;
	int err = fill_filter(bss, options);

	if (!err)
		err = fill_rules(bss, options->inject_rules);
	if (!err)
		fill_known(bss, options->devices);
	return err;
}
