// SPDX-License-Identifier: GPL-2.0
#include "record/info.h"

#include <stdint.h>
#include <stdlib.h>

enum { DEVICE_ATS_CAPABLE = 1 << 0, DEVICE_ATS_ENABLED = 1 << 1 };

/* More than any machine has, and few enough to allocate. */
#define LIST_MAX    4096
#define DEVICES_MAX 65536

static void put_list(struct wire_out *out, const char *const *list, size_t count)
{
	wire_put_varint(out, count);
	for (size_t i = 0; i < count; i++)
		wire_put_string(out, list[i]);
}

static void put_hooks(struct wire_out *out, const struct stream_info *info)
{
	wire_put_varint(out, info->hook_count);
	for (size_t i = 0; i < info->hook_count; i++) {
		const struct stream_hook *hook = &info->hooks[i];

		wire_put_string(out, hook->id);
		wire_put_string(out, hook->method);
		wire_put_string(out, hook->symbol);
		wire_put_string(out, hook->reason);
	}
}

void record_put_devices(struct wire_out *out, const struct devices *devices)
{
	wire_put_varint(out, devices->smmu_count);
	for (size_t i = 0; i < devices->smmu_count; i++) {
		wire_put_string(out, devices->smmus[i].name);
		wire_put_u64(out, devices->smmus[i].address);
		wire_put_u64(out, devices->smmus[i].queue);
	}
	wire_put_varint(out, devices->count);
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->list[i];

		wire_put_varint(out, device->bdf);
		wire_put_u64(out, device->pci_dev);
		wire_put_u64(out, device->smmu);
		wire_put_varint(out, device->sids);
		for (unsigned int s = 0; s < device->sids; s++)
			wire_put_varint(out, device->sid[s]);
		wire_put_u8(out, (__u8)((device->ats_capable ? DEVICE_ATS_CAPABLE : 0) |
					(device->ats_enabled ? DEVICE_ATS_ENABLED : 0)));
		wire_put_string(out, device->driver);
	}
}

void record_put_tags(struct wire_out *out, const struct devices *devices)
{
	for (size_t i = 0; i < devices->count; i++) {
		for (unsigned int s = 0; s < devices->list[i].sids; s++)
			wire_put_varint(out, devices->list[i].tag[s]);
	}
}

void record_put_info(struct wire_out *out, const struct stream_info *info)
{
	wire_put_string(out, RECORD_SCHEMA);
	wire_put_string(out, info->tool_version);
	wire_put_string(out, info->command);
	wire_put_string(out, info->kernel);
	wire_put_string(out, info->variant);
	wire_put_string(out, info->attach);
	wire_put_u64(out, info->monotonic_ns);
	wire_put_u64(out, info->realtime_ns);
	put_list(out, info->inject_rules, info->inject_rule_count);
	put_list(out, info->missing, info->missing_count);
	put_hooks(out, info);
	record_put_devices(out, info->devices);
	wire_put_varint(out, info->kinds);
	wire_put_varint(out, info->filtered);
	wire_put_u8(out, info->tagged);
	record_put_tags(out, info->devices);
}

/* Reads *count, and allocates so many entries. Each has at least a byte in the input. */
static void *list_room(struct wire_in *in, size_t max, size_t size, size_t *count)
{
	size_t left = (size_t)(in->end - in->at);
	void *list;

	*count = wire_get_upto(in, left < max ? left : max);
	/* One more, as calloc(0) may return NULL. */
	list = calloc(*count + 1, size);
	if (!list)
		in->bad = true;
	return list;
}

static const char **get_list(struct wire_in *in, size_t *count)
{
	const char **list = list_room(in, LIST_MAX, sizeof(*list), count);

	for (size_t i = 0; !in->bad && i < *count; i++)
		list[i] = wire_get_text(in);
	return list;
}

static struct stream_hook *get_hooks(struct wire_in *in, size_t *count)
{
	struct stream_hook *list = list_room(in, LIST_MAX, sizeof(*list), count);

