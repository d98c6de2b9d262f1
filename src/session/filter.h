/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which events a run is about: --device and --smmu, resolved to StreamIDs and an address on
 * this machine, or on that of a recording. Live the BPF side thins out the events; for a
 * recording filter_wants() does the same. Not thread safe: errors are logged.
 */
#ifndef SESSION_FILTER_H
#define SESSION_FILTER_H

#include "device/devices.h"
#include "session/options.h"
#include "smmu_event.h"
#include "smmu_stats.h"

struct filter {
	struct smmu_stream_key sids[RUN_DEVICES_MAX * DEVICE_SIDS_MAX];
	size_t sid_count;
	__u64 smmu; /* 0: any */
};

/* What is wrong with a --device, whatever there is on this machine; NULL: nothing. */
const char *filter_device_wrong(const char *text);
/* 0, or -EINVAL, logged. options: each --device has passed filter_device_wrong(). */
int filter_resolve(struct filter *filter, const struct run_options *options,
		   const struct devices *devices);
/* The devices have changed: a --device that has another StreamID now is followed. */
void filter_follow(struct filter *filter, const struct run_options *options,
		   const struct devices *devices);
/*
 * Is each function that the run is about in an identity domain? Then nothing may ever come. False
 * if there is none. filter: NULL for all functions.
 */
bool filter_idle(const struct filter *filter, const struct devices *devices);
/* Mask of kinds (1 << enum smmu_event_kind) that the filters of the command line thin out. */
__u32 filter_kinds(const struct run_options *options);
/* event: of a struct event_record. Would the BPF side have let it through? */
bool filter_wants(const struct filter *filter, const struct run_options *options,
		  const struct smmu_event *event);

#endif
