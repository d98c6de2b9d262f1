/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters and state of one StreamID, created when it is first seen. They are in tables of
 * our own: a lookup in a BPF hash costs three times as much, and here one search gives the
 * index into all of them.
 */
#ifndef DEVICE_BPF_H
#define DEVICE_BPF_H

#include "base/maps.bpf.h"

/*
 * The searches, for when the first slot does not match, are global functions: the verifier
 * checks a global function once, and not for each caller.
 */
__weak __noinline __u32 smmu_search(__u64 smmu)
{
	__u32 slot = smmu_slot_of((__u32)smmu, SMMU_SMMUS_SHIFT);

	for (__u32 i = 0; i < SMMU_SMMUS_MAX; i++) {
		__u32 at = (slot + i) & (SMMU_SMMUS_MAX - 1);
		__u64 owner = smmu_slots[at];

		if (!owner)
			owner = __sync_val_compare_and_swap(&smmu_slots[at], 0, smmu);
		if (!owner || owner == smmu)
			return at;
	}
	return SMMU_SMMUS_MAX;
}

/* The SMMU's number, or SMMU_SMMUS_MAX if all slots are taken. */
static __always_inline __u32 smmu_number(__u64 smmu)
{
	__u32 slot = smmu_slot_of((__u32)smmu, SMMU_SMMUS_SHIFT);

	return smmu_slots[slot & (SMMU_SMMUS_MAX - 1)] == smmu ? slot : smmu_search(smmu);
}

/* The key's slot, or SMMU_DEVICES_MAX. If `make` is not 0, a free slot is taken for it. */
__weak __noinline __u32 device_search(__u64 key, __u32 make)
{
	__u32 slot = smmu_device_slot(key);

	/* SMMUs without a number would share one, in which a StreamID is ambiguous. */
	if ((__u32)(key >> 32 & 0x7fffffff) >= SMMU_SMMUS_MAX)
		return SMMU_DEVICES_MAX;
	for (__u32 i = 0; i < SMMU_DEVICES_PROBE; i++) {
		__u32 at = (slot + i) & (SMMU_DEVICES_MAX - 1);
		__u64 owner = device_slots[at];

		if (owner == key)
			return at;
		if (owner)
			continue;
		if (!make)
			break;
		owner = __sync_val_compare_and_swap(&device_slots[at], 0, key);
		if (!owner || owner == key)
			return at;
	}
	return SMMU_DEVICES_MAX;
}

/* As device_number(), for an SMMU whose number is known. */
static __always_inline __u32 device_number_at(__u32 smmu_number, __u32 sid, bool make)
{
	__u64 key = smmu_device_key(smmu_number, sid);
	__u32 slot = smmu_device_slot(key);

	return device_slots[slot & (SMMU_DEVICES_MAX - 1)] == key ? slot : device_search(key, make);
}

/* The StreamID's number, or SMMU_DEVICES_MAX if it has none (not seen yet, or no room). */
static __always_inline __u32 device_number(__u64 smmu, __u32 sid, bool make)
{
	return device_number_at(smmu_number(smmu), sid, make);
}

static __always_inline struct smmu_device_state *device_state(__u32 number)
{
	if (number >= SMMU_DEVICES_MAX)
		return NULL;
	/* Keeps the mask, which the verifier needs and the compiler knows to be redundant. */
	asm volatile("" : "+r"(number));
	return &device_states[number & (SMMU_DEVICES_MAX - 1)];
}

/* NULL if the StreamID has no number yet. */
static __always_inline struct smmu_device_state *device_state_seen(__u64 smmu, __u32 sid)
{
	return device_state(device_number(smmu, sid, false));
}

static __always_inline struct smmu_device_state *device_state_of(__u64 smmu, __u32 sid)
{
	return device_state(device_number(smmu, sid, true));
}

/* NULL if there is no room, which is counted in `uncounted`. */
static __always_inline struct smmu_device_stats *device_stats_of(__u64 smmu, __u32 sid)
{
	__u32 number = device_number(smmu, sid, true);
	struct smmu_device_stats *stats = bpf_map_lookup_elem(&device_stats, &number);

	if (!stats)
		__sync_fetch_and_add(&uncounted, 1);
	return stats;
}

/* NULL if the StreamID is new: filters and rules are for those known at the start. */
static __always_inline const struct smmu_device_mark *device_mark(__u64 smmu, __u32 sid)
{
	__u32 number = device_number(smmu, sid, false);

	if (number >= SMMU_DEVICES_MAX)
		return NULL;
	asm volatile("" : "+r"(number));
	return &device_marks[number & (SMMU_DEVICES_MAX - 1)];
}

static __always_inline bool sid_wanted(__u64 smmu, __u32 sid)
{
	const struct smmu_device_mark *mark;

	if (cfg_smmu && smmu != cfg_smmu)
		return false;
	if (!cfg_by_sid)
		return true;
	mark = device_mark(smmu, sid);
	return mark && mark->wanted;
}

#define DEVICE_COUNT(smmu, sid, field)                                                             \
	do {                                                                                       \
		struct smmu_device_stats *stats_ = device_stats_of(smmu, sid);                     \
		if (stats_)                                                                        \
			__sync_fetch_and_add(&stats_->field, 1);                                   \
	} while (0)

#endif
