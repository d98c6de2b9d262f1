// SPDX-License-Identifier: GPL-2.0
#include "sink/report_rows.h"

#include <stdlib.h>

static void row_add(struct report_row *row, const struct device *device, __u64 smmu, __u32 sid,
		    const struct statistics *statistics)
{
	static const struct smmu_device_stats none;
	const struct device_statistics *found;
	size_t i;

	row->device = device;
	row->key = (struct smmu_stream_key){.smmu = smmu, .sid = sid};
	row->sum = &none;
	row->fenced = false;
	for (i = 0; i < statistics->device_count; i++) {
		found = &statistics->devices[i];
		if (found->key.smmu != smmu || found->key.sid != sid)
			continue;
		row->sum = &found->sum;
		row->fenced = found->state.fenced_ns;
		return;
	}
}

struct report_row *report_rows(const struct statistics *statistics, const struct devices *devices,
			       size_t *count)
{
	const struct smmu_stream_key *key;
	const struct device *device;
	struct report_row *rows;
	unsigned int s;
	size_t i, n = 0;

	/* + 1: calloc(0) may return NULL, which would look like no memory. */
	rows = calloc(devices->count * DEVICE_SIDS_MAX + statistics->device_count + 1,
		      sizeof(*rows));
	if (!rows)
		return NULL;
	for (i = 0; i < devices->count; i++) {
		device = &devices->list[i];
		/* A StreamID that functions share is counted once, for the first of them. */
		for (s = 0; s < device->sids; s++) {
			if (devices_by_sid(devices, device->smmu, device->sid[s]) != device)
				continue;
			row_add(&rows[n++], device, device->smmu, device->sid[s], statistics);
		}
	}
	for (i = 0; i < statistics->device_count; i++) {
		key = &statistics->devices[i].key;
		if (!devices_by_sid(devices, key->smmu, key->sid))
			row_add(&rows[n++], NULL, key->smmu, key->sid, statistics);
	}
	*count = n;
	return rows;
}

const char *report_row_state(const struct report_row *row)
{
	if (row->fenced)
		return "fenced";
	if (!row->device)
		return "unknown";
	if (!row->device->ats_capable)
		return "no_ats";
	return row->device->ats_enabled ? "ats_on" : "ats_off";
}
