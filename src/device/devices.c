// SPDX-License-Identifier: GPL-2.0
/*
 * Look-ups in the table of SMMUv3 instances and PCI functions.
 */
#include "device/devices.h"

#include <stdlib.h>
#include <string.h>

void devices_free(struct devices *devices)
{
	free(devices->smmus);
	free(devices->list);
	memset(devices, 0, sizeof(*devices));
}

static int compare_bdf(const void *key, const void *element)
{
	__u32 wanted = *(const __u32 *)key;
	__u32 bdf = ((const struct device *)element)->bdf;

	return wanted < bdf ? -1 : wanted > bdf;
}

const struct device *devices_by_bdf(const struct devices *devices, __u32 bdf)
{
	/* an empty table has no list, and bsearch() must not get NULL */
	if (!devices->count)
		return NULL;
	return bsearch(&bdf, devices->list, devices->count, sizeof(*devices->list), compare_bdf);
}

const struct device *devices_by_sid(const struct devices *devices, __u64 smmu, __u32 sid)
{
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->list[i];

		if (device->smmu != smmu)
			continue;
		for (unsigned int n = 0; n < device->sids; n++)
			if (device->sid[n] == sid)
				return device;
	}
	return NULL;
}

const struct smmu *devices_smmu(const struct devices *devices, __u64 address)
{
	for (size_t i = 0; i < devices->smmu_count; i++)
		if (devices->smmus[i].address == address)
			return &devices->smmus[i];
	return NULL;
}

const struct smmu *devices_smmu_by_name(const struct devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->smmu_count; i++)
		if (!strcmp(devices->smmus[i].name, name))
			return &devices->smmus[i];
	return NULL;
}
