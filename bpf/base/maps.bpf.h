/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Maps and globals that more than one part of the programs uses; those of one part are in
 * its own header. All are weak, so that each exists once however many objects are linked.
 * Sizes that user space sets between open and load are marked so.
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

#define EIO	    5
#define ETIME	    62
#define ETIMEDOUT   110
#define EINPROGRESS 115
#define EREMOTEIO   121

/* ---- state ---- */

/*
 * Not 0 if every list has to be looked at, which is rare. It is the number of StreamIDs
 * whose failure is neither cleared nor fenced (suspects), plus SMMU_NOT_READY until all
 * hooks are attached, so that no event is sent of a recovery that was only half seen. User
 * space sets and clears SMMU_NOT_READY.
 */
__u64 attention __weak = 0;

static __always_inline bool ready(void)
{
	return !(attention & SMMU_NOT_READY);
}

/* Lists are filtered by StreamID, which the entry of a list decides. */
static __always_inline bool narrowed(void)
{
	return cfg_by_sid && !cfg_stats;
}

/* Lists and commands that no counter had room for; user space reports it if not 0. */
__u64 uncounted __weak = 0;

/* Incidents begun by injection, ever; the fast path of the injection point needs 0. */
__u64 incidents_begun __weak = 0;

/* The event ring. If it is full, the new event is dropped and counted as lost. */
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
	__uint(max_entries, SMMU_COPIES *SMMU_QUEUES_MAX); /* user space sets less */
	__type(key, __u32);
	__type(value, struct smmu_queue_account);
} queue_stats __weak SEC(".maps");

/* User space fills in every known StreamID; new ones are added when first seen. */
__u64 device_slots[SMMU_DEVICES_MAX] __weak = {}; /* smmu_device_key(); 0: free */
struct smmu_device_mark device_marks[SMMU_DEVICES_MAX] __weak = {};
struct smmu_device_state device_states[SMMU_DEVICES_MAX] __weak = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SMMU_DEVICES_MAX);
	__type(key, __u32);
	__type(value, struct smmu_device_stats);
} device_stats __weak SEC(".maps");

/* Copies of a list's commands, one per copy of the program: too long for the BPF stack. */
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
