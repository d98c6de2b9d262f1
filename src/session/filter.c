// SPDX-License-Identifier: GPL-2.0
#include "session/filter.h"

#include "base/log.h"
#include "device/domain.h"
#include "event/record.h"
#include "smmu_arch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(struct filter *filter, __u64 smmu, __u32 sid)
{
	struct smmu_stream_key *key = &filter->sids[filter->sid_count++];

	memset(key, 0, sizeof(*key));
	key->smmu = smmu;
	key->sid = sid;
}

static int add_bdf(struct filter *filter, const char *text, __u32 bdf,
		   const struct devices *devices)
{
	const struct device *device = devices_by_bdf(devices, bdf);

	if (!device) {
		log_error("--device: %s is not behind an SMMUv3 here, or not there at all", text);
		log_hint("`smmuscope probe` lists the devices; --wait waits for one");
		return -EINVAL;
	}
	if (filter->smmu && filter->smmu != device->smmu) {
		log_error("--device: %s is behind another SMMUv3 than --smmu says", text);
		log_hint("leave one of the two away");
		return -EINVAL;
	}
	for (unsigned int i = 0; i < device->sids; i++)
		add(filter, device->smmu, device->sid[i]);
	return 0;
}

/* The same StreamID may exist behind several SMMUs: all of them, unless --smmu names one. */
static int add_sid(struct filter *filter, const char *text, __u32 sid,
		   const struct devices *devices)
{
	size_t before = filter->sid_count;

	for (size_t i = 0; i < devices->smmu_count; i++) {
		const struct smmu *smmu = &devices->smmus[i];

		if (filter->smmu && filter->smmu != smmu->address)
			continue;
		if (!devices_by_sid(devices, smmu->address, sid))
			continue;
		if (filter->sid_count - before == DEVICE_SIDS_MAX) {
			log_error("--device: the StreamID %s is in use behind more than %d SMMUs",
				  text, DEVICE_SIDS_MAX);
			log_hint("say behind which one with --smmu, or name PCI addresses");
			return -EINVAL;
		}
		add(filter, smmu->address, sid);
	}
	if (filter->sid_count != before)
		return 0;
	log_error("--device: no device has the StreamID %s here", text);
	log_hint("`smmuscope probe` lists the devices with their StreamIDs");
	return -EINVAL;
}

static bool parse_sid(const char *text, __u32 *sid)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 0);
	if (errno || *end || text[0] < '0' || text[0] > '9' || number >= SMMU_SID_NONE)
		return false;
	*sid = (__u32)number;
	return true;
}

const char *filter_device_wrong(const char *text)
{
	__u32 sid;

	if (strchr(text, ':'))
		return bdf_wrong(text);
	return parse_sid(text, &sid) ? NULL : "neither a PCI address nor a StreamID";
}

static int add_device(struct filter *filter, const char *text, const struct devices *devices)
{
	__u32 bdf, sid;

	if (!bdf_parse(text, &bdf))
		return add_bdf(filter, text, bdf, devices);
	return parse_sid(text, &sid) ? add_sid(filter, text, sid, devices) : -EINVAL;
}

/* The names of the driver's devices are those that a recording has, too. */
static void refuse_smmu(const char *name, const struct devices *devices)
{
	char names[256] = "";
	size_t length = 0;

	for (size_t i = 0; i < devices->smmu_count && length < sizeof(names); i++)
		length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s",
					   i ? ", " : "", devices->smmus[i].name);
	log_error("--smmu: there is no SMMUv3 called %s here", name);
	log_hint("%s%s", names[0] ? "there is " : "there is none at all", names);
}

int filter_resolve(struct filter *filter, const struct run_options *options,
		   const struct devices *devices)
{
	const struct smmu *smmu;
	int err = 0;

	memset(filter, 0, sizeof(*filter));
	if (options->smmu) {
		smmu = devices_smmu_by_name(devices, options->smmu);
		if (!smmu) {
			refuse_smmu(options->smmu, devices);
			return -EINVAL;
		}
		filter->smmu = smmu->address;
	}
	for (size_t i = 0; !err && i < options->device_count; i++)
		err = add_device(filter, options->devices[i], devices);
	return err;
}

static bool sid_wanted(const struct filter *filter, __u64 smmu, __u32 sid)
{
	if (!filter->sid_count)
		return !filter->smmu || filter->smmu == smmu;
	for (size_t i = 0; i < filter->sid_count; i++) {
		if (filter->sids[i].sid == sid && (!smmu || filter->sids[i].smmu == smmu))
			return true;
	}
	return false;
}

