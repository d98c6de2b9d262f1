/* SPDX-License-Identifier: GPL-2.0 */
/* Counters and state of one StreamID, made on first sight. */
#ifndef DEVICE_BPF_H
#define DEVICE_BPF_H

#include "maps.bpf.h"

/* Not on the stack, which is short where an injection is four calls deep. */
static const struct smmu_device_stats no_stats = {};

static __always_inline struct smmu_device_stats *device_stats_of(__u64 smmu, __u32 sid)
{
	struct smmu_stream_key key = {.smmu = smmu, .sid = sid};
	struct smmu_device_stats *stats = bpf_map_lookup_elem(&device_stats, &key);

	if (!stats) {
		bpf_map_update_elem(&device_stats, &key, &no_stats, BPF_NOEXIST);
		stats = bpf_map_lookup_elem(&device_stats, &key);
		if (!stats)
			__sync_fetch_and_add(&uncounted, 1);
	}
	return stats;
}

static __always_inline struct smmu_device_state *device_state_of(__u64 smmu, __u32 sid)
{
	struct smmu_stream_key key = {.smmu = smmu, .sid = sid};
	struct smmu_device_state *state = bpf_map_lookup_elem(&device_states, &key);

	if (!state) {
		struct smmu_device_state zero = {};

		bpf_map_update_elem(&device_states, &key, &zero, BPF_NOEXIST);
		state = bpf_map_lookup_elem(&device_states, &key);
	}
	return state;
}

#define DEVICE_COUNT(smmu, sid, field)                                                             \
	do {                                                                                       \
		struct smmu_device_stats *stats_ = device_stats_of(smmu, sid);                     \
		if (stats_)                                                                        \
			__sync_fetch_and_add(&stats_->field, 1);                                   \
	} while (0)

#endif
