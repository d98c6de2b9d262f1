/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Statistics, aggregated in the kernel, and the other state that BPF and user space share:
 * one struct per CPU and queue, one per CPU and StreamID, the ledger per CPU and event kind.
 * Counters only grow, except `unstarted`; user space adds up the CPUs and takes differences.
 */
#ifndef SMMU_STATS_H
#define SMMU_STATS_H

#include "smmu_arch.h"
#include "smmu_event.h"

/*
 * SMMUs, queues and StreamIDs get small numbers when they are first seen: the index of the
 * slot that each takes in a hash table, whose probe sequence begins at smmu_slot_of().
 */
#define SMMU_SMMUS_SHIFT   8
#define SMMU_SMMUS_MAX	   (1U << SMMU_SMMUS_SHIFT)
#define SMMU_QUEUES_SHIFT  6
#define SMMU_QUEUES_MAX	   (1U << SMMU_QUEUES_SHIFT)
#define SMMU_DEVICES_SHIFT 12
#define SMMU_CPUS_MAX	   1024 /* CPUs for which bpf/running.bpf.c can tell what runs there */
#define SMMU_DEVICES_MAX   (1U << SMMU_DEVICES_SHIFT)
/* Limit of the probe sequence of a StreamID; in a half full table it is hardly ever two. */
#define SMMU_DEVICES_PROBE 64

/* Spreads neighbouring keys, and keys that are multiples of a power of two. */
static inline __u32 smmu_slot_of(__u32 key, __u32 shift)
{
	return (key * 0x9e3779b1U) >> (32 - shift);
}

/* Where the probe sequence of a smmu_device_key() begins. */
static inline __u32 smmu_device_slot(__u64 key)
{
	return smmu_slot_of((__u32)key ^ (__u32)(key >> 32) << 24, SMMU_DEVICES_SHIFT);
}

/* Key of a StreamID behind the SMMU with this number: never 0, which marks a free slot. */
static inline __u64 smmu_device_key(__u32 smmu, __u32 sid)
{
	return 1ULL << 63 | (__u64)smmu << 32 | sid;
}

/* Batch size: bucket i counts lists of 2^(i-1) < n <= 2^i commands; 0 to 6 (64) are used. */
#define SMMU_BATCH_BUCKETS 8
/* Latency in ns: bucket i counts calls below 2^(i+SHIFT), the last bucket all others. */
#define SMMU_LATENCY_SHIFT   8
#define SMMU_LATENCY_BUCKETS 26

/* Copies of the programs at returns, against re-entry: see bpf/base/twice.bpf.h. */
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
	/* lists with a CMD_SYNC, by the time from entry to return */
	__u64 sync_latency[SMMU_LATENCY_BUCKETS];
	__u64 sync_latency_sum_ns;
	__u64 commands[SMMU_OPCODE_COUNT]; /* by opcode, CMD_SYNC included */
};

/*
 * Counters of a CPU for a queue. Most lists have one command: such a list only counts in
 * `single`, and user space derives the rest and adds it to `stats`, which has the longer
 * lists (src/load/statistics.c).
 */
struct smmu_queue_account {
	__u64 queue;	 /* the queue's address; 0: not in use yet */
	__u32 smmu_slot; /* the SMMU's number */
	__u32 reserved;
	__u64 unstarted;		 /* lists with a CMD_SYNC that have no latency */
	__u64 single[SMMU_OPCODE_COUNT]; /* lists of one command, by its opcode */
	struct smmu_queue_stats stats;
};

/* Causes of a CMDQ_ERR: CMDQ_CONS.ERR, and one for all that the architecture does not name. */
#define SMMU_CAUSE_OTHER 4
#define SMMU_CAUSES	 5

/* Errors of a queue that the SMMU raised, none that was injected, and what they did. */
struct smmu_queue_errors {
	__u64 errors[SMMU_CAUSES];
	__u64 lists[SMMU_CAUSES]; /* that ended in it: without the errors at the same place again */
	/* Timeouts that are in no smmu_device_stats, as more than one device may be meant: */
	__u64 unknown_hardware; /* CMD_SYNCs with CERROR_ATC_INV_SYNC */
	__u64 unknown_software; /* lists that returned -ETIMEDOUT */
	/* For bpf/list/error.bpf.h alone; last...: of the last error. */
	__u64 last, last_ns, last_sid, seen;
};

struct smmu_device_stats {
	__u64 atc_inv;
	/* CMD_SYNCs with CERROR_ATC_INV_SYNC that waited for this StreamID alone */
	__u64 timeouts_hardware;
	/* lists with ATC_INV for it that returned -ETIMEDOUT while the SMMU waited for it alone */
	__u64 timeouts_software;
	__u64 timeouts_injected;
	__u64 fences;
	__u64 unfences;
	__u64 resets; /* successful ones */
	__u64 resets_failed;
};

/* Number of events per kind: attempted = emitted + lost, when user space has added up. */
struct smmu_ledger {
	__u64 attempted;
	__u64 emitted;
	__u64 lost;
};

/* A CPU's account of the ring. */
struct smmu_book {
	__u64 sequence;	    /* events attempted, all kinds */
	__s64 until_wakeup; /* bytes to write until the collector is woken */
	struct smmu_ledger kind[SMMU_EVENT_KIND_COUNT];
};

/* The state of one StreamID, shared by all CPUs. */
struct smmu_device_state {
	__u64 suspect_ns;  /* when its first failed list returned, 0 if none is open */
	__u64 fenced_ns;   /* when it was fenced, 0 if it is not */
	__u64 unfenced_ns; /* when it was last unfenced, 0 if never */
	/* A list that configures it returned, and no CMD_SYNC has confirmed that yet; 0: none. */
	__u64 pending_ns;
	__u64 pending_queue;
	__u8 grant;	  /* enum smmu_grant: what the SMMU has been told last */
	__u8 unconfirmed; /* its CMD_SYNC failed */
	__u8 ats;	  /* enum smmu_pci_ats */
	__u8 synthetic;	  /* its failure was injected */
	__u8 blamed;	  /* it failed alone in a list, so it is the one to blame */
	__u8 reserved[3];
	__u64 tag;  /* SMMU_TAG(), likewise */
	__u64 seen; /* and as it is in memory, when that was read last */
};

/* What user space asks for, by StreamID. */
struct smmu_device_mark {
	__u32 wanted;	  /* 1: passes the filter */
	__u32 first_rule; /* first injection rule for it: index + 1, 0 for none */
};

struct smmu_queue_slot {
	__u64 queue; /* 0: free */
	__u64 smmu;
};

/* Flag in `attention` (bpf/base/maps.bpf.h): no events yet, or no more. */
#define SMMU_NOT_READY (1ULL << 63)

/* An open call of the command-list function, see bpf/base/call.bpf.h. */
#define SMMU_CALLS_SHIFT 10
#define SMMU_CALLS_MAX	 (1U << SMMU_CALLS_SHIFT)

struct smmu_call {
	__u64 cmds; /* 0: free */
	__u64 start_ns;
	__u32 prod;
	__u32 flags;	/* enum smmu_event_flags, and CALL_COUNTED */
	__u64 reserved; /* makes the size a power of two, which is cheaper to index */
};

struct smmu_stream_key {
	__u64 smmu;
	__u32 sid;
	__u32 reserved;
};

#endif
