// SPDX-License-Identifier: GPL-2.0
#include "plan/plan.h"

#include "base/text.h"
#include "plan/function.h"
#include "plan/prototype.h"
#include "smmu_event.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * The first bit of the number of hard interrupts in the preempt count (linux/preempt.h), above
 * 8 bits of preemption and 8 of softirqs. Kernels with KERNEL_COUNTS_DISABLED have 8 bits more
 * in between, which count how often interrupts were disabled.
 */
#define HARDIRQ_SHIFT	       16
#define HARDIRQ_SHIFT_DISABLED 24

#define NAME(id, name) [PLAN_##id] = (name),

const char *plan_method_name(enum plan_method method)
{
	static const char *const names[] = {PLAN_METHODS(NAME)};

	return names[method];
}

const char *plan_problem_name(enum plan_problem problem)
{
	static const char *const names[] = {PLAN_PROBLEMS(NAME)};

	return names[problem];
}

/* Fences are found in the stream table only; that a device was told something shows without. */
static enum plan_reach reach_of_table(const struct plan *plan, unsigned int kind)
{
	if (plan->stream_table)
		return PLAN_ALL;
	switch (kind) {
	case SMMU_EVENT_FENCE:
	case SMMU_EVENT_UNFENCE:
		return PLAN_NOTHING;
	case SMMU_EVENT_STE:
		return PLAN_IN_PART;
	default:
		return PLAN_ALL;
	}
}

enum plan_reach plan_reach(const struct plan *plan, unsigned int kind)
{
	enum plan_reach table = reach_of_table(plan, kind);
	unsigned int wanted = 0, usable = 0;

	for (enum hook_id id = 0; id < HOOK_COUNT; id++) {
		if (!(hooks[id].kinds & 1U << kind))
			continue;
		wanted++;
		usable += plan->hook[id].usable;
	}
	if (!usable || table == PLAN_NOTHING)
		return PLAN_NOTHING;
	return usable < wanted ? PLAN_IN_PART : table;
}

static void plan_tracepoint(struct plan_hook *planned, const struct hook *hook,
			    const struct kernel *kernel)
{
	struct function_facts facts;

	if (!kernel->own_btf) {
		text_into(planned->reason,
			  "the kernel has no BTF of its own, and tracepoint %s is "
			  "attached by that",
			  hook->names[0]);
		text_into(planned->hint,
			  "build it with CONFIG_DEBUG_INFO_BTF=y; events that need it "
			  "are left out");
		return;
	}
	kernel_tracepoint(kernel, hook->names[0], &facts);
	if (!facts.btf) {
		text_into(planned->reason, "no tracepoint %s", hook->names[0]);
		text_into(planned->hint,
			  "build the kernel with CONFIG_TRACEPOINTS=y; events that need "
			  "it are left out");
		return;
	}
	text_into(planned->symbol, "%s", hook->names[0]);
	prototype_place_payload(planned, hook->payload, &facts);
	planned->method = PLAN_TRACEPOINT;
	planned->usable = true;
}

static void __attribute__((format(printf, 3, 4)))
blocked(struct plan *plan, enum plan_problem what, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(plan->problem, sizeof(plan->problem), format, args);
	va_end(args);
	plan->what = what;
}

static void blocked_by(struct plan *plan, enum plan_problem what, const struct kernel_fact *fact)
{
	blocked(plan, what, "%s", fact->reason);
	text_into(plan->hint, "%s", fact->hint);
}

static bool has_struct(const struct kernel *kernel, const char *name)
{
	return btf__find_by_name_kind(kernel->vmlinux, name, BTF_KIND_STRUCT) >= 0;
}

/*
 * SMMUv2, built in, has a struct arm_smmu_device of its own. libbpf looks into modules only for
 * types that vmlinux lacks, so it would take that one for SMMUv3's.
 */
static bool twin_types(const struct kernel *kernel)
{
	return has_struct(kernel, "arm_smmu_device") && !has_struct(kernel, "arm_smmu_cmdq");
}

static void explain_driver(struct plan *plan, const struct kernel *kernel)
{
	char state = kernel_config(kernel, "ARM_SMMU_V3");

	blocked(plan, PLAN_DRIVER, "the driver arm-smmu-v3 is neither built in nor loaded%s",
		state == 'm'   ? " (CONFIG_ARM_SMMU_V3=m)"
		: state == 'n' ? " (CONFIG_ARM_SMMU_V3 is not set)"
			       : "");
	if (state == 'n')
		text_into(plan->hint, "build the kernel with CONFIG_ARM_SMMU_V3=y or m");
	else
		text_into(plan->hint,
			  "modprobe arm_smmu_v3, or --wait for it; without an SMMUv3 there "
			  "is nothing to see");
}

