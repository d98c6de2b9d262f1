// SPDX-License-Identifier: GPL-2.0
/*
 * path: 3/5  ring -> collector
 *
 * Devices that come while it runs: read anew before the first event that names one is passed on, so
 * that it has its name from the beginning, and filters that name it follow.
 */
#include "session/internal.h"

#include "base/log.h"
#include "event/record.h"
#include "smmu_arch.h"

#include <errno.h>

/* StreamIDs of what is no PCI function are met again and again, and never known. */
#define AGAIN_NS 200000000ULL

/* A device that came back under another StreamID is still the one that --device names. */
static void follow(struct session *session)
{
	const struct run_options *options = session->options;
	const struct devices *devices = &session->host->devices;
	__u32 bdf;

	for (size_t i = 0; i < options->device_count; i++) {
		const struct device *device =
			bdf_parse(options->devices[i], &bdf) ? NULL : devices_by_bdf(devices, bdf);

		for (unsigned int n = 0; device && n < device->sids; n++)
			loader_want(session->loader, device->smmu, device->sid[n]);
	}
}

int session_rescan(struct session *session)
{
	if (host_update(session->host)) {
		log_warn("the devices cannot be read again: they are as they were before");
		return -EIO;
	}
	follow(session);
	return 0;
}

static bool sid_new(const struct devices *devices, __u64 smmu, __u32 sid)
{
	return sid != SMMU_SID_NONE && !devices_by_sid(devices, smmu, sid);
}

/* Rescans make another struct pci_dev of it, also where its name and StreamID are the old ones. */
static bool function_new(const struct devices *devices, __u32 bdf, __u64 pci_dev, __u32 sid)
{
	const struct device *device = devices_by_bdf(devices, bdf);

	return sid != SMMU_SID_NONE && (!device || device->gone || device->pci_dev != pci_dev);
}

static bool names_new(const struct devices *devices, const struct smmu_event *event)
{
	const void *payload = event_payload(event);
	const struct smmu_submit *submit = payload;
	const struct smmu_fence *fence = payload;
	const struct smmu_attach *attach = payload;
	const struct smmu_ats *ats = payload;

	switch (event->kind) {
	case SMMU_EVENT_SUBMIT:
		return sid_new(devices, submit->smmu, SMMU_CMD_SID(submit->command[0].word[0]));
	case SMMU_EVENT_FENCE:
	case SMMU_EVENT_UNFENCE:
	case SMMU_EVENT_STE:
		return sid_new(devices, fence->smmu, fence->sid);
	case SMMU_EVENT_ATTACH:
		return function_new(devices, attach->bdf, attach->device, attach->sid);
	case SMMU_EVENT_ATS:
		return function_new(devices, ats->bdf, ats->device, ats->sid);
	default:
		return false;
	}
}

void hotplug_look(struct session *session, const struct smmu_event *event)
{
	const struct devices *devices = &session->host->devices;

	if (event->ts_ns < session->rescan_ns || !names_new(devices, event) ||
	    session_rescan(session))
		return;
	streams_renamed(&session->streams);
	if (names_new(devices, event))
		session->rescan_ns = event->ts_ns + AGAIN_NS;
}