void filter_follow(struct filter *filter, const struct run_options *options,
		   const struct devices *devices)
{
	const size_t room = sizeof(filter->sids) / sizeof(filter->sids[0]);
	__u32 bdf;

	for (size_t i = 0; i < options->device_count; i++) {
		const struct device *device =
			bdf_parse(options->devices[i], &bdf) ? NULL : devices_by_bdf(devices, bdf);

		for (unsigned int n = 0; device && n < device->sids; n++) {
			if (filter->sid_count < room &&
			    !sid_wanted(filter, device->smmu, device->sid[n]))
				add(filter, device->smmu, device->sid[n]);
		}
	}
}

static bool device_wanted(const struct filter *filter, const struct device *device)
{
	for (unsigned int n = 0; n < device->sids; n++) {
		if (sid_wanted(filter, device->smmu, device->sid[n]))
			return true;
	}
	return false;
}

bool filter_idle(const struct filter *filter, const struct devices *devices)
{
	bool any = false;

	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->list[i];

		if (device->gone || (filter && !device_wanted(filter, device)))
			continue;
		if (!domain_idle(device))
			return false;
		any = true;
	}
	return any;
}

__u32 filter_kinds(const struct run_options *options)
{
	__u32 kinds = 0;

	if (options->failed_only || options->latency_above_ns)
		kinds |= 1U << SMMU_EVENT_SUBMIT;
	if (options->device_count || options->smmu)
		kinds |= 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_FENCE |
			 1U << SMMU_EVENT_UNFENCE | 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_ATS |
			 1U << SMMU_EVENT_RESET | 1U << SMMU_EVENT_ATTACH |
			 1U << SMMU_EVENT_REGISTERS;
	return kinds;
}

/* ---- of a recording ---- */

/* Does the command carry a StreamID? */
static bool names_stream(unsigned int opcode)
{
	return opcode == SMMU_OP_ATC_INV || opcode == SMMU_OP_CFGI_STE ||
	       opcode == SMMU_OP_CFGI_CD || opcode == SMMU_OP_CFGI_CD_ALL;
}

static bool list_wanted(const struct filter *filter, const struct run_options *options,
			const struct smmu_submit *submit)
{
	if (filter->smmu && submit->smmu != filter->smmu)
		return false;
	if (options->failed_only && submit->result >= 0)
		return false;
	if (options->latency_above_ns && submit->duration_ns <= options->latency_above_ns)
		return false;
	if (!filter->sid_count)
		return true;
	for (unsigned int i = 0; i < submit->captured; i++) {
		__u64 word = submit->command[i].word[0];

		if (names_stream(SMMU_CMD_OPCODE(word)) &&
		    sid_wanted(filter, submit->smmu, SMMU_CMD_SID(word)))
			return true;
	}
	return false;
}

bool filter_wants(const struct filter *filter, const struct run_options *options,
		  const struct smmu_event *event)
{
	const void *payload = event_payload(event);
	const struct smmu_fence *fence = payload;
	const struct smmu_ats *ats = payload;
	const struct smmu_reset *reset = payload;
	const struct smmu_attach *attach = payload;

	if (!(options->kinds & 1U << event->kind))
		return false;
	switch ((enum smmu_event_kind)event->kind) {
	case SMMU_EVENT_SUBMIT:
		return list_wanted(filter, options, payload);
	case SMMU_EVENT_FENCE:
	case SMMU_EVENT_UNFENCE:
	case SMMU_EVENT_STE:
		return sid_wanted(filter, fence->smmu, fence->sid);
	case SMMU_EVENT_ATS:
		return sid_wanted(filter, 0, ats->sid);
	case SMMU_EVENT_RESET:
		return sid_wanted(filter, 0, reset->sid);
	case SMMU_EVENT_ATTACH:
		return sid_wanted(filter, 0, attach->sid);
	case SMMU_EVENT_INJECT:
	case SMMU_EVENT_CMDQ_ERROR:
	case SMMU_EVENT_ISR:
	case SMMU_EVENT_REGISTERS:
	case SMMU_EVENT_INVALIDATION:
	case SMMU_EVENT_FORBIDDEN:
	case SMMU_EVENT_UNMAP:
	case SMMU_EVENT_KIND_COUNT:
		break;
	}
	return true;
}
