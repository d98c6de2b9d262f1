// SPDX-License-Identifier: GPL-2.0
#include "load/internal.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>

#define ENTRY(hook, name)                                                                          \
	{                                                                                          \
		hook, PLAN_TRAMPOLINE, false, bpf->progs.name                                      \
	}
#define EXIT(hook, name)                                                                           \
	{                                                                                          \
		hook, PLAN_TRAMPOLINE, true, bpf->progs.name                                       \
	}
#define AGAIN(hook, returns, name)                                                                 \
	{                                                                                          \
		hook, PLAN_TRAMPOLINE, returns, loader->twice ? bpf->progs.name##_again : NULL     \
	}
#define KPROBE(hook, name)                                                                         \
	{                                                                                          \
		hook, PLAN_KPROBE, false, bpf->progs.name##_kprobe                                 \
	}
#define KRETPROBE(hook, name)                                                                      \
	{                                                                                          \
		hook, PLAN_KPROBE, true, bpf->progs.name##_kprobe                                  \
	}
#define TRACEPOINT(hook, name)                                                                     \
	{                                                                                          \
		hook, PLAN_TRACEPOINT, false, bpf->progs.name                                      \
	}

size_t loader_programs(const struct loader *loader, struct hook_program *out)
{
	const struct hooks_bpf *bpf = loader->bpf;
	const struct hook_program all[] = {
		/* The second copy of a program is attached first: the kernel runs it last. */
		AGAIN(HOOK_LIST, true, list_exit),
		EXIT(HOOK_LIST, list_exit),
		AGAIN(HOOK_LIST, false, list_entry),
		ENTRY(HOOK_LIST, list_entry),
		EXIT(HOOK_GERROR, gerror_exit),
		ENTRY(HOOK_GERROR, gerror_entry),
		EXIT(HOOK_ATS_ENABLE, ats_enable_exit),
		EXIT(HOOK_ATS_DISABLE, ats_disable_exit),
		EXIT(HOOK_RESET, reset_exit),
		ENTRY(HOOK_RESET, reset_entry),
		EXIT(HOOK_RESET_PREPARE, reset_prepare_exit),
		ENTRY(HOOK_RESET_DONE, reset_done_entry),
		EXIT(HOOK_RESET_PROBE, reset_probe_exit),
		ENTRY(HOOK_RESET_PROBE, reset_probe_entry),
		AGAIN(HOOK_INVALIDATION_DOMAIN, true, invalidation_domain_exit),
		EXIT(HOOK_INVALIDATION_DOMAIN, invalidation_domain_exit),
		AGAIN(HOOK_INVALIDATION_MASTER, true, invalidation_master_exit),
		EXIT(HOOK_INVALIDATION_MASTER, invalidation_master_exit),
		AGAIN(HOOK_UNMAP, true, unmap_exit),
		EXIT(HOOK_UNMAP, unmap_exit),
		ENTRY(HOOK_MUTEX, watch_mutex),
		ENTRY(HOOK_MUTEX_INTERRUPTIBLE, watch_mutex_interruptible),
		ENTRY(HOOK_MUTEX_KILLABLE, watch_mutex_killable),
		ENTRY(HOOK_RWSEM_READ, watch_rwsem_read),
		ENTRY(HOOK_RWSEM_WRITE, watch_rwsem_write),
		ENTRY(HOOK_SEMAPHORE, watch_semaphore),
		ENTRY(HOOK_INJECTED, injected_entry),

		KPROBE(HOOK_LIST, list_entry),
		KRETPROBE(HOOK_LIST, list_exit),
		KPROBE(HOOK_GERROR, gerror_entry),
		KRETPROBE(HOOK_GERROR, gerror_exit),
		KPROBE(HOOK_ATS_ENABLE, ats_entry),
		KRETPROBE(HOOK_ATS_ENABLE, ats_enable_exit),
		KPROBE(HOOK_ATS_DISABLE, ats_entry),
		KRETPROBE(HOOK_ATS_DISABLE, ats_disable_exit),
		KPROBE(HOOK_RESET, reset_entry),
		KRETPROBE(HOOK_RESET, reset_exit),
		KPROBE(HOOK_RESET_PREPARE, reset_prepare_entry),
		KRETPROBE(HOOK_RESET_PREPARE, reset_prepare_exit),
		KPROBE(HOOK_RESET_DONE, reset_done_entry),
		KPROBE(HOOK_RESET_PROBE, reset_probe_entry),
		KRETPROBE(HOOK_RESET_PROBE, reset_probe_exit),
		KRETPROBE(HOOK_INVALIDATION_DOMAIN, invalidation_domain_exit),
		KRETPROBE(HOOK_INVALIDATION_MASTER, invalidation_master_exit),
		KPROBE(HOOK_UNMAP, unmap_entry),
		KRETPROBE(HOOK_UNMAP, unmap_exit),
		KPROBE(HOOK_MUTEX, watch_mutex),
		KPROBE(HOOK_MUTEX_INTERRUPTIBLE, watch_mutex_interruptible),
		KPROBE(HOOK_MUTEX_KILLABLE, watch_mutex_killable),
		KPROBE(HOOK_RWSEM_READ, watch_rwsem_read),
		KPROBE(HOOK_RWSEM_WRITE, watch_rwsem_write),
		KPROBE(HOOK_SEMAPHORE, watch_semaphore),
		KPROBE(HOOK_INJECTED, injected_entry),

		TRACEPOINT(HOOK_ATTACH, attach_point),
		TRACEPOINT(HOOK_IRQ_EXIT, irq_exit),
		TRACEPOINT(HOOK_SOFTIRQ_EXIT, softirq_exit),
		TRACEPOINT(HOOK_KMALLOC, watch_kmalloc),
		TRACEPOINT(HOOK_KMEM_CACHE, watch_kmem_cache),
		TRACEPOINT(HOOK_PAGES, watch_pages),
		TRACEPOINT(HOOK_SCHEDULE, watch_schedule),
		TRACEPOINT(HOOK_WORK, watch_work),
		{HOOK_INJECTION_POINT, PLAN_OVERRIDE, false,
		 loader->injecting ? bpf->progs.verdict_inject : NULL},
	};
	size_t count = 0;

	_Static_assert(sizeof(all) / sizeof(all[0]) <= PROGRAMS_MAX, "room for all programs");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct plan_hook *planned = &loader->plan->hook[all[i].hook];

		/* What is not usable is noted, once: any of its programs will do. */
		if (all[i].program && (!planned->usable || planned->method == all[i].method))
			out[count++] = all[i];
	}
	return count;
}

