/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 2/5  event -> ring
 *
 * The only place that reserves and submits ring records, so that none is missing from the
 * ledger (attempted = emitted + lost, per kind and CPU).
 */
#ifndef EMIT_BPF_H
#define EMIT_BPF_H

#include "base/maps.bpf.h"

/*
 * Bits of preempt_count (include/linux/preempt.h): bit 8 is set while a softirq is served;
 * four bits count hardirqs and the next four NMIs, from a position that depends on the
 * kernel. cfg_interrupt_mask has all nine.
 */
#define PREEMPT_HARDIRQ (0xfU << cfg_hardirq_shift)
#define PREEMPT_NMI	(0xf0U << cfg_hardirq_shift)

/* Without BTF of its own a kernel has no helper that returns a typed task. */
static __always_inline __u32 preempt_count(void)
{
	struct task_struct *task;

	if (cfg_typed_task) {
		task = (struct task_struct *)bpf_get_current_task_btf();
		return task->thread_info.preempt.count;
	}
	task = (struct task_struct *)bpf_get_current_task();
	return BPF_CORE_READ(task, thread_info.preempt.count);
}

static __always_inline __u8 context_of(__u32 count)
{
	if (!(count & cfg_interrupt_mask)) /* the most frequent case */
		return SMMU_CONTEXT_TASK;
	if (count & PREEMPT_NMI)
		return SMMU_CONTEXT_NMI;
	return count & PREEMPT_HARDIRQ ? SMMU_CONTEXT_HARDIRQ : SMMU_CONTEXT_SOFTIRQ;
}

static __always_inline __u8 current_context(void)
{
	return context_of(preempt_count());
}

static __always_inline bool kind_wanted(enum smmu_event_kind kind)
{
#ifdef FIXED /* what fixed_kinds() in src/load/build.c guarantees for these builds */
	if (kind == SMMU_EVENT_SUBMIT)
		return cfg_events;
	if (!(SMMU_KINDS_DEFAULT & (1U << kind)))
		return false;
#endif
	return cfg_events && (cfg_kinds & (1U << kind));
}

/* Task and context. Read from the task where it is typed: helpers cost ten times as much. */
static __always_inline __u8 emit_who(struct smmu_event *event)
{
	__u64 *comm = (__u64 *)event->comm, thread;
	struct task_struct *task;

	if (cfg_typed_task) {
		task = (struct task_struct *)bpf_get_current_task_btf();
		event->pid = (__u32)task->tgid;
		event->tid = (__u32)task->pid;
		comm[0] = *(__u64 *)&task->comm[0];
		comm[1] = *(__u64 *)&task->comm[8];
		return context_of(task->thread_info.preempt.count);
	}
	thread = bpf_get_current_pid_tgid();
	event->pid = thread >> 32;
	event->tid = (__u32)thread;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	return current_context();
}

/*
 * Sets kind, context, reserved and wakes, by one store.
 *
 * A wake-up costs more than several events, so the collector is woken only after
 * cfg_wakeup_bytes, and looks by itself every 50 ms. The count is per CPU and not atomic:
 * an interrupt in between costs one extra wake-up at most.
 */
static __always_inline void emit_what(struct smmu_event *event, struct smmu_book *account,
				      enum smmu_event_kind kind, __u8 context, __u64 size)
{
	__u64 *word = (__u64 *)&event->kind, value = kind | (__u64)context << 8;
	__s64 left = account->until_wakeup - (__s64)size;

	_Static_assert(__builtin_offsetof(struct smmu_event, kind) == 24 &&
			       __builtin_offsetof(struct smmu_event, context) == 25 &&
			       __builtin_offsetof(struct smmu_event, wakes) == 28,
		       "one word");
	if (left < 0) {
		left = (__s64)cfg_wakeup_bytes;
		value |= 1ULL << 32;
	}
	account->until_wakeup = left;
	*word = value;
}

/* Reserves `size` bytes (a constant) for an event and fills its header. */
static __always_inline void *emit_reserve(enum smmu_event_kind kind, __u64 size, __u64 now,
					  __u16 flags)
{
	__u32 zero = 0;
	struct smmu_book *account = bpf_map_lookup_elem(&book, &zero);
	struct smmu_event *event;
	__u32 seq;

	if (!account)
		return NULL;
	/* The counters are atomic, as an interrupt may run another program here meanwhile. */
	seq = (__u32)__sync_fetch_and_add(&account->sequence, 1) + 1;
	event = bpf_ringbuf_reserve(&ring, size, 0);
	if (!event) {
		__sync_fetch_and_add(&account->kind[kind].lost, 1);
		return NULL;
	}
	/* `submit`, the most frequent kind, is not counted: user space subtracts the others. */
	if (kind != SMMU_EVENT_SUBMIT)
		__sync_fetch_and_add(&account->kind[kind].emitted, 1);
	event->ts_ns = now;
	event->seq = seq;
	event->cpu = (__u16)bpf_get_smp_processor_id();
	event->flags = flags;
	emit_what(event, account, kind, emit_who(event), size);
	return event;
}

static __always_inline void emit_submit(void *event)
{
	const struct smmu_event *header = event;

	_Static_assert(BPF_RB_FORCE_WAKEUP == BPF_RB_NO_WAKEUP + 1, "a bool chooses");
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP + header->wakes);
}

#endif
