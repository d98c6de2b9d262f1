// SPDX-License-Identifier: GPL-2.0
#include "load/internal.h"

#include "base/clock.h"
#include "base/inherited.h"
#include "base/log.h"
#include "load/info.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A CPU wakes the collector each time it has written this part of its share of the ring, or
 * WAKEUP_MAX bytes if that is less; see bpf/base/emit.bpf.h.
 */
#define WAKEUP_PART 8
#define WAKEUP_MAX  (1U << 20)

/* Time for running programs to end, where membarrier() is refused (nohz_full). */
#define GRACE_US 100000

/*
 * The bits of the preempt count that are 0 in a task (linux/preempt.h): four of hard interrupts
 * and four of NMIs, from plan.hardirq_shift on; and the lowest of the softirq bits, set while
 * one is served. The other softirq bits count how often softirqs were disabled.
 */
#define INTERRUPT_BITS 0xffU
#define SOFTIRQ_SERVED 0x100U

/* Position of a tracepoint's payload, or 0 for none: a pointer always comes before it. */
static __u32 payload(const struct loader *loader, enum hook_id id)
{
	const struct plan_hook *planned = &loader->plan->hook[id];

	return planned->usable && planned->payload != PLAN_NO_ARGUMENT ? planned->payload : 0;
}

static void set_knobs(struct loader *loader, const struct loader_options *options)
{
	struct hooks_bpf__rodata *knobs = loader->bpf->rodata;
	const struct plan_hook *list = &loader->plan->hook[HOOK_LIST];
	__u32 wakeup = options->ring_bytes / WAKEUP_PART / (__u32)loader->cpus;

	knobs->cfg_arg_smmu = list->argument[LIST_SMMU];
	knobs->cfg_arg_cmdq = list->argument[LIST_CMDQ];
	knobs->cfg_arg_cmds = list->argument[LIST_CMDS];
	knobs->cfg_arg_n = list->argument[LIST_N];
	knobs->cfg_arg_sync = list->argument[LIST_SYNC];
	knobs->cfg_args = list->arguments;
	knobs->cfg_arg_kmalloc_bytes = payload(loader, HOOK_KMALLOC);
	knobs->cfg_arg_kmem_cache = payload(loader, HOOK_KMEM_CACHE);
	knobs->cfg_twice = options->twice;
	knobs->cfg_typed_task = options->own_btf;
	knobs->cfg_casts = loader->plan->casts;
	knobs->cfg_hardirq_shift = loader->plan->hardirq_shift;
	knobs->cfg_interrupt_mask = INTERRUPT_BITS << loader->plan->hardirq_shift | SOFTIRQ_SERVED;
	knobs->cfg_page_bytes = (__u64)sysconf(_SC_PAGESIZE);
	knobs->cfg_domain_is_void = loader->plan->hook[HOOK_INVALIDATION_DOMAIN].is_void;
	knobs->cfg_master_is_void = loader->plan->hook[HOOK_INVALIDATION_MASTER].is_void;
	knobs->cfg_stats = options->stats;
	knobs->cfg_events = options->events;
	knobs->cfg_kinds = options->kinds;
	knobs->cfg_smmu = options->smmu;
	knobs->cfg_by_sid = options->sid_count != 0;
	knobs->cfg_failed_only = options->failed_only;
	knobs->cfg_point_only = loader->point_only;
	knobs->cfg_latency_above_ns = options->latency_above_ns;
	knobs->cfg_wakeup_bytes = wakeup < WAKEUP_MAX ? wakeup : WAKEUP_MAX;
	if (options->inject_rules)
		knobs->cfg_any_rule = options->inject_rules->wildcards;
}

/* Starts the time of the rules: here, not while programs are still being loaded. */
static int arm_rules(struct loader *loader)
{
	int rules = bpf_map__fd(loader->bpf->maps.rules);

	loader->armed_ns = clock_kernel_ns(CLOCK_BOOTTIME);
	for (__u32 i = 0; loader->inject_rules && i < loader->inject_rules->count; i++) {
		struct smmu_rule rule = loader->inject_rules->wire[i];

		rule.deadline_ns += loader->armed_ns;
		if (bpf_map_update_elem(rules, &i, &rule, BPF_ANY))
			return -errno;
	}
	return 0;
}