static int note_missing(struct loader *loader, enum hook_id id)
{
	char **slot = &loader->missing[loader->missing_count];

	if (asprintf(slot, "%s: %s", hooks[id].id, loader->plan->hook[id].reason) < 0)
		return -ENOMEM;
	loader->missing_count++;
	return 0;
}

/* Once for each hook, however many programs it has. */
static int note_hook(struct loader *loader, enum hook_id id)
{
	const struct plan_hook *planned = &loader->plan->hook[id];
	struct stream_hook *hook = &loader->hooks[loader->hook_count];

	for (size_t i = 0; i < loader->hook_count; i++) {
		if (loader->hooks[i].id == hooks[id].id)
			return 0;
	}
	loader->hook_count++;
	hook->id = hooks[id].id;
	hook->method = plan_method_name(planned->method);
	hook->symbol = planned->symbol;
	hook->reason = planned->usable ? NULL : planned->reason;
	return planned->usable ? 0 : note_missing(loader, id);
}

/* What the injection point, and hooks that are no part of an invalidation, can tell. */
#define KINDS_POINT_ONLY                                                                           \
	(1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_UNFENCE |             \
	 1U << SMMU_EVENT_ATS | 1U << SMMU_EVENT_RESET | 1U << SMMU_EVENT_CMDQ_ERROR |             \
	 1U << SMMU_EVENT_ATTACH)

bool loader_point_only(const struct loader_options *options)
{
	return options->rules && !options->stats && !(options->kinds & ~KINDS_POINT_ONLY);
}

static bool hook_wanted(const struct loader *loader, const struct loader_options *options,
			enum hook_id id)
{
	if (id == HOOK_LIST)
		return !loader->point_only;
	if (id == HOOK_INJECTION_POINT)
		return true;
	if (id == HOOK_RESET && options->stats)
		return true;
	if (id == HOOK_INJECTED) /* without an injection point there is nothing to miss */
		return loader->plan->hook[HOOK_INJECTION_POINT].symbol[0];
	return loader->events && (hooks[id].kinds & options->kinds);
}

int loader_select(struct loader *loader, const struct loader_options *options)
{
	struct hook_program programs[PROGRAMS_MAX];
	size_t count = loader_programs(loader, programs);

	loader->sees_injection = !loader->plan->hook[HOOK_INJECTION_POINT].symbol[0];
	for (size_t i = 0; i < count; i++) {
		enum hook_id id = programs[i].hook;
		const struct plan_hook *planned = &loader->plan->hook[id];
		int err;

		if (!hook_wanted(loader, options, id))
			continue;
		err = note_hook(loader, id);
		if (!err && planned->usable) {
			bpf_program__set_autoload(programs[i].program, true);
			if (planned->method != PLAN_KPROBE)
				err = bpf_program__set_attach_target(programs[i].program, 0,
								     planned->symbol);
		}
		if (err)
			return err;
		if (planned->usable && (id == HOOK_INJECTION_POINT || id == HOOK_INJECTED))
			loader->sees_injection = true;
	}
	return 0;
}
