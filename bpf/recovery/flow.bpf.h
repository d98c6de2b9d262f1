/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flows of control, and which of them are in a recovery.
 *
 * A recovery is open from the return of a failed list of ATC_INV until its flow fences a
 * device, issues other commands, or returns from the function that issued the list. The
 * hooks that watch a recovery are on very frequent paths; while nothing is watched they
 * only load `watched`.
 */
#ifndef FLOW_BPF_H
#define FLOW_BPF_H

#include "base/emit.bpf.h"

/* A flow: the current task, and the context that is running in it. */
struct thread_key {
	__u64 task;
	__u64 context; /* enum smmu_context */
};

static __always_inline void thread_current(struct thread_key *thread)
{
	thread->task = bpf_get_current_task();
	thread->context = current_context();
}

/* No recovery takes longer: one that is still open then ended unseen. */
#define RECOVERY_NS SMMU_LONGEST_WAIT_NS
/* At least the size of a kernel stack. */
#define STACK_BYTES 0x10000ULL
/* Limit of `forbidden` events for one recovery: more tell nothing new. */
#define RECOVERY_REPORTS 32

struct recovery {
	__u64 since_ns;
	/*
	 * The last list, interrupt or switch of tasks that was seen on the recovery's CPU; 0: it is
	 * not on a CPU.
	 */
	__u64 sign_ns;
	__u64 cmds; /* address of the list's commands, on the stack of the issuer */
	__u32 reports;
	__u32 synthetic;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct thread_key);
	__type(value, struct recovery);
} recoveries __weak SEC(".maps");

/* Recoveries that are open, and GERROR handlers that run. */
__u64 watched __weak = 0;
/* After this, everything that was watched has ended, seen or unseen. */
__u64 watched_until_ns __weak = 0;

/* Time of the last error (injected, found), failed list or very long list; 0: none. */
__u64 trouble_ns __weak = 0;

static __always_inline bool in_trouble(__u64 now)
{
	return (__s64)(now - trouble_ns) < (__s64)SMMU_TROUBLE_NS;
}

static __always_inline void watch_begin(__u64 now)
{
	watched_until_ns = now + RECOVERY_NS;
	__sync_fetch_and_add(&watched, 1);
}

static __always_inline void watch_end(void)
{
	__u64 count = watched;

	if (count)
		__sync_fetch_and_add(&watched, -1);
}

/* True if the time is over: then ends everything that is still watched, as its end was missed. */
static __always_inline bool watch_over(__u64 now)
{
	__u64 count = watched;

	if ((__s64)(now - watched_until_ns) < 0)
		return false;
	__sync_val_compare_and_swap(&watched, count, 0);
	return true;
}

/* A list of ATC_INV failed. A recovery begins with the first such list of its flow. */
static __always_inline void recovery_open(__u64 cmds, __u64 now, bool synthetic)
{
	struct recovery fresh = {
		.since_ns = now, .sign_ns = now, .cmds = cmds, .synthetic = synthetic};
	struct thread_key thread;
	struct recovery *recovery;

	if (!kind_wanted(SMMU_EVENT_FORBIDDEN))
		return;
	thread_current(&thread);
	recovery = bpf_map_lookup_elem(&recoveries, &thread);
	if (recovery && now - recovery->since_ns < RECOVERY_NS) {
		/* Keep the address that is further up the stack. */
		if (cmds > recovery->cmds && cmds - recovery->cmds < STACK_BYTES)
			recovery->cmds = cmds;
		watched_until_ns = now + RECOVERY_NS;
		return;
	}
	bpf_map_update_elem(&recoveries, &thread, &fresh, BPF_ANY);
	watch_begin(now);
}

/* Sets the time of the last sign of a recovery of this task in this context, returns the former. */
static __always_inline __u64 recovery_sign(__u64 context, __u64 now)
{
	struct thread_key thread = {.task = bpf_get_current_task(), .context = context};
	struct recovery *recovery = bpf_map_lookup_elem(&recoveries, &thread);
	__u64 sign_ns;

	if (!recovery)
		return 0;
	sign_ns = recovery->sign_ns;
	recovery->sign_ns = now;
	return sign_ns;
}

static __always_inline void recovery_close(void)
{
	struct thread_key thread;

	if (!kind_wanted(SMMU_EVENT_FORBIDDEN) || !watched)
		return;
	thread_current(&thread);
	if (!bpf_map_delete_elem(&recoveries, &thread))
		watch_end();
}

#endif
