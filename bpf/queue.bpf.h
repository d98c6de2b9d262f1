/* SPDX-License-Identifier: GPL-2.0 */
/* Statistics of one command queue. */
#ifndef QUEUE_BPF_H
#define QUEUE_BPF_H

#include "device.bpf.h"

/* The queue's number, or SMMU_QUEUES_MAX when there are more queues than slots. */
static __always_inline __u32 queue_index(__u64 smmu, __u64 queue)
{
	for (__u32 i = 0; i < SMMU_QUEUES_MAX; i++) {
		struct smmu_queue_slot *slot = &queue_slots[i];
		__u64 owner = slot->queue;

		if (owner == queue)
			return i;
		if (owner)
			continue;
		owner = __sync_val_compare_and_swap(&slot->queue, 0, queue);
		if (!owner)
			slot->smmu = smmu;
		if (!owner || owner == queue)
			return i;
	}
	return SMMU_QUEUES_MAX;
}

static __always_inline __u32 log2_floor(__u64 value)
{
	__u32 bits = 0;

	if (value >> 32) {
		value >>= 32;
		bits += 32;
	}
	if (value >> 16) {
		value >>= 16;
		bits += 16;
	}
	if (value >> 8) {
		value >>= 8;
		bits += 8;
	}
	if (value >> 4) {
		value >>= 4;
		bits += 4;
	}
	if (value >> 2) {
		value >>= 2;
		bits += 2;
	}
	return bits + (__u32)(value >> 1);
}

/* Bucket i holds lists of 2^(i-1) < n <= 2^i commands. */
static __always_inline __u32 batch_bucket(__u32 n)
{
	__u32 bucket = n <= 1 ? 0 : log2_floor(n - 1) + 1;

	return bucket < SMMU_BATCH_BUCKETS ? bucket : SMMU_BATCH_BUCKETS - 1;
}

/* Bucket i holds what is below 2^(i + SMMU_LATENCY_SHIFT) ns and not in an earlier one. */
static __always_inline __u32 latency_bucket(__u64 ns)
{
	__u64 units = ns >> SMMU_LATENCY_SHIFT;
	__u32 bucket = units ? log2_floor(units) + 1 : 0;

	return bucket < SMMU_LATENCY_BUCKETS ? bucket : SMMU_LATENCY_BUCKETS - 1;
}

/* Of this copy of the program alone: counting in it needs no atomic operations. */
static __always_inline struct smmu_queue_stats *queue_stats_of(__u64 smmu, __u64 queue, __u32 copy)
{
	__u32 index = queue_index(smmu, queue);

	if (index < SMMU_QUEUES_MAX)
		index += copy * SMMU_QUEUES_MAX;
	else
		index = SMMU_COPIES * SMMU_QUEUES_MAX;

	return bpf_map_lookup_elem(&queue_stats, &index);
}

#endif
