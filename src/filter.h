/* SPDX-License-Identifier: GPL-2.0 */
/* --device and --smmu, resolved to StreamIDs and an address on this machine. */
#ifndef FILTER_H
#define FILTER_H

#include "cli.h"
#include "devices.h"
#include "smmu_stats.h"

struct filter {
	struct smmu_stream_key sids[CLI_LIST_MAX * DEVICE_SIDS_MAX];
	size_t sid_count;
	__u64 smmu; /* 0: any */
};

/* 0, or -EINVAL; the error is logged. */
int filter_resolve(struct filter *filter, const struct cli *cli, const struct devices *devices);
/* 1 << enum smmu_event_kind: of which the filters of the command line leave some out. */
__u32 filter_kinds(const struct cli *cli);

#endif
