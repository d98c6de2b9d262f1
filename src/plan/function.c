// SPDX-License-Identifier: GPL-2.0
#include "plan/function.h"

#include "base/text.h"
#include "plan/prototype.h"

#include <stdio.h>
#include <string.h>

/* arm64 passes this many arguments in registers; a kprobe finds only these. */
#define REGISTERS 8

/* The hint where there is no way out. */
static void shrug(struct plan_hook *planned, const struct hook *hook)
{
	if (hook->required)
		text_into(planned->hint,
			  "there is no tracing without it; please report it with the "
			  "output of probe --json");
	else
		text_into(planned->hint, "events that need it are left out");
}

/* ---- one function ---- */

static void say_no_trampolines(struct plan_hook *planned, const struct kernel *kernel)
{
	text_into(planned->reason, "this kernel has no trampolines: %s", kernel->trampoline_reason);
}

/* The last resort, or the only method with --attach=kprobe. */
static bool take_kprobe(struct plan_hook *planned, const struct hook *hook,
			const struct kernel *kernel, const struct plan_options *options)
{
	if (options->trampolines) {
		if (!planned->reason[0])
			say_no_trampolines(planned, kernel);
		text_into(planned->hint, "leave --attach=fentry away: a kprobe would do");
		return false;
	}
	if (kernel->kprobes == KPROBES_NO) {
		text_into(planned->reason, "%s%s%s: %s",
			  kernel->trampoline == TRAMPOLINE_NO ? "this kernel has no trampolines ("
							      : "",
			  kernel->trampoline == TRAMPOLINE_NO ? kernel->trampoline_reason : "",
			  kernel->trampoline == TRAMPOLINE_NO ? ") and no kprobes" : "no kprobes",
			  kernel->kprobes_reason);
		text_into(planned->hint,
			  "a kernel with CONFIG_KPROBE_EVENTS=y is needed, or on arm64 "
			  "one from 6.4 on, without CFI, with trampolines");
		return false;
	}
	if (kernel_kprobe_refused(kernel, planned->symbol)) {
		text_into(planned->reason,
			  "no kprobe may be on %s: it is in the kernel's list of those",
			  planned->symbol);
		shrug(planned, hook);
		return false;
	}
	for (unsigned int i = 0; i < HOOK_ARGS_MAX; i++) {
		if (!planned->argument_name[i] || planned->argument[i] == PLAN_NO_ARGUMENT ||
		    planned->argument[i] < REGISTERS)
			continue;
		text_into(planned->reason, "argument %s of %s is in no register",
			  planned->argument_name[i], planned->symbol);
		shrug(planned, hook);
		return false;
	}
	planned->reason[0] = 0;
	planned->method = PLAN_KPROBE;
	planned->usable = true;
	return true;
}

static bool take_method(struct plan_hook *planned, const struct hook *hook,
			const struct kernel *kernel, const struct function_facts *facts,
			const struct plan_options *options)
{
	bool trampoline = facts->btf && kernel->trampoline != TRAMPOLINE_NO;

	/* Nothing but a trampoline can override a return value. */
	if (hook->override) {
		planned->usable = trampoline;
		planned->method = trampoline ? PLAN_OVERRIDE : PLAN_NONE;
		return trampoline;
	}
	if (trampoline && !options->kprobes) {
		planned->method = PLAN_TRAMPOLINE;
		planned->usable = true;
		return true;
	}
	return take_kprobe(planned, hook, kernel, options);
}

/*
 * Only "name.isra.0" is there. Its arguments may differ, so it will do only for a hook that
 * reads nothing, and only if it is the whole function: "name.part.0" is not.
 */
static bool take_renamed(struct plan_hook *planned, const struct hook *hook, const char *name,
			 const struct kernel *kernel, const struct function_facts *facts,
			 const struct plan_options *options)
{
	bool whole = !strstr(facts->renamed, ".part.");

	text_into(planned->symbol, "%s", facts->renamed);
	if (whole && !prototype_needed(hook)) {
		text_into(planned->reason,
			  "the compiler made %s of %s, which no trampoline can be on",
			  facts->renamed, name);
		if (!take_kprobe(planned, hook, kernel, options))
			return false;
		text_into(planned->note, "the compiler made %s of %s", facts->renamed, name);
		return true;
	}
	text_into(planned->reason, "the compiler made %s of it: %s", facts->renamed,
		  whole ? "arguments are not where the prototype says"
			: "a part of it is elsewhere");
	shrug(planned, hook);
	return false;
}

static bool take_without_prototype(struct plan_hook *planned, const struct hook *hook,
				   const struct kernel *kernel, const struct plan_options *options)
{
	text_into(planned->reason, "%s is there, and the types (BTF) have no prototype of it",
		  planned->symbol);
	if (kernel->btf_path)
		text_into(planned->hint, "put it into %.100s: docs/BTF.md says how",
			  kernel->btf_path);
	else
		shrug(planned, hook);
	return !prototype_needed(hook) && take_kprobe(planned, hook, kernel, options);
}

