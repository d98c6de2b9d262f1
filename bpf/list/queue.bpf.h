/* SPDX-License-Identifier: GPL-2.0 */
/* The statistics of a command queue on this CPU, and their buckets. */
#ifndef QUEUE_BPF_H
#define QUEUE_BPF_H

#include "base/device.bpf.h"
#include "base/list.bpf.h"

/* The queue's number, or SMMU_QUEUES_MAX if all slots are taken. */
__weak __noinline __u32 queue_search(__u64 smmu, __u64 queue)
{
	__u32 slot = smmu_slot_of((__u32)queue, SMMU_QUEUES_SHIFT);

	for (__u32 i = 0; i < SMMU_QUEUES_MAX; i++) {
		__u32 at = (slot + i) & (SMMU_QUEUES_MAX - 1);
		__u64 owner = queue_slots[at].queue;

		if (!owner) {
			owner = __sync_val_compare_and_swap(&queue_slots[at].queue, 0, queue);
			if (!owner)
				queue_slots[at].smmu = smmu;
		}
		if (!owner || owner == queue)
			return at;
	}
	return SMMU_QUEUES_MAX;
}

/* Each copy of the program has its own account, so counting needs no atomic operations. */
static __always_inline struct smmu_queue_account *queue_account_at(__u32 number, __u32 copy)
{
	__u32 index = number + copy * SMMU_QUEUES_MAX;

	return bpf_map_lookup_elem(&queue_stats, &index);
}

/* Tries the first slot of the probe sequence inline. NULL if there is no room. */
static __always_inline struct smmu_queue_account *queue_account(struct list *list)
{
	__u32 number = smmu_slot_of((__u32)list->queue, SMMU_QUEUES_SHIFT), copy = list->copy;
	struct smmu_queue_account *account = queue_account_at(number, copy);
	__u64 queue = list->queue, smmu;

	if (account && account->queue == queue)
		return account;
	smmu = list_smmu(list);
	number = queue_search(smmu, queue);
	if (number >= SMMU_QUEUES_MAX)
		return NULL;
	account = queue_account_at(number, copy);
	if (account && !account->queue) {
		account->smmu_slot = smmu_number(smmu);
		account->queue = queue;
	}
	return account;
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
	__u64 bucket = n <= 1 ? 0 : log2_floor(n - 1) + 1;

	/*
	 * In assembly: the compiler would compare one copy of the number and use another, which
	 * has no bound for the verifier.
	 */
	asm volatile("if %0 <= %1 goto +1\n%0 = %1" : "+r"(bucket) : "i"(SMMU_BATCH_BUCKETS - 1));
	return (__u32)bucket;
}

/* Number of significant bits of 0 to 63. */
#define BITS_STEP  6
#define BITS_COUNT (1U << BITS_STEP)
const __u8 number_bits[BITS_COUNT] __weak = {
	0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5,
	5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
	6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
};

/* Bucket i holds latencies below 2^(i + SMMU_LATENCY_SHIFT) ns that fit no lower bucket. */
static __always_inline __u64 latency_bucket(__u64 ns)
{
	__u64 units = ns >> SMMU_LATENCY_SHIFT, bucket = 0;

	if (units >= BITS_COUNT) {
		if (units >= 1U << (SMMU_LATENCY_BUCKETS - 2))
			return SMMU_LATENCY_BUCKETS - 1;
		for (int i = 0; i < 3 && units >= BITS_COUNT; i++) {
			units >>= BITS_STEP;
			bucket += BITS_STEP;
		}
	}
	bucket += number_bits[units & (BITS_COUNT - 1)];
	/* At most 24, but the verifier cannot derive that. */
	asm volatile("%0 &= 31" : "+r"(bucket));
	return bucket;
}

#endif
