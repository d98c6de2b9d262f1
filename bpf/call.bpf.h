/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open calls of the command-list function: what its entry saw, for its exit.
 *
 * A call is known by the address of its commands, which are on the issuer's
 * stack and so are one call's alone until it returns. Neither the CPU nor the
 * task would do: the function can be preempted and moved before it switches
 * interrupts off, and an interrupt can issue a list inside another list's call.
 */
#ifndef CALL_BPF_H
#define CALL_BPF_H

#include "maps.bpf.h"

#define CALLS_PROBE 4
/* A poll ends after 1 s: an entry this old belongs to a call whose exit was not seen. */
#define CALL_STALE_NS 30000000000ULL

struct smmu_call calls[SMMU_CALLS_MAX] __weak = {};

static __always_inline __u32 call_slot(__u64 cmds, __u32 probe)
{
	return (((cmds * 0x9e3779b97f4a7c15ULL) >> (64 - SMMU_CALLS_SHIFT)) + probe) &
	       (SMMU_CALLS_MAX - 1);
}

/* NULL if there is no room: the exit finds nothing and says so (SMMU_EVENT_NO_START). */
static __always_inline struct smmu_call *call_open(__u64 cmds, __u64 now, __u32 prod)
{
	for (__u32 probe = 0; probe < CALLS_PROBE; probe++) {
		struct smmu_call *call = &calls[call_slot(cmds, probe)];
		__u64 owner = call->cmds;

		/* Signed: its owner may have been later than our `now`. 0: just taken. */
		if (owner && owner != cmds &&
		    (!call->start_ns || (__s64)(now - call->start_ns) < (__s64)CALL_STALE_NS))
			continue;
		if (__sync_val_compare_and_swap(&call->cmds, owner, cmds) != owner)
			continue;
		call->start_ns = now;
		call->prod = prod;
		call->flags = 0;
		return call;
	}
	return NULL;
}

static __always_inline struct smmu_call *call_find(__u64 cmds)
{
	for (__u32 probe = 0; probe < CALLS_PROBE; probe++) {
		struct smmu_call *call = &calls[call_slot(cmds, probe)];

		if (call->cmds == cmds)
			return call;
	}
	return NULL;
}

/*
 * This call's outcome is not the hardware's own. Who makes it so knows where in the
 * queue the list really is: `prod` of its first command, with the wrap bit.
 */
static __always_inline void call_mark_synthetic(__u64 cmds, __u32 prod)
{
	struct smmu_call *call = call_find(cmds);

	if (!call) {
		/* Its entry was not seen: there is no start, but the mark must not be lost. */
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
