// SPDX-License-Identifier: GPL-2.0
/*
 * The table of all BPF programs: the hook of each, how it is attached, how its misses count.
 * A hook or a program without a row does not compile.
 */
#include "load/internal.h"

#include <stddef.h>

/*
 * Forms of a program: its method, whether it runs when the function returns, when it is used,
 * and its place in the skeleton. _AGAIN: the second copy of a program on a trampoline
 * (bpf/base/twice.bpf.h).
 */
#define ENTRY(name)	      PLAN_TRAMPOLINE, false, USE_ALWAYS, PROGRAM(name)
#define EXIT(name)	      PLAN_TRAMPOLINE, true, USE_ALWAYS, PROGRAM(name)
#define ENTRY_AGAIN(name)     PLAN_TRAMPOLINE, false, USE_TWICE, PROGRAM(name##_again)
#define EXIT_AGAIN(name)      PLAN_TRAMPOLINE, true, USE_TWICE, PROGRAM(name##_again)
#define KPROBE(name)	      PLAN_KPROBE, false, USE_ALWAYS, PROGRAM(name##_kprobe)
#define ENTRY_COUNTING(name)  PLAN_TRAMPOLINE, false, USE_COUNTING, PROGRAM(name)
#define KPROBE_COUNTING(name) PLAN_KPROBE, false, USE_COUNTING, PROGRAM(name##_kprobe)
#define KRETPROBE(name)	      PLAN_KPROBE, true, USE_ALWAYS, PROGRAM(name##_kprobe)
#define TRACEPOINT(name)      PLAN_TRACEPOINT, false, USE_ALWAYS, PROGRAM(name)
#define OVERRIDE(name)	      PLAN_OVERRIDE, false, USE_INJECTING, PROGRAM(name)

#define PROGRAM(name) offsetof(struct hooks_bpf, progs.name)

/*
 * X(form, hook, name, miss), in the order of attaching within a pass; miss is an
 * enum program_miss. The second copy of a program is attached first: the kernel runs it last.
 */
