// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * Acts that are forbidden in a recovery and in the GERROR handler: to allocate, to sleep, to
 * take a lock that may sleep, to leave work for later. These hooks run for every allocation and
 * every such lock of the machine; while nothing is watched they only load `watched`.
 */
#include "base/argument.bpf.h"
#include "recovery/flow.bpf.h"
#include "recovery/isr.bpf.h"
#include "base/stack.bpf.h"

#include <bpf/bpf_tracing.h>

struct finding {
	__u64 bytes;
	__u64 now;
	__u64 since_ns;
	__u32 act;
	__u32 where;
	__u16 flags;
};

static __always_inline void emit_forbidden(void *ctx, const struct finding *finding)
{
	struct {
		struct smmu_event header;
		struct smmu_forbidden forbidden;
	} * event;

	event = emit_reserve(SMMU_EVENT_FORBIDDEN, sizeof(*event), finding->now, finding->flags);
	if (!event)
		return;
	event->forbidden.bytes = finding->bytes;
	event->forbidden.since_ns = finding->now - finding->since_ns;
	event->forbidden.act = finding->act;
	event->forbidden.where = finding->where;
	stack_take(&event->forbidden.stack, ctx, STACK_SKIP);
	emit_submit(event);
}

/* Only in hard-IRQ context, as in some drivers an issuer calls the handler, too. */
static __always_inline bool find_isr(const struct thread_key *thread, struct finding *finding)
{
	__u32 zero = 0;
	struct isr *isr = bpf_map_lookup_elem(&isrs, &zero);

	if (!isr || !isr->start_ns || thread->context != SMMU_CONTEXT_HARDIRQ ||
	    isr->context != SMMU_CONTEXT_HARDIRQ)
		return false;
	finding->since_ns = isr->start_ns;
	finding->where = SMMU_FORBIDDEN_ISR;
	finding->flags = isr->flags;
	return true;
}

/*
 * The commands of the failed list are on the stack of the function that issued it. A hook
 * that runs deeper in the stack was called by that function. Otherwise the function has
 * returned unseen, which ends the recovery.
 */
static __always_inline bool find_recovery(const __u64 *ctx, const struct thread_key *thread,
					  struct finding *finding)
{
	struct recovery *recovery = bpf_map_lookup_elem(&recoveries, thread);

	if (!recovery)
		return false;
	if (finding->now - recovery->since_ns > RECOVERY_NS || (__u64)ctx > recovery->cmds ||
	    (__u64)ctx < recovery->cmds - STACK_BYTES) {
		if (!bpf_map_delete_elem(&recoveries, thread))
			watch_end();
		return false;
	}
	if (__sync_fetch_and_add(&recovery->reports, 1) >= RECOVERY_REPORTS)
		return false;
	finding->since_ns = recovery->since_ns;
	finding->where = SMMU_FORBIDDEN_RECOVERY;
	finding->flags = recovery->synthetic ? SMMU_EVENT_SYNTHETIC : 0;
	return true;
}

static __always_inline void look(__u64 *ctx, enum smmu_forbidden_act act, __u64 bytes)
{
	struct finding finding = {.act = act, .bytes = bytes, .now = bpf_ktime_get_ns()};
	struct thread_key thread;

	if (!ready() || !kind_wanted(SMMU_EVENT_FORBIDDEN) || watch_over(finding.now))
		return;
	thread_current(&thread);
	if (find_isr(&thread, &finding) ||
	    (act < SMMU_FORBIDDEN_WORK && find_recovery(ctx, &thread, &finding)))
		emit_forbidden(ctx, &finding);
}

/* A program for each hook: one by fentry has one target, and hits are skipped by program. */
#define WATCH(name, type, act)                                                                     \
	SEC("?" type)                                                                              \
	int name(__u64 *ctx)                                                                       \
	{                                                                                          \
		if (watched)                                                                       \
			look(ctx, act, 0);                                                         \
		return 0;                                                                          \
	}

/* The body does not depend on the method: it reads no argument of the function. */
#define WATCH_BOTH(name, act) WATCH(name, "fentry", act) WATCH(name##_kprobe, "kprobe", act)