/* Tries one name. False with a reason: it will not do; without: there is no such function. */
static bool take_name(struct plan_hook *planned, const struct hook *hook, const char *name,
		      const struct kernel *kernel, const struct plan_options *options)
{
	struct function_facts facts;

	memset(planned, 0, sizeof(*planned));
	kernel_function(kernel, name, &facts);
	if (!facts.copies)
		return facts.renamed[0] &&
		       take_renamed(planned, hook, name, kernel, &facts, options);
	text_into(planned->symbol, "%s", name);
	if (facts.copies > 1) {
		text_into(planned->reason,
			  "%u functions are called %s, and there is no telling which", facts.copies,
			  name);
		shrug(planned, hook);
		return false;
	}
	if (!facts.btf)
		return take_without_prototype(planned, hook, kernel, options);
	if (!prototype_place(planned, hook, &facts) ||
	    !take_method(planned, hook, kernel, &facts, options))
		return false;
	if (facts.renamed[0])
		text_into(planned->note, "there is %s too: what goes through it is not seen",
			  facts.renamed);
	return true;
}

/* ---- the injection point ---- */

static const char *config_word(char state)
{
	return state == 'n' ? "is not set" : state == '?' ? "is not known" : "is set";
}

static const char *annotation_word(const struct kernel *kernel)
{
	switch (kernel_injectable(kernel, NULL)) {
	case 0:
		return "no arm_smmu function carries ALLOW_ERROR_INJECTION";
	case 1:
		return "not this one, but other arm_smmu functions carry ALLOW_ERROR_INJECTION";
	default:
		return "whether an arm_smmu function carries ALLOW_ERROR_INJECTION is not known";
	}
}

/* Names everything that is missing, as each of the conditions is needed. */
static void explain_injection(struct plan_hook *planned, const struct hook *hook,
			      const struct kernel *kernel)
{
	char state = kernel_config(kernel, "FUNCTION_ERROR_INJECTION");
	bool no_trampolines = kernel->trampoline == TRAMPOLINE_NO;
	char point[200];

	if (planned->reason[0])
		text_into(point, "%.199s", planned->reason);
	else if (planned->symbol[0])
		text_into(point, "%s may not be overridden", planned->symbol);
	else
		text_into(point, "no injection point %s in the driver", hook->names[0]);
	text_into(planned->reason, "%s%s; CONFIG_FUNCTION_ERROR_INJECTION %s; %s",
		  no_trampolines ? "no trampolines; " : "", point, config_word(state),
		  annotation_word(kernel));
	text_into(planned->hint,
		  "build the driver with tools/kernel/*/inject and "
		  "CONFIG_FUNCTION_ERROR_INJECTION=y%s; no stock kernel has it",
		  no_trampolines
			  ? ", in a kernel with trampolines (arm64: from 6.4 on, without CFI)"
			  : "");
	planned->usable = false;
	planned->method = PLAN_NONE;
}

static void plan_override(struct plan_hook *planned, const struct hook *hook,
			  const struct kernel *kernel, const struct plan_options *options)
{
	/* If the list cannot be read, it is taken for a yes: loading will show. */
	if (!take_name(planned, hook, hook->names[0], kernel, options) ||
	    !kernel_injectable(kernel, planned->symbol))
		explain_injection(planned, hook, kernel);
}

/* ---- the names of one hook ---- */

static void explain_absent(struct plan_hook *planned, const struct hook *hook)
{
	size_t at = 0;

	memset(planned, 0, sizeof(*planned));
	at += (size_t)text_into(planned->reason, "no function ");
	for (unsigned int i = 0; i < HOOK_NAMES_MAX && hook->names[i]; i++)
		at += (size_t)snprintf(planned->reason + at, sizeof(planned->reason) - at, "%s%s",
				       i ? " or " : "", hook->names[i]);
	snprintf(planned->reason + at, sizeof(planned->reason) - at,
		 ": inlined, renamed or not there");
	shrug(planned, hook);
}

void plan_function(struct plan_hook *planned, const struct hook *hook, const struct kernel *kernel,
		   const struct plan_options *options)
{
	struct plan_hook refused = {};

	if (hook->override) {
		plan_override(planned, hook, kernel, options);
		return;
	}
	for (unsigned int i = 0; i < HOOK_NAMES_MAX && hook->names[i]; i++) {
		if (take_name(planned, hook, hook->names[i], kernel, options))
			return;
		/* The newest name that the kernel has gives the reason. */
		if (planned->reason[0] && !refused.reason[0])
			refused = *planned;
		/* Older names of a required hook are only wrappers: stop here. */
		if (planned->reason[0] && hook->required)
			break;
	}
	*planned = refused;
	if (!refused.reason[0])
		explain_absent(planned, hook);
}
