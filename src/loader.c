// SPDX-License-Identifier: GPL-2.0
#include "loader_internal.h"

#include "log.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The collector is woken when this part of the ring is full; see emit.bpf.h. */
#define WAKEUP_PART 8
#define WAKEUP_MAX  (256U << 10)

/* A program of a hook, for one method of attaching it. */
struct hook_program {
	enum hook_id hook;
	enum plan_method method;
	bool returns; /* runs when the function returns */
	struct bpf_program *program;
};

#define ENTRY(hook, name)                                                                          \
	{                                                                                          \
		hook, PLAN_TRAMPOLINE, false, bpf->progs.name                                      \
	}
#define EXIT(hook, name)                                                                           \
	{                                                                                          \
		hook, PLAN_TRAMPOLINE, true, bpf->progs.name                                       \
	}
#define AGAIN(hook, name)                                                                          \
	{                                                                                          \
		hook, PLAN_TRAMPOLINE, true, loader->twice ? bpf->progs.name##_again : NULL        \
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

static size_t hook_programs(const struct loader *loader, struct hook_program *out)
{
	const struct smmuscope_bpf *bpf = loader->bpf;
	const struct hook_program all[] = {
		/* The second copy of a program is attached first: the kernel runs it last. */
		AGAIN(HOOK_LIST, list_exit),
		EXIT(HOOK_LIST, list_exit),
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
		AGAIN(HOOK_INVALIDATION_DOMAIN, invalidation_domain_exit),
		EXIT(HOOK_INVALIDATION_DOMAIN, invalidation_domain_exit),
		AGAIN(HOOK_INVALIDATION_MASTER, invalidation_master_exit),
		EXIT(HOOK_INVALIDATION_MASTER, invalidation_master_exit),
		AGAIN(HOOK_UNMAP, unmap_exit),
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
		{HOOK_VERDICT, PLAN_OVERRIDE, false,
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

static bool hook_wanted(const struct loader *loader, const struct loader_options *options,
			enum hook_id id)
{
	if (id == HOOK_LIST || id == HOOK_VERDICT)
		return true;
	if (id == HOOK_RESET && options->stats)
		return true;
	if (id == HOOK_INJECTED) /* without an injection point there is nothing to miss */
		return loader->plan->hook[HOOK_VERDICT].symbol[0];
	return loader->events && (hooks[id].kinds & options->kinds);
}

static int select_programs(struct loader *loader, const struct loader_options *options)
{
	struct hook_program programs[PROGRAMS_MAX];
	size_t count = hook_programs(loader, programs);

	loader->sees_injection = !loader->plan->hook[HOOK_VERDICT].symbol[0];
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
		if (planned->usable && (id == HOOK_VERDICT || id == HOOK_INJECTED))
			loader->sees_injection = true;
	}
	return 0;
}

/* 0 if there is none: what is at 0 is never it. */
static __u32 payload(const struct loader *loader, enum hook_id id)
{
	const struct plan_hook *planned = &loader->plan->hook[id];

	return planned->usable && planned->payload != PLAN_NO_ARGUMENT ? planned->payload : 0;
}

static void set_knobs(struct loader *loader, const struct loader_options *options)
{
	struct smmuscope_bpf__rodata *knobs = loader->bpf->rodata;
	const struct plan_hook *list = &loader->plan->hook[HOOK_LIST];
	__u32 wakeup = options->ring_bytes / WAKEUP_PART;

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
	knobs->cfg_hardirq_shift = loader->plan->hardirq_shift;
	knobs->cfg_page_bytes = (__u64)sysconf(_SC_PAGESIZE);
	knobs->cfg_domain_is_void = loader->plan->hook[HOOK_INVALIDATION_DOMAIN].is_void;
	knobs->cfg_master_is_void = loader->plan->hook[HOOK_INVALIDATION_MASTER].is_void;
	knobs->cfg_stats = options->stats;
	knobs->cfg_events = options->events;
	knobs->cfg_kinds = options->kinds;
	knobs->cfg_smmu = options->smmu;
	knobs->cfg_by_sid = options->sid_count != 0;
	knobs->cfg_failed_only = options->failed_only;
	knobs->cfg_latency_above_ns = options->latency_above_ns;
	knobs->cfg_wakeup_bytes = wakeup < WAKEUP_MAX ? wakeup : WAKEUP_MAX;
	if (options->rules)
		knobs->cfg_any_rule = options->rules->wildcards;
}

static int fill_filter(struct loader *loader, const struct loader_options *options)
{
	int fd = bpf_map__fd(loader->bpf->maps.filter_sids);
	__u32 one = 1;

	for (size_t i = 0; i < options->sid_count; i++) {
		if (bpf_map_update_elem(fd, &options->sids[i], &one, BPF_ANY))
			return -errno;
	}
	return 0;
}

/* A rule's time begins when it is armed, not while programs are still being loaded. */
static int arm_rules(struct loader *loader)
{
	int rules = bpf_map__fd(loader->bpf->maps.rules);
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	loader->armed_ns = (__u64)now.tv_sec * 1000000000ULL + (__u64)now.tv_nsec;
	for (__u32 i = 0; loader->rules && i < loader->rules->count; i++) {
		struct smmu_rule rule = loader->rules->wire[i];

		rule.deadline_ns += loader->armed_ns;
		if (bpf_map_update_elem(rules, &i, &rule, BPF_ANY))
			return -errno;
	}
	return 0;
}

static int fill_streams(struct loader *loader, const struct rule_links *links)
{
	int by_sid = bpf_map__fd(loader->bpf->maps.rules_by_sid);

	if (!links)
		return 0;
	for (__u32 i = 0; i < links->stream_count; i++) {
		const struct rule_stream *stream = &links->streams[i];
		struct smmu_stream_key key = {.smmu = stream->smmu, .sid = stream->sid};

		if (bpf_map_update_elem(by_sid, &key, &stream->first, BPF_ANY))
			return -errno;
	}
	return 0;
}

/* Known devices get their counters now and not in somebody's interrupt handler. */
static int fill_devices(struct loader *loader, const struct devices *devices)
{
	int stats = bpf_map__fd(loader->bpf->maps.device_stats);
	int states = bpf_map__fd(loader->bpf->maps.device_states);
	struct smmu_device_stats *zero = calloc((size_t)loader->cpus, sizeof(*zero));
	struct smmu_device_state none = {};
	int err = zero ? 0 : -ENOMEM;

	for (size_t i = 0; !err && devices && i < devices->count; i++) {
		const struct device *device = &devices->list[i];

		for (unsigned int s = 0; !err && s < device->sids; s++) {
			struct smmu_stream_key key = {.smmu = device->smmu, .sid = device->sid[s]};

			if (bpf_map_update_elem(stats, &key, zero, BPF_ANY) ||
			    bpf_map_update_elem(states, &key, &none, BPF_ANY))
				err = -errno;
		}
	}
	free(zero);
	return err;
}

/* An injection point of before would hand these on as errors that nobody knows. */
static int check_kinds(const struct plan *plan, const struct rule_links *rules)
{
	static const char *const names[] = {
#define NAME(id, name) name,
		SMMU_RULE_KINDS(NAME)
#undef NAME
	};

	for (__u32 i = 0; rules && !plan->can_raise && i < rules->count; i++) {
		if (rules->wire[i].kind == SMMU_RULE_KIND_VERDICT)
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
	log_error("the BPF programs do not load: %s", strerror(-err));
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

static int prepare(struct loader *loader, const struct loader_options *options)
{
	int err;

	LIBBPF_OPTS(bpf_object_open_opts, open, .btf_custom_path = options->btf);

	loader->bpf = smmuscope_bpf__open_opts(&open);
	if (!loader->bpf)
		return -errno;
	set_knobs(loader, options);
	err = bpf_map__set_max_entries(loader->bpf->maps.ring, options->ring_bytes);
	if (!err)
		err = select_programs(loader, options);
	if (!err)
		err = smmuscope_bpf__load(loader->bpf);
	return err;
}

int loader_open(struct loader **out, const struct plan *plan, const struct loader_options *options,
		loader_event event, void *context)
{
	int err = check_kinds(plan, options->rules);
	struct loader *loader;

	if (err)
		return err;
	loader = calloc(1, sizeof(*loader));
	if (!loader)
		return EXIT_RUNTIME;
	loader->plan = plan;
	loader->events = options->events;
	loader->injecting = options->rules != NULL;
	loader->twice = options->twice;
	loader->rules = options->rules;
	loader->cpus = libbpf_num_possible_cpus();
	err = prepare(loader, options);
	if (err) {
		loader_close(loader);
		return explain_load(err, options->rules != NULL);
	}
	err = fill_filter(loader, options);
	if (!err)
		err = fill_streams(loader, options->rules);
	if (!err)
		err = fill_devices(loader, options->devices);
	if (!err && options->events) {
		loader->ring =
			ring_buffer__new(bpf_map__fd(loader->bpf->maps.ring), event, context, NULL);
		if (!loader->ring)
			err = -errno;
	}
	if (err) {
		log_error("the BPF maps cannot be filled: %s", strerror(-err));
		loader_close(loader);
		return EXIT_RUNTIME;
	}
	*out = loader;
	return EXIT_OK;
}

static int attach_program(struct loader *loader, const struct hook_program *one)
{
	const char *symbol = loader->plan->hook[one->hook].symbol;
	struct bpf_link *link =
		one->method == PLAN_KPROBE
			? bpf_program__attach_kprobe(one->program, one->returns, symbol)
			: bpf_program__attach(one->program);

	if (!link) {
		log_error("%s cannot be attached to %s: %s", bpf_program__name(one->program),
			  symbol, strerror(errno));
		log_hint("see `smmuscope probe`; another tracer may hold the function");
		return EXIT_KERNEL;
	}
	loader->links[loader->link_count++] = link;
	return EXIT_OK;
}

/*
 * By trampoline exits first: no entry is ever seen without a chance to see its exit. By
 * kprobe entries first, which keep the arguments for the returns.
 */
static bool in_pass(const struct hook_program *one, unsigned int pass)
{
	return pass == (one->method == PLAN_KPROBE ? one->returns : !one->returns);
}

int loader_attach(struct loader *loader)
{
	struct hook_program programs[PROGRAMS_MAX];
	size_t count = hook_programs(loader, programs);

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
	if (arm_rules(loader)) {
		log_error("the rules cannot be armed: %s", strerror(errno));
		return EXIT_RUNTIME;
	}
	__atomic_store_n(&loader->bpf->bss->ready, true, __ATOMIC_RELEASE);
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
	__atomic_store_n(&loader->bpf->bss->ready, false, __ATOMIC_RELEASE);
	for (size_t i = 0; i < loader->link_count; i++)
		bpf_link__destroy(loader->links[i]);
	loader->link_count = 0;
	/* A program that was past the gate may still be on its way to the ring: an RCU
	 * grace period later none is. */
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
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
	smmuscope_bpf__destroy(loader->bpf);
	for (size_t i = 0; i < loader->missing_count; i++)
		free(loader->missing[i]);
	free(loader);
}
