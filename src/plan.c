// SPDX-License-Identifier: GPL-2.0
#include "plan.h"

#include <bpf/btf.h>
#include <stdio.h>
#include <string.h>

#define SAY(buffer, ...) snprintf(buffer, sizeof(buffer), __VA_ARGS__)

/* Position of each wanted argument, by the name it has in the prototype. */
static bool place_arguments(struct plan_hook *planned, const struct hook *hook,
			    const struct function_facts *facts)
{
	const struct btf_type *func = btf__type_by_id(facts->btf, (unsigned int)facts->btf_id);
	const struct btf_type *proto = btf__type_by_id(facts->btf, func->type);
	const struct btf_param *params = btf_params(proto);

	planned->arguments = btf_vlen(proto);
	planned->is_void = !proto->type;
	for (unsigned int i = 0; i < HOOK_ARGS_MAX && hook->args[i]; i++) {
		planned->argument[i] = PLAN_NO_ARGUMENT;
		for (unsigned int p = 0; p < planned->arguments; p++) {
			if (!strcmp(btf__name_by_offset(facts->btf, params[p].name_off),
				    hook->args[i]))
				planned->argument[i] = p;
		}
		if (planned->argument[i] != PLAN_NO_ARGUMENT || hook->optional_args & (1U << i))
			continue;
		SAY(planned->reason, "%s has no argument called %s", planned->symbol,
		    hook->args[i]);
		SAY(planned->hint, "its prototype is one that this version does not know; "
				   "please report it with the output of probe --json");
		return false;
	}
	return true;
}

static const char *config_word(char state)
{
	return state == 'n' ? "is not set" : state == '?' ? "is not known" : "is set";
}

static bool check_override(struct plan_hook *planned, const struct kernel *kernel)
{
	int listed = kernel_injectable(kernel, planned->symbol);

	planned->method = "fmod_ret";
	if (listed)
		return true; /* or the list cannot be read: loading will tell */
	SAY(planned->reason, "%s is not in the kernel's list of functions that may be overridden",
	    planned->symbol);
	SAY(planned->hint, "build the driver with ALLOW_ERROR_INJECTION on it "
			   "(tools/kernel has the patch)");
	return false;
}

static void explain_absent(struct plan_hook *planned, const struct hook *hook,
			   const struct kernel *kernel, const struct function_facts *facts)
{
	const char *name = hook->names[0];

	if (hook->override) {
		SAY(planned->reason,
		    "no injection point %s in the driver (and CONFIG_FUNCTION_ERROR_INJECTION %s)",
		    name, config_word(kernel_config(kernel, "FUNCTION_ERROR_INJECTION")));
		SAY(planned->hint, "build the driver with tools/kernel/*/inject and "
				   "CONFIG_FUNCTION_ERROR_INJECTION=y; no stock kernel has it");
		return;
	}
	if (facts->renamed[0]) {
		SAY(planned->reason, "the compiler made %s of %s", facts->renamed, name);
		SAY(planned->hint, "its arguments are not where the prototype says");
		return;
	}
	SAY(planned->reason, "no function %s: inlined, renamed or not there", name);
	SAY(planned->hint, "events that need it are left out");
}

static bool is_pointer(const struct btf *btf, unsigned int id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	while (type && (btf_is_typedef(type) || btf_is_mod(type)))
		type = btf__type_by_id(btf, type->type);
	return type && btf_is_ptr(type);
}

/* The first argument is the tracepoint's own and not there for programs. */
static void place_payload(struct plan_hook *planned, enum hook_payload payload,
			  const struct function_facts *facts)
{
	const struct btf_type *type = btf__type_by_id(facts->btf, (unsigned int)facts->btf_id);
	const struct btf_type *pointer = btf__type_by_id(facts->btf, type->type);
	const struct btf_type *proto = btf__type_by_id(facts->btf, pointer->type);
	const struct btf_param *params = btf_params(proto);
	bool seen = false;

	planned->arguments = btf_vlen(proto) ? btf_vlen(proto) - 1U : 0;
	planned->payload = PLAN_NO_ARGUMENT;
	for (unsigned int i = 0; payload && i < planned->arguments; i++) {
		bool address = is_pointer(facts->btf, params[i + 1].type);

		if (seen && address == (payload == PAYLOAD_POINTER)) {
			planned->payload = i;
			return;
		}
		seen = seen || address;
	}
}

static void plan_tracepoint(struct plan_hook *planned, const struct hook *hook,
			    const struct kernel *kernel)
{
	struct function_facts facts;

	kernel_tracepoint(kernel, hook->names[0], &facts);
	if (!facts.btf) {
		SAY(planned->reason, "no tracepoint %s", hook->names[0]);
		SAY(planned->hint, "build the kernel with CONFIG_TRACEPOINTS=y; events that need "
				   "it are left out");
		return;
	}
	SAY(planned->symbol, "%s", hook->names[0]);
	place_payload(planned, hook->payload, &facts);
	planned->method = "tp_btf";
	planned->usable = true;
}

