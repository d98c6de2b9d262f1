/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every map, every knob and every global of the BPF side, shared by all its
 * programs (weak: the static linker makes one of each). Sizes that user space
 * sets between open and load are marked so.
 */
#ifndef MAPS_BPF_H
#define MAPS_BPF_H

#include "vmlinux.h"

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "smmu_arch.h"
#include "smmu_event.h"
#include "smmu_inject.h"
#include "smmu_stats.h"

#define EIO	  5
#define ETIME	  62
#define ETIMEDOUT 110
#define EREMOTEIO 121

/* ---- knobs: rodata, so that the verifier drops what is not wanted ---- */

/* Position of each argument of the command-list function, from BTF by name. */
const volatile __u32 cfg_arg_smmu __weak = 0;
const volatile __u32 cfg_arg_cmdq __weak = 1;
const volatile __u32 cfg_arg_cmds __weak = 2;
const volatile __u32 cfg_arg_n __weak = 3;
const volatile __u32 cfg_arg_sync __weak = 4;
const volatile __u32 cfg_args __weak = 5; /* how many: the return value comes after them */

/* Likewise of the tracepoints of allocations; 0: not known. */
const volatile __u32 cfg_arg_kmalloc_bytes __weak = 0;
const volatile __u32 cfg_arg_kmem_cache __weak = 0;
const volatile bool cfg_typed_task __weak = true;   /* the kernel has types of its own */
const volatile __u32 cfg_hardirq_shift __weak = 16; /* into the preempt count */
const volatile __u64 cfg_page_bytes __weak = 4096;
/* Functions of an invalidation that return nothing. */
const volatile bool cfg_domain_is_void __weak = false;
const volatile bool cfg_master_is_void __weak = false;

const volatile bool cfg_twice __weak = false;  /* second copies are attached, see twice.bpf.h */
const volatile bool cfg_stats __weak = false;  /* fill queue_stats and device_stats */
const volatile bool cfg_events __weak = false; /* send events through the ring */

/* Filters on events; statistics are never filtered. */
const volatile __u32 cfg_kinds __weak = 0xffffffff; /* 1 << enum smmu_event_kind */
const volatile __u64 cfg_smmu __weak = 0;	    /* only this SMMU, 0: any */
const volatile bool cfg_by_sid __weak = false;	    /* only StreamIDs in filter_sids */
const volatile bool cfg_failed_only __weak = false;
const volatile __u64 cfg_latency_above_ns __weak = 0;

/* Wake the collector when that much is waiting; it looks by itself every 50 ms. */
const volatile __u64 cfg_wakeup_bytes __weak = 0;

const volatile __u32 cfg_any_rule __weak = SMMU_RULE_NONE; /* first rule for any StreamID */

/* ---- state ---- */

/* Off until everything is attached, so that no half of a story is told. */
bool ready __weak = false;

/* StreamIDs with a failure that is neither cleared nor fenced: 0 almost always. */
__u64 suspects __weak = 0;

/* Lists and commands that no counter had room for: 0, or it is said. */
__u64 uncounted __weak = 0;

/* Injection: incidents ever begun; 0 keeps the hot path short. */
__u64 incidents_begun __weak = 0;

/* One event sequence per CPU; see smmu_event.seq. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} sequence __weak SEC(".maps");

/* The event ring: full means the new event is dropped and counted as lost. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20); /* set by user space */
} ring __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SMMU_EVENT_KIND_COUNT);
	__type(key, __u32);
	__type(value, struct smmu_ledger);
} ledger __weak SEC(".maps");

struct smmu_queue_slot queue_slots[SMMU_QUEUES_MAX] __weak = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SMMU_COPIES *SMMU_QUEUES_MAX);
	__type(key, __u32);
	__type(value, struct smmu_queue_stats);
} queue_stats __weak SEC(".maps");

/* Filled by user space for every known StreamID; new ones are added when seen. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, SMMU_DEVICES_MAX);
	__type(key, struct smmu_stream_key);
	__type(value, struct smmu_device_stats);
} device_stats __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SMMU_DEVICES_MAX);
	__type(key, struct smmu_stream_key);
	__type(value, struct smmu_device_state);
} device_states __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SMMU_DEVICES_MAX);
	__type(key, struct smmu_stream_key);
	__type(value, __u32);
} filter_sids __weak SEC(".maps");

/* The commands of the list at hand: too long for the BPF stack. */
struct command_list {
	struct smmu_command command[SMMU_LIST_MAX];
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SMMU_COPIES);
	__type(key, __u32);
	__type(value, struct command_list);
} list_scratch __weak SEC(".maps");

/* ---- injection ---- */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SMMU_RULES_MAX);
	__type(key, __u32);
	__type(value, struct smmu_rule);
} rules __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SMMU_RULES_MAX);
	__type(key, __u32);
	__type(value, struct smmu_rule_state);
} rule_states __weak SEC(".maps");

/* StreamID -> its first rule; the others hang on smmu_rule.next. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SMMU_RULES_MAX * 16);
	__type(key, struct smmu_stream_key);
	__type(value, __u32);
} rules_by_sid __weak SEC(".maps");

#endif