WATCH_BOTH(watch_mutex, SMMU_FORBIDDEN_MUTEX)
WATCH_BOTH(watch_mutex_interruptible, SMMU_FORBIDDEN_MUTEX)
WATCH_BOTH(watch_mutex_killable, SMMU_FORBIDDEN_MUTEX)
WATCH_BOTH(watch_rwsem_read, SMMU_FORBIDDEN_RWSEM)
WATCH_BOTH(watch_rwsem_write, SMMU_FORBIDDEN_RWSEM)
WATCH_BOTH(watch_semaphore, SMMU_FORBIDDEN_SEMAPHORE)
WATCH(watch_work, "tp_btf", SMMU_FORBIDDEN_WORK)
WATCH(watch_timer, "tp_btf", SMMU_FORBIDDEN_TIMER)
WATCH(watch_hrtimer, "tp_btf", SMMU_FORBIDDEN_HRTIMER)
WATCH(watch_ipi, "tp_btf", SMMU_FORBIDDEN_IPI)
WATCH_BOTH(watch_kthread, SMMU_FORBIDDEN_KTHREAD)

/* include/linux/interrupt.h: by the tick, the scheduler and RCU. They are not the handler's. */
#define SOFTIRQ_TIMER 1
#define SOFTIRQ_SCHED 7

/* softirq_raise(number) */
SEC("?tp_btf")
int watch_softirq(__u64 *ctx)
{
	__u32 number;

	if (!watched)
		return 0;
	number = (__u32)ctx[0];
	if (number != SOFTIRQ_TIMER && number < SOFTIRQ_SCHED)
		look(ctx, SMMU_FORBIDDEN_SOFTIRQ, 0);
	return 0;
}

/*
 * sched_switch(preempt, prev, next, ...): a task that is preempted does not sleep. This is
 * the tracepoint, as some CPU is always inside schedule() itself while it would be patched.
 */
SEC("?tp_btf")
int watch_schedule(__u64 *ctx)
{
	if (!watched)
		return 0;
	if (!(ctx[0] & 0xff))
		look(ctx, SMMU_FORBIDDEN_SLEEP, 0);
	recovery_sign(SMMU_CONTEXT_TASK, 0);
	return 0;
}

/* kmalloc(call_site, ptr, bytes_req, ...) */
SEC("?tp_btf")
int watch_kmalloc(__u64 *ctx)
{
	if (watched)
		look(ctx, SMMU_FORBIDDEN_KMALLOC,
		     cfg_arg_kmalloc_bytes ? argument(ctx, cfg_arg_kmalloc_bytes) : 0);
	return 0;
}

/* kmem_cache_alloc(call_site, ptr, s, ...) */
SEC("?tp_btf")
int watch_kmem_cache(__u64 *ctx)
{
	struct kmem_cache *cache;

	if (!watched)
		return 0;
	cache = cfg_arg_kmem_cache ? (struct kmem_cache *)argument(ctx, cfg_arg_kmem_cache) : NULL;
	look(ctx, SMMU_FORBIDDEN_KMEM_CACHE, cache ? BPF_CORE_READ(cache, object_size) : 0);
	return 0;
}

/* mm_page_alloc(page, order, ...) */
SEC("?tp_btf")
int watch_pages(__u64 *ctx)
{
	if (watched)
		look(ctx, SMMU_FORBIDDEN_PAGES, cfg_page_bytes << (ctx[1] & 31));
	return 0;
}

/* Shorter times without an interrupt are nothing that would be told. */
#define INTERRUPTS_OFF_NS 100000000ULL

/* What the interrupt came into: had it to wait? */
static __always_inline void interrupted(__u64 *ctx, __u64 context)
{
	__u64 now = bpf_ktime_get_ns(), sign_ns = recovery_sign(context, now);
	struct finding finding = {
		.act = SMMU_FORBIDDEN_INTERRUPTS_OFF,
		.where = SMMU_FORBIDDEN_RECOVERY,
		.now = now,
		.since_ns = sign_ns,
	};

	if (sign_ns && (__s64)(now - sign_ns) >= (__s64)INTERRUPTS_OFF_NS && ready() &&
	    kind_wanted(SMMU_EVENT_FORBIDDEN))
		emit_forbidden(ctx, &finding);
}

/*
 * The end of an interrupt ends a recovery that began in it. The timer of the scheduler, too, comes
 * here, every few milliseconds as long as somebody runs.
 */
SEC("?tp_btf")
int irq_exit(__u64 *ctx)
{
	if (!watched)
		return 0;
	recovery_close();
	interrupted(ctx, SMMU_CONTEXT_TASK);
	interrupted(ctx, SMMU_CONTEXT_SOFTIRQ);
	return 0;
}

SEC("?tp_btf")
int softirq_exit(__u64 *ctx)
{
	if (watched)
		recovery_close();
	return 0;
}