	for (size_t i = 0; !in->bad && i < *count; i++) {
		list[i].id = wire_get_text(in);
		list[i].method = wire_get_text(in);
		list[i].symbol = wire_get_string(in);
		list[i].reason = wire_get_string(in);
	}
	return list;
}

static void get_name(struct wire_in *in, char *name, size_t size)
{
	const char *text = wire_get_text(in);

	if (text && strlen(text) < size)
		memcpy(name, text, strlen(text) + 1);
	else
		in->bad = true;
}

static void get_device(struct wire_in *in, struct device *device)
{
	__u8 flags;

	device->bdf = (__u32)wire_get_upto(in, UINT32_MAX);
	/* The name is not in the recording: it follows from the BDF. */
	bdf_format(device->bdf, device->name);
	device->pci_dev = wire_get_u64(in);
	device->smmu = wire_get_u64(in);
	device->sids = (unsigned int)wire_get_upto(in, DEVICE_SIDS_MAX);
	for (unsigned int s = 0; s < device->sids; s++)
		device->sid[s] = (__u32)wire_get_upto(in, UINT32_MAX);
	flags = wire_get_u8(in);
	device->ats_capable = flags & DEVICE_ATS_CAPABLE;
	device->ats_enabled = flags & DEVICE_ATS_ENABLED;
	get_name(in, device->driver, sizeof(device->driver));
}

bool record_get_devices(struct wire_in *in, struct devices *devices)
{
	struct devices found = {};

	found.smmus = list_room(in, LIST_MAX, sizeof(*found.smmus), &found.smmu_count);
	for (size_t i = 0; !in->bad && i < found.smmu_count; i++) {
		get_name(in, found.smmus[i].name, sizeof(found.smmus[i].name));
		found.smmus[i].address = wire_get_u64(in);
		found.smmus[i].queue = wire_get_u64(in);
	}
	found.list = list_room(in, DEVICES_MAX, sizeof(*found.list), &found.count);
	for (size_t i = 0; !in->bad && i < found.count; i++) {
		get_device(in, &found.list[i]);
		/* Binary search needs them in order. */
		if (i && found.list[i].bdf < found.list[i - 1].bdf)
			in->bad = true;
	}
	if (in->bad) {
		devices_free(&found);
		return false;
	}
	devices_free(devices);
	*devices = found;
	return true;
}

bool record_get_tags(struct wire_in *in, struct devices *devices)
{
	if (in->at == in->end)
		return !in->bad; /* an older recording */
	for (size_t i = 0; i < devices->count; i++) {
		for (unsigned int s = 0; s < devices->list[i].sids; s++)
			devices->list[i].tag[s] = wire_get_varint(in);
	}
	return !in->bad;
}

bool record_get_info(struct wire_in *in, struct record_info *record)
{
	struct stream_info *info = &record->info;

	memset(record, 0, sizeof(*record));
	wire_get_text(in); /* the schema: the file's header has told the version already */
	info->tool_version = wire_get_text(in);
	info->command = wire_get_text(in);
	info->kernel = wire_get_text(in);
	info->variant = wire_get_string(in);
	info->attach = wire_get_text(in);
	info->monotonic_ns = wire_get_u64(in);
	info->realtime_ns = wire_get_u64(in);
	record->rules = get_list(in, &info->inject_rule_count);
	record->missing = get_list(in, &info->missing_count);
	record->hooks = get_hooks(in, &info->hook_count);
	info->inject_rules = record->rules;
	info->missing = record->missing;
	info->hooks = record->hooks;
	info->devices = &record->devices;
	if (in->bad || !record_get_devices(in, &record->devices))
		return false;
	if (in->at < in->end) { /* older recordings end before this */
		info->kinds = (__u32)wire_get_upto(in, UINT32_MAX);
		info->filtered = (__u32)wire_get_upto(in, UINT32_MAX);
	}
	if (in->at < in->end) /* likewise */
		info->tagged = wire_get_u8(in);
	return !in->bad && record_get_tags(in, &record->devices);
}

void record_info_free(struct record_info *info)
{
	devices_free(&info->devices);
	free(info->rules);
	free(info->missing);
	free(info->hooks);
	memset(info, 0, sizeof(*info));
}
