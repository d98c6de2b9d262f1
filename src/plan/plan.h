/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hooks x facts x options -> plan: for each hook the function to attach to, how, and
 * where its arguments sit, or the reason why it cannot be. Decides from what the kernel
 * has, never from its version; asks nobody, so that the kernel need not be running.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "kernel/hooks.h"
#include "kernel/kernel.h"

#include <stdbool.h>

#define PLAN_NO_ARGUMENT 0xffU

enum plan_method {
	PLAN_NONE,
	PLAN_TRAMPOLINE, /* fentry, fexit */
	PLAN_KPROBE,	 /* kprobe, kretprobe */
	PLAN_TRACEPOINT, /* tp_btf: needs no trampoline */
	PLAN_OVERRIDE,	 /* fmod_ret: there is no lower method for it */
};

/* "fentry", "kprobe", "tp_btf", "fmod_ret", "". */
const char *plan_method_name(enum plan_method method);

/* Neither: the best that there is for each hook. */
struct plan_options {
	bool kprobes;	  /* --attach=kprobe: no trampolines even where there are */
	bool trampolines; /* --attach=fentry: no kprobes even where nothing else would do */
};

/* What stands in the way of everything. */
enum plan_problem {
	PLAN_FINE,
	PLAN_MACHINE,	 /* not an arm64 one */
	PLAN_PERMISSION, /* of this process */
	PLAN_LOCKDOWN,
	PLAN_DRIVER,	 /* absent */
	PLAN_BTF,	 /* none in the kernel, none given */
	PLAN_TWIN_TYPES, /* of SMMUv2, which hide those of the module */
	PLAN_MODULE_BTF,
	PLAN_HOOK, /* a hook that is required */
};

/* "machine", "permission", "lockdown" ...; NULL for PLAN_FINE. */
const char *plan_problem_name(enum plan_problem problem);

struct plan_hook {
	bool usable;
	enum plan_method method; /* PLAN_NONE if unusable */
	char symbol[128];	 /* as resolved */
	char reason[400];	 /* why not, if not usable */
	char hint[320];		 /* the way out */
	char note[240];		 /* what is not seen though it is usable, "" if nothing */
	unsigned int argument[HOOK_ARGS_MAX]; /* position, or PLAN_NO_ARGUMENT */
	/* Their names in this kernel, NULL behind the last; they live as long as the kernel. */
	const char *argument_name[HOOK_ARGS_MAX];
	unsigned int arguments; /* of the function, in all */
	unsigned int payload;	/* position, or PLAN_NO_ARGUMENT: tracepoints */
	bool is_void;		/* the function returns nothing */
};

struct plan {
	struct plan_hook hook[HOOK_COUNT];
	bool kprobes; /* some hook is attached by kprobe */
	/* Where the preempt count has how many hard interrupts are being served. */
	unsigned int hardirq_shift;
	bool casts;	 /* BPF may read through a number, see bpf/base/words.bpf.h */
	bool can_trace;	 /* every required hook is usable */
	bool can_inject; /* and the injection point */
	bool can_raise;	 /* which also knows of GERROR and of stalls */
	/* Why neither of them, in one line; "" if they can. */
	enum plan_problem what;
	char problem[480];
	char hint[320];
};

/* How much of the hooks that a kind of events comes from is usable. */
enum plan_reach { PLAN_NOTHING, PLAN_IN_PART, PLAN_ALL };

enum plan_reach plan_reach(const struct plan *plan, unsigned int kind);

void plan_make(struct plan *plan, const struct kernel *kernel, const struct plan_options *options);

#endif
