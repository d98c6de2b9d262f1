/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Statistics of one run, summed over the CPUs: what `stat` prints and what
 * --stats writes. Read from the BPF maps by loader.c, printed by the report.
 */
#ifndef EVENT_STATISTICS_H
#define EVENT_STATISTICS_H

#include "device/devices.h"
#include "smmu_inject.h"
#include "smmu_stats.h"

struct loss {
	__u64 attempted;	 /* events that the BPF programs wanted to send */
	__u64 emitted;		 /* that found room in the ring */
	__u64 lost;		 /* that did not */
	__u64 consumed;		 /* that the collector took out */
	__u64 skipped_by_kernel; /* hits of our programs that the kernel skipped */
};

struct queue_statistics {
	__u64 smmu;
	__u64 queue;
	struct smmu_queue_stats sum;
};

struct device_statistics {
	struct smmu_stream_key key;
	struct smmu_device_stats sum;
	struct smmu_device_state state;
};

struct statistics {
	__u64 duration_ns;
	struct queue_statistics *queues;
	size_t queue_count;
	struct device_statistics *devices;
	size_t device_count;
	struct smmu_ledger ledger[SMMU_EVENT_KIND_COUNT]; /* by kind */
	struct loss loss;
	/* By CPU, how many numbers it gave to events: what is missing at the end of a stream
	 * is known by them. None: not known. */
	__u32 *sequence;
	size_t sequence_count;
	/* What each rule of `inject` did, in the order given. */
	struct smmu_rule_state rules[SMMU_RULES_MAX];
	size_t rule_count;
	bool events;		/* an event stream ran; else the ledger is all zero */
	bool injection_visible; /* false: timeouts.injected cannot be known here */
};

/*
 * The largest value in a bucket of a histogram, the last one excepted, which has no limit.
 * In ns: the kernel's bucket holds values below a power of two, hence - 1; in commands.
 */
static inline __u64 statistics_latency_limit(unsigned int bucket)
{
	return (1ULL << (bucket + SMMU_LATENCY_SHIFT)) - 1;
}

static inline __u64 statistics_batch_limit(unsigned int bucket)
{
	return 1ULL << bucket;
}

void statistics_free(struct statistics *statistics);

#endif