#define PROGRAMS(X)                                                                                \
	X(EXIT_AGAIN, LIST, list_exit, BY_PAIR)                                                    \
	X(EXIT, LIST, list_exit, BY_PAIR)                                                          \
	X(ENTRY_AGAIN, LIST, list_entry, IF_NARROWED)                                              \
	X(ENTRY, LIST, list_entry, IF_NARROWED)                                                    \
	X(EXIT, GERROR, gerror_exit, COUNTS)                                                       \
	X(ENTRY, GERROR, gerror_entry, COUNTS)                                                     \
	X(ENTRY, QUEUE_ERROR, queue_error_entry, COUNTS)                                           \
	X(ENTRY_COUNTING, GERROR, error_gerror_entry, COUNTS)                                      \
	X(ENTRY_COUNTING, QUEUE_ERROR, error_skip_entry, COUNTS)                                   \
	X(EXIT, ATS_ENABLE, ats_enable_exit, COUNTS)                                               \
	X(EXIT, ATS_DISABLE, ats_disable_exit, COUNTS)                                             \
	X(EXIT, RESET, reset_exit, COUNTS)                                                         \
	X(ENTRY, RESET, reset_entry, COUNTS)                                                       \
	X(EXIT, RESET_PREPARE, reset_prepare_exit, COUNTS)                                         \
	X(ENTRY, RESET_DONE, reset_done_entry, COUNTS)                                             \
	X(EXIT, RESET_PROBE, reset_probe_exit, COUNTS)                                             \
	X(ENTRY, RESET_PROBE, reset_probe_entry, COUNTS)                                           \
	X(EXIT_AGAIN, INVALIDATION_DOMAIN, invalidation_domain_exit, BY_PAIR)                      \
	X(EXIT, INVALIDATION_DOMAIN, invalidation_domain_exit, BY_PAIR)                            \
	X(EXIT_AGAIN, INVALIDATION_MASTER, invalidation_master_exit, BY_PAIR)                      \
	X(EXIT, INVALIDATION_MASTER, invalidation_master_exit, BY_PAIR)                            \
	X(EXIT_AGAIN, UNMAP, unmap_exit, BY_PAIR)                                                  \
	X(EXIT, UNMAP, unmap_exit, BY_PAIR)                                                        \
	X(ENTRY, MUTEX, watch_mutex, IGNORED)                                                      \
	X(ENTRY, MUTEX_INTERRUPTIBLE, watch_mutex_interruptible, IGNORED)                          \
	X(ENTRY, MUTEX_KILLABLE, watch_mutex_killable, IGNORED)                                    \
	X(ENTRY, RWSEM_READ, watch_rwsem_read, IGNORED)                                            \
	X(ENTRY, RWSEM_WRITE, watch_rwsem_write, IGNORED)                                          \
	X(ENTRY, SEMAPHORE, watch_semaphore, IGNORED)                                              \
	X(ENTRY, KTHREAD, watch_kthread, IGNORED)                                                  \
	X(ENTRY, INJECTED, injected_entry, COUNTS)                                                 \
	X(KPROBE, LIST, list_entry, COUNTS)                                                        \
	X(KRETPROBE, LIST, list_exit, COUNTS)                                                      \
	X(KPROBE, GERROR, gerror_entry, COUNTS)                                                    \
	X(KRETPROBE, GERROR, gerror_exit, COUNTS)                                                  \
	X(KPROBE, QUEUE_ERROR, queue_error_entry, COUNTS)                                          \
	X(KPROBE_COUNTING, GERROR, error_gerror_entry, COUNTS)                                     \
	X(KPROBE_COUNTING, QUEUE_ERROR, error_skip_entry, COUNTS)                                  \
	X(KPROBE, ATS_ENABLE, ats_entry, COUNTS)                                                   \
	X(KRETPROBE, ATS_ENABLE, ats_enable_exit, COUNTS)                                          \
	X(KPROBE, ATS_DISABLE, ats_entry, COUNTS)                                                  \
	X(KRETPROBE, ATS_DISABLE, ats_disable_exit, COUNTS)                                        \
	X(KPROBE, RESET, reset_entry, COUNTS)                                                      \
	X(KRETPROBE, RESET, reset_exit, COUNTS)                                                    \
	X(KPROBE, RESET_PREPARE, reset_prepare_entry, COUNTS)                                      \
	X(KRETPROBE, RESET_PREPARE, reset_prepare_exit, COUNTS)                                    \
	X(KPROBE, RESET_DONE, reset_done_entry, COUNTS)                                            \
	X(KPROBE, RESET_PROBE, reset_probe_entry, COUNTS)                                          \
	X(KRETPROBE, RESET_PROBE, reset_probe_exit, COUNTS)                                        \
	X(KRETPROBE, INVALIDATION_DOMAIN, invalidation_domain_exit, COUNTS)                        \
	X(KRETPROBE, INVALIDATION_MASTER, invalidation_master_exit, COUNTS)                        \
	X(KPROBE, UNMAP, unmap_entry, COUNTS)                                                      \
	X(KRETPROBE, UNMAP, unmap_exit, COUNTS)                                                    \
	X(KPROBE, MUTEX, watch_mutex, IGNORED)                                                     \
	X(KPROBE, MUTEX_INTERRUPTIBLE, watch_mutex_interruptible, IGNORED)                         \
	X(KPROBE, MUTEX_KILLABLE, watch_mutex_killable, IGNORED)                                   \
	X(KPROBE, RWSEM_READ, watch_rwsem_read, IGNORED)                                           \
	X(KPROBE, RWSEM_WRITE, watch_rwsem_write, IGNORED)                                         \
	X(KPROBE, SEMAPHORE, watch_semaphore, IGNORED)                                             \
	X(KPROBE, KTHREAD, watch_kthread, IGNORED)                                                 \
	X(KPROBE, INJECTED, injected_entry, COUNTS)                                                \
	X(TRACEPOINT, ATTACH, attach_point, COUNTS)                                                \
	X(TRACEPOINT, IRQ_EXIT, irq_exit, COUNTS)                                                  \
	X(TRACEPOINT, SOFTIRQ_EXIT, softirq_exit, COUNTS)                                          \
	X(TRACEPOINT, KMALLOC, watch_kmalloc, IGNORED)                                             \
	X(TRACEPOINT, KMEM_CACHE, watch_kmem_cache, IGNORED)                                       \
	X(TRACEPOINT, PAGES, watch_pages, IGNORED)                                                 \
	X(TRACEPOINT, SCHEDULE, watch_schedule, IGNORED)                                           \
	X(TRACEPOINT, WORK, watch_work, IGNORED)                                                   \
	X(TRACEPOINT, TIMER, watch_timer, IGNORED)                                                 \
	X(TRACEPOINT, HRTIMER, watch_hrtimer, IGNORED)                                             \
	X(TRACEPOINT, SOFTIRQ, watch_softirq, IGNORED)                                             \
	X(TRACEPOINT, IPI, watch_ipi, IGNORED)                                                     \
	X(OVERRIDE, INJECTION_POINT, verdict_inject, COUNTS)

