/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every map and every global of the BPF side, shared by all its
 * programs (weak: the static linker makes one of each). Sizes that user space
 * sets between open and load are marked so.
 */
#ifndef MAPS_BPF_H
#define MAPS_BPF_H

#include "vmlinux.h"

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "base/knobs.bpf.h"
#include "smmu_arch.h"
#include "smmu_inject.h"
#include "smmu_stats.h"

#define EIO	  5
#define ETIME	  62
#define ETIMEDOUT 110
#define EREMOTEIO 121

/* ---- state ---- */

/*
 * What makes every list worth a second look, 0 almost always: how many StreamIDs have a
 * failure that is neither cleared nor fenced, and SMMU_NOT_READY until everything is
 * attached, so that no half of a story is told. User space sets and clears that.
 */
__u64 attention __weak = 0;

static __always_inline bool ready(void)
{
	return !(attention & SMMU_NOT_READY);
}

/* Only lists of some StreamIDs are looked at: the entry of a list decides. */
static __always_inline bool narrowed(void)
{
	return cfg_by_sid && !cfg_stats;
}

/* Lists and commands that no counter had room for: 0, or it is said. */
__u64 uncounted __weak = 0;

/* Injection: incidents ever begun; 0 keeps the hot path short. */
__u64 incidents_begun __weak = 0;

/* The event ring: full means the new event is dropped and counted as lost. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20); /* set by user space */
} ring __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct smmu_book);
} book __weak SEC(".maps");

__u64 smmu_slots[SMMU_SMMUS_MAX] __weak = {}; /* struct arm_smmu_device; 0: free */

struct smmu_queue_slot queue_slots[SMMU_QUEUES_MAX] __weak = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SMMU_COPIES *SMMU_QUEUES_MAX); /* less, by user space */
	__type(key, __u32);
	__type(value, struct smmu_queue_account);
} queue_stats __weak SEC(".maps");

/* Filled by user space for every known StreamID; new ones are added when seen. */
__u64 device_slots[SMMU_DEVICES_MAX] __weak = {}; /* smmu_device_key(); 0: free */
struct smmu_device_mark device_marks[SMMU_DEVICES_MAX] __weak = {};
struct smmu_device_state device_states[SMMU_DEVICES_MAX] __weak = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SMMU_DEVICES_MAX);
	__type(key, __u32);
	__type(value, struct smmu_device_stats);
} device_stats __weak SEC(".maps");

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

#endif
