/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Statistics, aggregated in the kernel: one struct per CPU and queue, one per
 * CPU and device, the ledger per CPU and event kind. Counters only grow; user
 * space adds up the CPUs and takes differences.
 */
#ifndef SMMU_STATS_H
#define SMMU_STATS_H

#include "smmu_event.h"

/* Queues and devices get small numbers in the order they are first seen. */
#define SMMU_QUEUES_MAX	 64
#define SMMU_DEVICES_MAX 4096

/* Batch size in commands: bucket i counts lists of at most 2^i, 0 to 6 (64). */
#define SMMU_BATCH_BUCKETS 8
/* Latency in ns: bucket i counts calls of less than 2^(i+SHIFT), the last all above. */
#define SMMU_LATENCY_SHIFT   8
#define SMMU_LATENCY_BUCKETS 26

/* Copies of the programs on the returns that an interrupt can hit inside them. */
#define SMMU_COPIES 2
enum smmu_twice {
	SMMU_TWICE_LIST,
	SMMU_TWICE_DOMAIN,
	SMMU_TWICE_MASTER,
	SMMU_TWICE_UNMAP,
	SMMU_TWICE_COUNT
};

struct smmu_queue_stats {
	__u64 lists;
	__u64 synced; /* lists with a CMD_SYNC */
	__u64 failed; /* lists that returned an error */
	__u64 atc_lists;
	__u64 atc_lists_without_sync;
	__u64 unread; /* lists whose commands could not be read */
	__u64 batch_size[SMMU_BATCH_BUCKETS];
	/* of lists with a CMD_SYNC: from entry to return */
	__u64 sync_latency[SMMU_LATENCY_BUCKETS];
	__u64 sync_latency_sum_ns;
	__u64 commands[256]; /* by opcode; CMD_SYNC counted too */
};

struct smmu_device_stats {
	__u64 atc_inv;
	__u64 timeouts_hardware; /* an error but -ETIMEDOUT on a list of this StreamID alone */
	__u64 timeouts_software; /* -ETIMEDOUT, likewise */
	__u64 timeouts_injected;
	__u64 fences;
	__u64 unfences;
	__u64 resets; /* that succeeded */
	__u64 resets_failed;
};

/* Where events went, per kind: attempted = emitted + lost. */
struct smmu_ledger {
	__u64 attempted;
	__u64 emitted;
	__u64 lost;
};

/* The state of one StreamID, shared by all CPUs. */
struct smmu_device_state {
	__u64 suspect_ns;  /* when its first failed list returned, 0 if none is open */
	__u64 fenced_ns;   /* when it was fenced, 0 if it is not */
	__u64 unfenced_ns; /* when it was last unfenced, 0 if never */
	__u32 synthetic;   /* that failure was injected */
	__u32 blamed;	   /* it failed alone in a list: nobody else can be meant */
};

/* A queue's number is that of its slot; it takes the first free one and keeps it. */
struct smmu_queue_slot {
	__u64 queue; /* 0: free */
	__u64 smmu;
};

/* An open call of the command-list function, see bpf/call.bpf.h. */
#define SMMU_CALLS_SHIFT 10
#define SMMU_CALLS_MAX	 (1U << SMMU_CALLS_SHIFT)

struct smmu_call {
	__u64 cmds; /* 0: free */
	__u64 start_ns;
	__u32 prod;
	__u32 flags; /* enum smmu_event_flags */
};

struct smmu_stream_key {
	__u64 smmu;
	__u32 sid;
	__u32 reserved;
};

#endif