static void plan_hook(struct plan *plan, enum hook_id id, const struct kernel *kernel)
{
	const struct hook *hook = &hooks[id];
	struct plan_hook *planned = &plan->hook[id];
	struct function_facts facts = {};

	if (hook->tracepoint) {
		plan_tracepoint(planned, hook, kernel);
		return;
	}
	for (unsigned int i = 0; i < HOOK_NAMES_MAX && hook->names[i]; i++) {
		kernel_function(kernel, hook->names[i], &facts);
		if (facts.btf && facts.in_kallsyms) {
			SAY(planned->symbol, "%s", hook->names[i]);
			break;
		}
	}
	if (!planned->symbol[0]) {
		explain_absent(planned, hook, kernel, &facts);
		return;
	}
	planned->method = "fentry";
	if (!place_arguments(planned, hook, &facts))
		return;
	if (hook->override && !check_override(planned, kernel))
		return;
	if (kernel->trampoline == TRAMPOLINE_NO) {
		SAY(planned->reason, "this kernel has no trampolines: %s",
		    kernel->trampoline_reason);
		SAY(planned->hint, "a kernel from 6.4 on is needed on arm64");
		return;
	}
	planned->usable = true;
}

/* What stands in the way of everything, the most fundamental first. */
static bool explain_fundamental(struct plan *plan, const struct kernel *kernel)
{
	if (strcmp(kernel->machine, "aarch64")) {
		SAY(plan->problem, "this machine is %s: it has no Arm SMMUv3", kernel->machine);
		SAY(plan->hint, "run it on an arm64 host, or in the lab: tools/lab/run");
	} else if (!kernel->cap_bpf || !kernel->cap_perfmon) {
		SAY(plan->problem, "no permission: CAP_BPF and CAP_PERFMON are needed");
		SAY(plan->hint, "run it as root");
	} else if (!strcmp(kernel->lockdown, "confidentiality")) {
		SAY(plan->problem, "lockdown is at confidentiality: BPF may not read the kernel");
		SAY(plan->hint, "boot with lockdown=integrity or none");
	} else if (kernel->driver == DRIVER_ABSENT) {
		SAY(plan->problem, "the driver arm-smmu-v3 is neither built in nor loaded");
		SAY(plan->hint, "modprobe arm_smmu_v3; without an SMMUv3 there is nothing to see");
	} else if (!kernel->vmlinux) {
		SAY(plan->problem, "this kernel has no BTF (/sys/kernel/btf/vmlinux: %s)",
		    strerror(kernel->vmlinux_error));
		SAY(plan->hint, "build it with CONFIG_DEBUG_INFO_BTF=y");
	} else if (kernel->driver == DRIVER_MODULE &&
		   btf__find_by_name_kind(kernel->vmlinux, "arm_smmu_device", BTF_KIND_STRUCT) >=
			   0) {
		/* libbpf looks into modules only for types that vmlinux has not. */
		SAY(plan->problem, "SMMUv2 is built in and SMMUv3 a module: their types of the "
				   "same name cannot be told apart");
		SAY(plan->hint, "build both in, or both as modules");
	} else if (kernel->driver == DRIVER_MODULE && !kernel->module) {
		SAY(plan->problem, "the types of module arm_smmu_v3 cannot be read: %s",
		    strerror(kernel->module_error));
		SAY(plan->hint, kernel->cap_sys_admin
					? "build it with CONFIG_DEBUG_INFO_BTF_MODULES=y"
					: "CAP_SYS_ADMIN is needed for the BTF of a module");
	} else {
		return false;
	}
	return true;
}

void plan_make(struct plan *plan, const struct kernel *kernel)
{
	bool blocked;

	memset(plan, 0, sizeof(*plan));
	blocked = explain_fundamental(plan, kernel);
	for (enum hook_id id = 0; id < HOOK_COUNT; id++)
		plan_hook(plan, id, kernel);
	plan->can_trace = !blocked;
	for (enum hook_id id = 0; id < HOOK_COUNT; id++) {
		const struct plan_hook *planned = &plan->hook[id];

		if (!hooks[id].required || planned->usable)
			continue;
		plan->can_trace = false;
		if (blocked)
			continue;
		SAY(plan->problem, "the %s cannot be hooked: %s", hooks[id].what, planned->reason);
		SAY(plan->hint, "%s", planned->hint);
	}
	plan->can_inject = plan->can_trace && plan->hook[HOOK_VERDICT].usable;
	plan->can_raise = plan->can_inject &&
			  kernel_has_member(kernel, "arm_smmu_cmdq", "injected");
}
