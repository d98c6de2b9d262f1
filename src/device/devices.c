// SPDX-License-Identifier: GPL-2.0
/*
 * Look-ups in the table of SMMUv3 instances and PCI functions.
 */
#include "device/devices.h"

#include "smmu_event.h"

#include <errno.h>
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
	const struct device *found;

	/* an empty table has no list, and bsearch() must not get NULL */
	if (!devices->count || bdf == SMMU_BDF_NONE)
		return NULL;
	found = bsearch(&bdf, devices->list, devices->count, sizeof(*devices->list), compare_bdf);
	/* Before those of that name that are gone. */
	while (found && found > devices->list && found[-1].bdf == bdf)
		found--;
	return found;
}

static bool has_sid(const struct device *device, __u64 smmu, __u32 sid)
{
	if (device->smmu != smmu)
		return false;
	for (unsigned int n = 0; n < device->sids; n++) {
		if (device->sid[n] == sid)
			return true;
	}
	return false;
}

const struct device *devices_by_sid(const struct devices *devices, __u64 smmu, __u32 sid)
{
	for (size_t i = 0; i < devices->count; i++) {
		if (has_sid(&devices->list[i], smmu, sid))
			return &devices->list[i];
	}
	return NULL;
}

const struct device *devices_sharing(const struct devices *devices, const struct device *device,
				     const struct device *last)
{
	const struct device *end = devices->list + devices->count;

	for (last = last ? last + 1 : devices->list; last < end; last++) {
		for (unsigned int n = 0; last != device && n < device->sids; n++) {
			if (has_sid(last, device->smmu, device->sid[n]))
				return last;
		}
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
		if (*name && (!strcmp(devices->smmus[i].name, name) ||
			      !strcmp(devices->smmus[i].class_name, name)))
			return &devices->smmus[i];
	return NULL;
}

static int by_bdf(const void *a, const void *b)
{
	const struct device *left = a, *right = b;

	if (left->bdf != right->bdf)
		return left->bdf < right->bdf ? -1 : 1;
	return left->gone - right->gone;
}

void devices_sort(struct devices *devices)
{
	qsort(devices->list, devices->count, sizeof(*devices->list), by_bdf);
}

/* FNV-1a, of whole numbers. */
static __u64 digest_add(__u64 digest, __u64 number)
{
	return (digest ^ number) * 0x100000001b3ULL;
}

__u64 devices_digest(const struct devices *devices)
{
	__u64 digest = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < devices->smmu_count; i++)
		digest = digest_add(digest, devices->smmus[i].address);
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->list[i];

		digest = digest_add(digest_add(digest, device->bdf), device->smmu);
		for (unsigned int n = 0; n < device->sids; n++)
			digest = digest_add(digest, device->sid[n]);
	}
	return digest;
}

/* ---- what is gone ---- */

static int keep_smmus(struct devices *fresh, const struct devices *before)
{
	struct smmu *bigger = reallocarray(fresh->smmus, fresh->smmu_count + before->smmu_count + 1,
					   sizeof(*bigger));

	if (!bigger)
		return -ENOMEM;
	fresh->smmus = bigger;
	for (size_t i = 0; i < before->smmu_count; i++) {
		if (!devices_smmu(fresh, before->smmus[i].address))
			bigger[fresh->smmu_count++] = before->smmus[i];
	}
	return 0;
}

/* `device` with those of its StreamIDs that nobody among the first `count` of *fresh has. */
static bool left_of(const struct devices *fresh, size_t count, const struct device *device,
		    struct device *left)
{
	const struct devices now = {.list = fresh->list, .count = count};

	*left = *device;
	left->sids = 0;
	left->ats_enabled = false;
	left->gone = true;
	for (unsigned int n = 0; n < device->sids; n++) {
		if (devices_by_sid(&now, device->smmu, device->sid[n]))
			continue;
		left->sid[left->sids] = device->sid[n];
		left->tag[left->sids++] = 0;
	}
	return left->sids;
}

int devices_keep(struct devices *fresh, const struct devices *before)
{
	size_t count = fresh->count;
	struct device *bigger =
		reallocarray(fresh->list, count + before->count + 1, sizeof(*bigger));

	if (!bigger)
		return -ENOMEM;
	fresh->list = bigger;
	for (size_t i = 0; i < before->count; i++) {
		if (left_of(fresh, count, &before->list[i], &bigger[fresh->count]))
			fresh->count++;
	}
	devices_sort(fresh);
	return keep_smmus(fresh, before);
}
