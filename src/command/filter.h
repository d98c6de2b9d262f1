/* SPDX-License-Identifier: GPL-2.0 */
/* --device and --smmu, resolved to StreamIDs and an address on this machine. */
#ifndef COMMAND_FILTER_H
#define COMMAND_FILTER_H

#include "command/cli.h"
#include "device/devices.h"
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