/* An older injection point knows only kind=verdict: others are unknown errors to the driver. */
static int check_kinds(const struct plan *plan, const struct inject_rule_links *rules)
{
	static const char *const names[] = {
#define NAME(id, name) name,
		SMMU_RULE_KINDS(NAME)
#undef NAME
	};

	for (__u32 i = 0; rules && !plan->can_raise && i < rules->count; i++) {
		if (rules->wire[i].kind == SMMU_RULE_KIND_VERDICT ||
		    rules->wire[i].kind == SMMU_RULE_KIND_DEVICE)
			continue;
		log_error("rule %u: this driver's injection point knows no kind=%s", i,
			  names[rules->wire[i].kind]);
		log_hint("build the driver with the present tools/kernel/*/inject, or leave "
			 "'kind=' away");
		return EXIT_KERNEL;
	}
	return EXIT_OK;
}

static int explain_load(int err, bool injecting)
{
	const char *limit = inherited_limit(err);

	log_error("the BPF programs do not load: %s", strerror(-err));
	if (limit) {
		log_hint("%s", limit);
		return EXIT_RUNTIME;
	}
	if (err == -EPERM || err == -EACCES)
		log_hint("run it as root (CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN for module BTF); "
			 "see what `smmuscope probe` says of lockdown");
	else if (err == -EINVAL && injecting)
		log_hint("the injection point may not be overridden in this kernel: see "
			 "injection_point in `smmuscope probe`");
	else
		log_hint("run again with -vv to see what the verifier says, and see "
			 "`smmuscope probe`");
	return EXIT_KERNEL;
}

static int open_programs(struct loader *loader, const struct loader_options *options)
{
	LIBBPF_OPTS(bpf_object_open_opts, open, .btf_custom_path = options->btf);
	struct bpf_object_skeleton *skeleton;
	int err;

	loader->bpf = calloc(1, sizeof(*loader->bpf));
	if (!loader->bpf)
		return -ENOMEM;
	err = hooks_bpf__create_skeleton(loader->bpf);
	if (err)
		return err;
	skeleton = loader->bpf->skeleton;
	skeleton->data = (void *)loader_build(loader->plan, options, &skeleton->data_sz);
	return bpf_object__open_skeleton(skeleton, &open);
}

/* Without statistics the counters' maps are as small as a map can be. */
static int size_accounts(const struct loader *loader, bool stats)
{
	__u32 queues = stats ? SMMU_QUEUES_MAX : 1;
	int err = bpf_map__set_max_entries(loader->bpf->maps.queue_early, queues);

	return err ? err
		   : bpf_map__set_max_entries(loader->bpf->maps.queue_stats,
					      loader_copies(loader) * queues);
}

static int prepare(struct loader *loader, const struct loader_options *options)
{
	int err = open_programs(loader, options);

	if (err)
		return err;
	set_knobs(loader, options);
	err = bpf_map__set_max_entries(loader->bpf->maps.ring, options->ring_bytes);
	if (!err)
		err = size_accounts(loader, options->stats);
	if (!err)
		err = loader_select(loader, options);
	if (!err)
		err = hooks_bpf__load(loader->bpf);
	if (!err)
		programs_say(loader->bpf->obj);
	return err;
}

/* The same condition as in the programs (bpf/list/count.bpf.h). */
static bool loader_counts_early(const struct loader *loader, const struct loader_options *options)
{
	return options->stats && !options->twice && loader->plan->casts &&
	       loader->plan->hook[HOOK_LIST].method == PLAN_TRAMPOLINE;
}

int loader_open(struct loader **out, const struct plan *plan, const struct loader_options *options,
		loader_event event, void *context)
{
	int err = check_kinds(plan, options->inject_rules);
	struct loader *loader;

	if (err)
		return err;
	loader = calloc(1, sizeof(*loader));
	if (!loader) {
		log_error("out of memory");
		return EXIT_RUNTIME;
	}
	loader->plan = plan;
	loader->events = options->events;
	loader->injecting = options->inject_rules != NULL;
	loader->twice = options->twice;
	loader->counting = options->stats;
	loader->point_only = loader_point_only(options);
	loader->narrowed = options->sid_count && !options->stats;
	loader->inject_rules = options->inject_rules;
	loader->cpus = cpus_possible("", loader->cpu, CPUS_MAX);
	err = loader->cpus < 0 ? loader->cpus : prepare(loader, options);
	if (err) {
		loader_close(loader);
		return explain_load(err, options->inject_rules != NULL);
	}
	if (loader_counts_early(loader, options))
		loader_find_running(loader);
	if (loader->events && options->kinds & 1U << SMMU_EVENT_INVALIDATION)
		loader_find_extents(loader);
	err = loader_fill_devices(loader, options);
	if (!err && options->events) {
		loader->ring =
			ring_buffer__new(bpf_map__fd(loader->bpf->maps.ring), event, context, NULL);
		if (!loader->ring)
			err = -errno;
	}
	if (err) {
		log_error("the BPF maps cannot be filled: %s", strerror(-err));
		if (err == -ENOSPC)
			log_hint("what is chosen must be among %d SMMUs and %d StreamIDs: name "
				 "fewer",
				 SMMU_SMMUS_MAX, SMMU_DEVICES_MAX);
		loader_close(loader);
		return EXIT_RUNTIME;
	}
	*out = loader;
	return EXIT_OK;
}