static void explain_module(struct plan *plan, const struct kernel *kernel)
{
	if (twin_types(kernel)) {
		blocked(plan, PLAN_TWIN_TYPES,
			"SMMUv2 is built in and SMMUv3 a module: their types of the same name "
			"cannot be told apart");
		text_into(plan->hint, "build both in, or both as modules");
	} else if (!kernel->module && kernel->btf_path && !has_struct(kernel, "arm_smmu_cmdq")) {
		blocked(plan, PLAN_MODULE_BTF, "%s has not the types of module arm_smmu_v3",
			kernel->btf_path);
		text_into(plan->hint, kernel->running
					      ? "make it of the kernel and the module together"
					      : "give them with --module-btf FILE");
	} else if (!kernel->module && !has_struct(kernel, "arm_smmu_cmdq")) {
		blocked(plan, PLAN_MODULE_BTF, "the types of module arm_smmu_v3 cannot be read: %s",
			strerror(kernel->module_error));
		text_into(plan->hint, "%s",
			  kernel->running && !kernel->cap_sys_admin
				  ? "CAP_SYS_ADMIN is needed for the BTF of a module"
			  : kernel->module_error == ENOENT
				  ? "build it with CONFIG_DEBUG_INFO_BTF_MODULES=y"
				  : "they do not fit the kernel's: take module and kernel of one "
				    "build, or give the types with --btf FILE (docs/BTF.md)");
	}
}

/* Problems that no hook can get around; the most fundamental one is named. */
static void explain_fundamental(struct plan *plan, const struct kernel *kernel)
{
	if (kernel->machine[0] && strcmp(kernel->machine, "aarch64")) {
		blocked(plan, PLAN_MACHINE, "this machine is %s: it has no Arm SMMUv3",
			kernel->machine);
		text_into(plan->hint, "run it on an arm64 host, or in the lab: tools/lab/run");
	} else if (kernel->bpf.state == FACT_DENIED) {
		blocked_by(plan, PLAN_PERMISSION, &kernel->bpf);
	} else if (kernel->bpf.state == FACT_ABSENT) {
		blocked_by(plan, PLAN_TOO_OLD, &kernel->bpf);
	} else if (kernel->running && kernel->functions.state != FACT_PRESENT) {
		blocked_by(plan, PLAN_SYMBOLS, &kernel->functions);
	} else if (!strcmp(kernel->lockdown, "confidentiality")) {
		blocked(plan, PLAN_LOCKDOWN,
			"lockdown is at confidentiality: BPF may not read the kernel");
		text_into(plan->hint, "boot with lockdown=integrity or none");
	} else if (kernel->driver == DRIVER_ABSENT) {
		explain_driver(plan, kernel);
	} else if (!kernel->vmlinux &&
		   (kernel->types.state == FACT_HIDDEN || kernel->types.state == FACT_DENIED)) {
		blocked_by(plan, PLAN_BTF, &kernel->types);
	} else if (!kernel->vmlinux) {
		blocked(plan, PLAN_BTF, "this kernel has no BTF (%s/sys/kernel/btf/vmlinux: %s)",
			kernel->root, strerror(kernel->vmlinux_error));
		text_into(plan->hint,
			  "give its types with --btf FILE (docs/BTF.md says how they are "
			  "made), or build it with CONFIG_DEBUG_INFO_BTF=y");
	} else if (kernel->driver == DRIVER_MODULE) {
		explain_module(plan, kernel);
	}
}

static void require_hooks(struct plan *plan)
{
	for (enum hook_id id = 0; id < HOOK_COUNT; id++) {
		const struct plan_hook *planned = &plan->hook[id];

		plan->kprobes |= planned->method == PLAN_KPROBE;
		if (!hooks[id].required || planned->usable || plan->what)
			continue;
		blocked(plan, PLAN_HOOK, "the %s cannot be hooked: %s", hooks[id].what,
			planned->reason);
		text_into(plan->hint, "%s", planned->hint);
	}
}

void plan_make(struct plan *plan, const struct kernel *kernel, const struct plan_options *options)
{
	struct function_facts counts, casts;

	memset(plan, 0, sizeof(*plan));
	kernel_function(kernel, KERNEL_COUNTS_DISABLED, &counts);
	plan->hardirq_shift = counts.copies ? HARDIRQ_SHIFT_DISABLED : HARDIRQ_SHIFT;
	kernel_function(kernel, KERNEL_CASTS, &casts);
	plan->casts = kernel->own_btf && casts.btf;
	plan->stream_table = kernel_stream_table(kernel);
	explain_fundamental(plan, kernel);
	for (enum hook_id id = 0; id < HOOK_COUNT; id++) {
		if (hooks[id].tracepoint)
			plan_tracepoint(&plan->hook[id], &hooks[id], kernel);
		else
			plan_function(&plan->hook[id], &hooks[id], kernel, options);
	}
	require_hooks(plan);
	if (kernel->running && kernel->addresses.state != FACT_PRESENT)
		plan->nameless = &kernel->addresses;
	plan->can_trace = plan->what == PLAN_FINE;
	plan->can_inject = plan->can_trace && !plan->nameless &&
			   plan->hook[HOOK_INJECTION_POINT].usable;
	plan->can_raise = plan->can_inject &&
			  kernel_has_member(kernel, "arm_smmu_cmdq", "injected");
}