#define ROW(form, id, name, how) {HOOK_##id, form(name), MISS_##how},

static const struct row {
	enum hook_id hook;
	enum plan_method method;
	bool returns;
	enum { USE_ALWAYS, USE_TWICE, USE_INJECTING, USE_COUNTING } use;
	size_t program; /* offset of its pointer in the skeleton */
	enum program_miss miss;
} rows[] = {PROGRAMS(ROW)};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- a forgotten hook or program does not compile ---- */

#define ALL_HOOKS	  ((1ULL << HOOK_COUNT) - 1)
#define FIRST(value, ...) value
#define METHOD(...)	  FIRST(__VA_ARGS__)

#define BIT_UNLESS_KPROBE(form, id, name, how)                                                     \
	| (__u64)(METHOD(form(name)) != PLAN_KPROBE) << HOOK_##id
#define BIT_UNLESS_TRAMPOLINE(form, id, name, how)                                                 \
	| (__u64)(METHOD(form(name)) != PLAN_TRAMPOLINE) << HOOK_##id
#define ONE_IF_BY_PAIR(form, id, name, how) +(MISS_##how == MISS_BY_PAIR)

/* ats_entry_kprobe serves two hooks. */
#define PROGRAMS_SHARED 1

_Static_assert((0 PROGRAMS(BIT_UNLESS_KPROBE)) == ALL_HOOKS,
	       "each hook has a program for kernels with trampolines");
_Static_assert((0 PROGRAMS(BIT_UNLESS_TRAMPOLINE)) == ALL_HOOKS,
	       "each hook has a program for kernels with kprobes only");
_Static_assert(ROWS - PROGRAMS_SHARED ==
		       sizeof(((struct hooks_bpf *)NULL)->progs) / sizeof(struct bpf_program *),
	       "each program of the skeleton has a row");
_Static_assert((0 PROGRAMS(ONE_IF_BY_PAIR)) == 2 * SMMU_TWICE_COUNT,
	       "each pair of enum smmu_twice has two rows");
_Static_assert(ROWS <= PROGRAMS_MAX, "room for all programs");

static struct bpf_program *program_of(const struct loader *loader, const struct row *row)
{
	return *(struct bpf_program **)((char *)loader->bpf + row->program);
}

static bool used(const struct loader *loader, const struct row *row)
{
	return row->use == USE_TWICE	   ? loader->twice
	       : row->use == USE_INJECTING ? loader->injecting
	       : row->use == USE_COUNTING  ? loader->counting
					   : true;
}

size_t loader_programs(const struct loader *loader, struct hook_program *out)
{
	size_t count = 0;

	for (size_t i = 0; i < ROWS; i++) {
		const struct plan_hook *planned = &loader->plan->hook[rows[i].hook];

		/* An unusable hook has no method: all its programs are given, to be noted. */
		if (!used(loader, &rows[i]) ||
		    (planned->usable && planned->method != rows[i].method))
			continue;
		out[count++] = (struct hook_program){
			.hook = rows[i].hook,
			.method = rows[i].method,
			.returns = rows[i].returns,
			.counting = rows[i].use == USE_COUNTING,
			.program = program_of(loader, &rows[i]),
		};
	}
	return count;
}

enum program_miss loader_miss(const struct loader *loader, const struct bpf_program *program)
{
	size_t i = 0;

	while (i < ROWS - 1 && program_of(loader, &rows[i]) != program)
		i++;
	return rows[i].miss;
}
