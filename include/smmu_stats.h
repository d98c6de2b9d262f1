/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Statistics, aggregated in the kernel: one struct per CPU and queue, one per
 * CPU and device, the ledger per CPU and event kind. Counters only grow; user
 * space adds up the CPUs and takes differences.
 */
#ifndef SMMU_STATS_H
#define SMMU_STATS_H

#include "smmu_event.h"

/*
 * SMMUs, queues and StreamIDs get small numbers when they are first seen: those of the
 * slots that they take in tables of their own, searched from smmu_slot_of() on.
 */
#define SMMU_SMMUS_SHIFT   6
#define SMMU_SMMUS_MAX	   (1U << SMMU_SMMUS_SHIFT)
#define SMMU_QUEUES_SHIFT  6
#define SMMU_QUEUES_MAX	   (1U << SMMU_QUEUES_SHIFT)
#define SMMU_DEVICES_SHIFT 12
#define SMMU_CPUS_MAX	   1024 /* of which it is known what runs there */
#define SMMU_DEVICES_MAX   (1U << SMMU_DEVICES_SHIFT)
/* A search for a StreamID ends here: in a table that is half full it is hardly ever two. */
#define SMMU_DEVICES_PROBE 64

/* Neighbours end up far from each other, multiples of a power of two as well. */
static inline __u32 smmu_slot_of(__u32 key, __u32 shift)
{
	return (key * 0x9e3779b1U) >> (32 - shift);
}

/* Where the search for a smmu_device_key() begins. */
static inline __u32 smmu_device_slot(__u64 key)
{
	return smmu_slot_of((__u32)key ^ (__u32)(key >> 32) << 24, SMMU_DEVICES_SHIFT);
}

/* What is in the slot of a StreamID of the SMMU with that number: never 0. */
static inline __u64 smmu_device_key(__u32 smmu, __u32 sid)
{
	return 1ULL << 63 | (__u64)smmu << 32 | sid;
}

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

/*
 * What a CPU keeps of a queue. Most lists have one command: these are counted once, by
 * its opcode, and user space adds them to all that is counted of longer ones.
 */
struct smmu_queue_account {
	__u64 queue;	 /* whose it is; 0: nobody's yet */
	__u32 smmu_slot; /* the SMMU's number */
	__u32 reserved;
	__u64 unstarted;   /* lists with a CMD_SYNC that are in no bucket of sync_latency */
	__u64 single[256]; /* lists of one command */
	struct smmu_queue_stats stats;
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

/* Where events went, per kind: attempted = emitted + lost, as user space adds it up. */
struct smmu_ledger {
	__u64 attempted;
	__u64 emitted;
	__u64 lost;
};

/* A CPU's account of the ring. */
struct smmu_book {
	__u64 sequence;	    /* events attempted, of all kinds */
	__s64 until_wakeup; /* bytes, until the collector is woken */
	struct smmu_ledger kind[SMMU_EVENT_KIND_COUNT];
};

/* The state of one StreamID, shared by all CPUs. */
struct smmu_device_state {
	__u64 suspect_ns;  /* when its first failed list returned, 0 if none is open */
	__u64 fenced_ns;   /* when it was fenced, 0 if it is not */
	__u64 unfenced_ns; /* when it was last unfenced, 0 if never */
	__u32 synthetic;   /* that failure was injected */
	__u32 blamed;	   /* it failed alone in a list: nobody else can be meant */
};

/* Of a StreamID: what user space has to do with it. */
struct smmu_device_mark {
	__u32 wanted;	  /* by the filter, 0 if not */
	__u32 first_rule; /* that may let it fail: its index + 1, 0 for none */
};

struct smmu_queue_slot {
	__u64 queue; /* 0: free */
	__u64 smmu;
};

/* In the number of suspects, see bpf/base/maps.bpf.h: nothing is told yet, or any more. */
#define SMMU_NOT_READY (1ULL << 63)

/* An open call of the command-list function, see bpf/base/call.bpf.h. */
#define SMMU_CALLS_SHIFT 10
#define SMMU_CALLS_MAX	 (1U << SMMU_CALLS_SHIFT)

struct smmu_call {
	__u64 cmds; /* 0: free */
	__u64 start_ns;
	__u32 prod;
	__u32 flags;	/* enum smmu_event_flags */
	__u64 reserved; /* a power of two is cheaper to index */
};

struct smmu_stream_key {
	__u64 smmu;
	__u32 sid;
	__u32 reserved;
};

#endif
