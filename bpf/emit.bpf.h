/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 2/5  event -> ring
 *
 * The only place that reserves and submits ring records, so that the ledger
 * (attempted = emitted + lost, per kind and CPU) cannot be passed by.
 */
#ifndef EMIT_BPF_H
#define EMIT_BPF_H

#include "maps.bpf.h"

/*
 * preempt_count, include/linux/preempt.h: [8] serving softirq, four bits of hardirq, the
 * next four NMI; where they are depends on the kernel.
 */
#define PREEMPT_SOFTIRQ_SERVING 0x100U
#define PREEMPT_HARDIRQ		(0xfU << cfg_hardirq_shift)
#define PREEMPT_NMI		(0xf0U << cfg_hardirq_shift)

/* A kernel without types of its own lacks the helper that gives a typed task. */
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

static __always_inline __u8 current_context(void)
{
	__u32 count = preempt_count();

	if (count & PREEMPT_NMI)
		return SMMU_CONTEXT_NMI;
	if (count & PREEMPT_HARDIRQ)
		return SMMU_CONTEXT_HARDIRQ;
	if (count & PREEMPT_SOFTIRQ_SERVING)
		return SMMU_CONTEXT_SOFTIRQ;
	return SMMU_CONTEXT_TASK;
}

static __always_inline bool kind_wanted(enum smmu_event_kind kind)
{
	return cfg_events && (cfg_kinds & (1U << kind));
}

static __always_inline bool sid_wanted(__u64 smmu, __u32 sid)
{
	struct smmu_stream_key key = {.smmu = smmu, .sid = sid};

	if (cfg_smmu && smmu != cfg_smmu)
		return false;
	return !cfg_by_sid || bpf_map_lookup_elem(&filter_sids, &key);
}

/* Reserves `size` bytes (a constant) for an event and fills its header. */
static __always_inline void *emit_reserve(enum smmu_event_kind kind, __u64 size, __u64 now,
					  __u16 flags)
{
	__u32 zero = 0, index = kind;
	struct smmu_ledger *account = bpf_map_lookup_elem(&ledger, &index);
	__u64 *next = bpf_map_lookup_elem(&sequence, &zero);
	__u64 thread = bpf_get_current_pid_tgid();
	struct smmu_event *event;
	__u32 seq;

	if (!account || !next)
		return NULL;
	/* Atomic, all of these: an interrupt may bring another program here in between. */
	seq = (__u32)__sync_fetch_and_add(next, 1) + 1;
	__sync_fetch_and_add(&account->attempted, 1);
	event = bpf_ringbuf_reserve(&ring, size, 0);
	if (!event) {
		__sync_fetch_and_add(&account->lost, 1);
		return NULL;
	}
	__sync_fetch_and_add(&account->emitted, 1);
	event->ts_ns = now;
	event->seq = seq;
	event->pid = thread >> 32;
	event->tid = (__u32)thread;
	event->cpu = (__u16)bpf_get_smp_processor_id();
	event->kind = kind;
	event->context = current_context();
	event->flags = flags;
	event->reserved = 0;
	event->reserved2 = 0;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	return event;
}

/*
 * A wake-up costs about as much as four events, so the collector is woken when
 * a good part of the ring is full, and otherwise looks by itself now and then.
 */
static __always_inline void emit_submit(void *event)
{
	__u64 waiting = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);

	bpf_ringbuf_submit(event,
			   waiting >= cfg_wakeup_bytes ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

#endif
