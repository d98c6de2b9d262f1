/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open calls of the command-list function: what its entry saw, for its exit.
 *
 * A call is identified by the address of its commands: they are on the issuer's stack,
 * so no other call has this address until it returns. The CPU would not do, as the function
 * can be preempted and moved before it switches interrupts off; nor would the task, as an
 * interrupt can issue a list inside another list's call.
 */
#ifndef CALL_BPF_H
#define CALL_BPF_H

#include "base/maps.bpf.h"

#define CALLS_PROBE 4
/*
 * A list may have to wait for the one in front of it, which leaves the queue full: an entry this
 * old is of a call whose exit was missed.
 */
#define CALL_STALE_NS SMMU_LONGEST_WAIT_NS

/* In smmu_call.flags, above the flags of the event: the list has been counted already. */
#define CALL_COUNTED (1U << 16)

/* Whether lists may be counted at entry, see exit_skipped(); not with two copies of the exit. */
static __always_inline bool counts_early(void)
{
	return cfg_stats && !cfg_twice;
}

struct smmu_call calls[SMMU_CALLS_MAX] __weak = {};

/* Open calls; maintained only if narrowed(), where it is mostly 0. */
__u64 calls_open __weak = 0;

/*
 * The slot is hashed from the task, which is the same at entry and return. Hashing the
 * address would need argument_number(), as the verifier takes it for a pointer.
 */
static __always_inline __u32 call_slot(__u32 probe)
{
	__u32 task = (__u32)bpf_get_current_task();

	return (smmu_slot_of(task, SMMU_CALLS_SHIFT) + probe) & (SMMU_CALLS_MAX - 1);
}

static __always_inline struct smmu_call *call_at(__u32 probe)
{
	struct smmu_call *call = &calls[call_slot(probe)];

	/* Compute the address once: the compiler would do it again for each member. */
	asm volatile("" : "+r"(call));
	return call;
}

/* Takes the slot if it is free or stale. True if it is ours now. */
static __always_inline bool call_take(struct smmu_call *call, __u64 cmds, __u64 now)
{
	__u64 owner = __sync_val_compare_and_swap(&call->cmds, 0, cmds);

	if (!owner || owner == cmds)
		return true;
	/* start_ns 0: just taken. Signed, as the owner may have begun after our `now`. */
	if (!call->start_ns || (__s64)(now - call->start_ns) < (__s64)CALL_STALE_NS)
		return false;
	return __sync_val_compare_and_swap(&call->cmds, owner, cmds) == owner;
}

/* The rest of the probe sequence; out of line, as the first slot mostly matches. */
static __noinline int call_search(__u64 cmds)
{
	for (__u32 probe = 1; probe < CALLS_PROBE; probe++) {
		if (call_at(probe)->cmds == cmds)
			return (int)probe;
	}
	return -1;
}

static __noinline int call_search_free(__u64 cmds, __u64 now)
{
	for (__u32 probe = 0; probe < CALLS_PROBE; probe++) {
		if (call_take(call_at(probe), cmds, now))
			return (int)probe;
	}
	return -1;
}

static __always_inline void call_begin(struct smmu_call *call, __u64 now, __u32 prod)
{
	_Static_assert(__builtin_offsetof(struct smmu_call, flags) ==
			       __builtin_offsetof(struct smmu_call, prod) + 4,
		       "one word");
	call->start_ns = now;
	*(__u64 *)&call->prod = prod; /* and no flags */
	if (narrowed())
		__sync_fetch_and_add(&calls_open, 1);
}

/* NULL if there is no room: the exit then finds no call and sets SMMU_EVENT_NO_START. */
static __always_inline struct smmu_call *call_open(__u64 cmds, __u64 now, __u32 prod)
{
	struct smmu_call *call = call_at(0);
	__u64 owner = __sync_val_compare_and_swap(&call->cmds, 0, cmds);
	int probe;

	/* Keep it a number: the compiler would turn it into a truth value first. */
	asm volatile("" : "+r"(owner));
	if (owner) {
		probe = call_search_free(cmds, now);
		if (probe < 0)
			return NULL;
		call = call_at((__u32)probe);
	}
	call_begin(call, now, prod);
	return call;
}

static __always_inline void call_close(struct smmu_call *call)
{
	call->start_ns = 0;
	call->cmds = 0;
	if (narrowed())
		__sync_fetch_and_add(&calls_open, -1);
}

static __always_inline struct smmu_call *call_find(__u64 cmds)
{
	struct smmu_call *call = call_at(0);
	int probe;

	if (call->cmds == cmds)
		return call;
	probe = call_search(cmds);
	return probe < 0 ? NULL : call_at((__u32)probe);
}

/*
 * Marks the call's outcome as injected. The injection point knows where in the queue the
 * list really is: `prod` is the index of its first command, with the wrap bit.
 */
static __always_inline void call_mark_synthetic(__u64 cmds, __u32 prod)
{
	struct smmu_call *call = call_find(cmds);

	if (!call) {
		/* The entry was missed: no start is known, but the mark must not be lost. */
		call = call_open(cmds, bpf_ktime_get_ns(), prod);
		if (call)
			call->flags = SMMU_EVENT_NO_START;
	}
	if (!call)
		return;
	call->prod = prod;
	call->flags |= SMMU_EVENT_SYNTHETIC | SMMU_EVENT_EXACT;
}

#endif
