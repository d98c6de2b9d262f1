/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Statistics of one run, added up over the CPUs: what `stat` prints and --stats writes. Read
 * from the BPF maps by load/statistics.c, or from a recording by record/end.c; written by the
 * sinks' report.
 */
#ifndef EVENT_STATISTICS_H
#define EVENT_STATISTICS_H

#include "device/devices.h"
#include "event/blind.h"
#include "smmu_inject.h"
#include "smmu_stats.h"

/* Numbers of events of all kinds; the last member counts hits, which are no events. */
struct loss {
	__u64 attempted;	 /* that the BPF programs had to send */
	__u64 emitted;		 /* for which there was room in the ring */
	__u64 lost;		 /* for which there was none */
	__u64 consumed;		 /* that the collector took out of the ring */
	__u64 skipped_by_kernel; /* hits of our programs that the kernel skipped */
};

/* smmu and queue are kernel addresses: names.h has names for them. */
struct queue_statistics {
	__u64 smmu;
	__u64 queue;
	struct smmu_queue_stats sum;
	struct smmu_queue_errors errors;
};

struct device_statistics {
	struct smmu_stream_key key;
	struct smmu_device_stats sum;
	struct smmu_device_state state;
};

/* X(id, name, text): why a device that did not answer answers again. */
#define RULE_SILENCE_ENDS(X)                                                                       \
	X(RUN, "run", "the end of the run took them back")                                         \
	X(COUNT, "count", "all were used up")                                                      \
	X(TIME, "time", "its time was over")                                                       \
	X(RESET, "reset", "the function was reset")                                                \
	X(GONE, "gone", "the function was removed meanwhile; as it was read last before that")

#define RULE_SILENCE_END_(id, name, text) RULE_SILENCE_##id,
enum rule_silence_end { RULE_SILENCE_ENDS(RULE_SILENCE_END_) RULE_SILENCE_END_COUNT };
#undef RULE_SILENCE_END_

/* What became of a rule with kind=device, as the device itself counts. All 0 for other rules. */
struct rule_silence {
	__u64 armed;	  /* ATC_INV that were not to be answered; 0: it is another kind */
	__u64 unanswered; /* ATC_INV that were not, since it was armed */
	__u64 answered;	  /* ATC_INV that were */
	__u64 left;	  /* of `armed`, when the run ended */
	__u64 end;	  /* enum rule_silence_end */
};

struct statistics {
	__u64 duration_ns; /* of the run */
	struct queue_statistics *queues;
	size_t queue_count;
	struct device_statistics *devices;
	size_t device_count;
	struct smmu_ledger ledger[SMMU_EVENT_KIND_COUNT]; /* by kind */
	struct loss loss;
	struct blind blind;
	/*
	 * By CPU, the last number that it gave to an event: tells what is missing at the end of a
	 * stream. NULL: not known.
	 */
	__u32 *sequence;
	size_t sequence_count;
	/* What each rule of `inject` did, in the order given. */
	struct smmu_rule_state inject_rules[SMMU_RULES_MAX];
	struct rule_silence silences[SMMU_RULES_MAX]; /* likewise */
	size_t inject_rule_count;
	bool events;		/* there was a stream of events; if not, the ledger is all 0 */
	bool injection_visible; /* false: timeouts.injected cannot be known in this kernel */
	bool errors_visible; /* false: queue_statistics.errors cannot be known, or is of long ago */
};

/*
 * The largest value in a bucket of a histogram; the last bucket has no limit. Latencies are in
 * ns, and a bucket holds those below a power of two, hence - 1. Batches are in commands.
 */
static inline __u64 statistics_latency_limit(unsigned int bucket)
{
	return (1ULL << (bucket + SMMU_LATENCY_SHIFT)) - 1;
}

static inline __u64 statistics_batch_limit(unsigned int bucket)
{
	return 1ULL << bucket;
}

/* Frees the lists and zeroes *statistics, which may be all 0 before. */
void statistics_free(struct statistics *statistics);

#endif