/* bpf(2) was allowed by then: a filter may refuse perf_event_open(2), which kprobes need, alone. */
static const char *attach_hint(const struct hook_program *one, int error)
{
	if (error == EBUSY)
		return "another tracer holds the function";
	if (one->method == PLAN_KPROBE && (error == EPERM || error == EACCES))
		return "perf_event_open(2) is refused: in a systemd unit SystemCallFilter= has to "
		       "allow it, for a container its seccomp profile";
	return "see `smmuscope probe`; another tracer may hold the function";
}

static int attach_program(struct loader *loader, const struct hook_program *one)
{
	const char *symbol = loader->plan->hook[one->hook].symbol;
	struct bpf_link *link =
		one->method == PLAN_KPROBE
			? bpf_program__attach_kprobe(one->program, one->returns, symbol)
			: bpf_program__attach(one->program);

	if (!link) {
		int error = errno;

		log_error("%s cannot be attached to %s: %s", bpf_program__name(one->program),
			  symbol, strerror(error));
		log_hint("%s", attach_hint(one, error));
		return EXIT_KERNEL;
	}
	loader->linked[loader->link_count] = one->program;
	loader->links[loader->link_count++] = link;
	return EXIT_OK;
}

/*
 * The order of attaching. Trampolines: exits in the first pass, so that no call is seen at its
 * entry and missed at its exit. Kprobes: entries first, as they keep the arguments for the
 * returns.
 */
static bool in_pass(const struct hook_program *one, unsigned int pass)
{
	return pass == (one->method == PLAN_KPROBE ? one->returns : !one->returns);
}

int loader_attach(struct loader *loader)
{
	struct hook_program programs[PROGRAMS_MAX];
	size_t count = loader_programs(loader, programs);
	int err;

	loader->bpf->bss->attention = SMMU_NOT_READY;
	for (unsigned int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < count; i++) {
			int code = EXIT_OK;

			if (in_pass(&programs[i], pass) &&
			    bpf_program__autoload(programs[i].program) &&
			    loader->plan->hook[programs[i].hook].usable)
				code = attach_program(loader, &programs[i]);
			if (code)
				return code;
		}
	}
	err = arm_rules(loader);
	if (err) {
		log_error("the rules cannot be armed: %s", strerror(-err));
		return EXIT_RUNTIME;
	}
	__atomic_fetch_and(&loader->bpf->bss->attention, ~SMMU_NOT_READY, __ATOMIC_ACQ_REL);
	return EXIT_OK;
}

int loader_ring_fd(const struct loader *loader)
{
	return loader->ring ? ring_buffer__epoll_fd(loader->ring) : -1;
}

int loader_consume(struct loader *loader)
{
	return loader->ring ? ring_buffer__consume(loader->ring) : 0;
}

void loader_detach(struct loader *loader)
{
	__atomic_fetch_or(&loader->bpf->bss->attention, SMMU_NOT_READY, __ATOMIC_ACQ_REL);
	loader->missed += loader_missed(loader);
	for (size_t i = 0; i < loader->link_count; i++)
		bpf_link__destroy(loader->links[i]);
	loader->link_count = 0;
	/*
	 * A program that saw SMMU_NOT_READY clear may still write to the ring, but not after an
	 * RCU grace period.
	 */
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
		usleep(GRACE_US);
}

__u64 loader_uncounted(const struct loader *loader)
{
	return loader->bpf->bss->uncounted;
}

__u64 loader_armed_ns(const struct loader *loader)
{
	return loader->armed_ns;
}

int loader_rule_state(struct loader *loader, __u32 rule, struct smmu_rule_state *state)
{
	int fd = bpf_map__fd(loader->bpf->maps.rule_states);

	return bpf_map_lookup_elem(fd, &rule, state) ? -errno : 0;
}

const char *const *loader_missing(const struct loader *loader, size_t *count)
{
	*count = loader->missing_count;
	return (const char *const *)loader->missing;
}

const struct stream_hook *loader_hooks(const struct loader *loader, size_t *count)
{
	*count = loader->hook_count;
	return loader->hooks;
}

void loader_close(struct loader *loader)
{
	if (!loader)
		return;
	if (loader->bpf && loader->bpf->bss)
		loader_detach(loader);
	ring_buffer__free(loader->ring);
	hooks_bpf__destroy(loader->bpf);
	for (size_t i = 0; i < loader->missing_count; i++)
		free(loader->missing[i]);
	free(loader);
}
