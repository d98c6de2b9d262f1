/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hooks x facts x options -> plan: for each hook the function to attach to, the method, and
 * the positions of its arguments, or the reason why it cannot be attached. Decided by what the
 * kernel has, never by its version, and from the facts alone, so that the kernel need not be
 * running. Pure and thread safe.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "kernel/hooks.h"
#include "kernel/kernel.h"

#include <stdbool.h>

#define PLAN_NO_ARGUMENT 0xffU

/* X(id, name): how a hook is attached. */
#define PLAN_METHODS(X)                                                                            \
	X(NONE, "")                                                                                \
	X(TRAMPOLINE, "fentry") /* fentry, fexit */                                                \
	X(KPROBE, "kprobe")	/* kprobe, kretprobe */                                            \
	X(TRACEPOINT, "tp_btf") /* needs no trampoline */                                          \
	X(OVERRIDE, "fmod_ret") /* nothing else can replace a return value */

#define PLAN_METHOD_ENUM_(id, name) PLAN_##id,
enum plan_method { PLAN_METHODS(PLAN_METHOD_ENUM_) };
#undef PLAN_METHOD_ENUM_

/* "fentry", "kprobe", "tp_btf", "fmod_ret", "". */
const char *plan_method_name(enum plan_method method);

/* If neither is set, the best method per hook. */
struct plan_options {
	bool kprobes;	  /* --attach=kprobe: no trampolines even where there are */
	bool trampolines; /* --attach=fentry: no kprobes even where nothing else would do */
};

/* X(id, name): why neither tracing nor injection is possible, whatever the hooks are. */
#define PLAN_PROBLEMS(X)                                                                           \
	X(FINE, NULL)                                                                              \
	X(MACHINE, "machine")	    /* not an arm64 one */                                         \
	X(PERMISSION, "permission") /* of this process */                                          \
	X(TOO_OLD, "too_old")	    /* BPF lacks what is needed */                                 \
	X(SYMBOLS, "symbols")	    /* the list of functions is hidden */                          \
	X(LOCKDOWN, "lockdown")	    /* BPF may not read the kernel */                              \
	X(DRIVER, "driver")	    /* absent */                                                   \
	X(BTF, "btf")		    /* none in the kernel, none given */                           \
	X(TWIN_TYPES, "twin_types") /* SMMUv2's types hide those of the module */                  \
	X(MODULE_BTF, "module_btf") /* the module's types cannot be read */                        \
	X(HOOK, "hook")		    /* a required hook is not usable */

#define PLAN_PROBLEM_ENUM_(id, name) PLAN_##id,
enum plan_problem { PLAN_PROBLEMS(PLAN_PROBLEM_ENUM_) };
#undef PLAN_PROBLEM_ENUM_

/* "machine", "permission", "lockdown" ...; NULL for PLAN_FINE. */
const char *plan_problem_name(enum plan_problem problem);

struct plan_hook {
	bool usable;
	enum plan_method method; /* PLAN_NONE if unusable */
	char symbol[128];	 /* function or tracepoint; "" if the kernel has none */
	char reason[400];	 /* why not, if not usable */
	char hint[320];		 /* the way out */
	char note[240];		 /* what it does not see although it is usable, or "" */
	unsigned int argument[HOOK_ARGS_MAX]; /* position, or PLAN_NO_ARGUMENT */
	/* Their names in this kernel, NULL after the last. Valid as long as the kernel's facts. */
	const char *argument_name[HOOK_ARGS_MAX];
	unsigned int arguments; /* how many the function has in all */
	unsigned int payload;	/* tracepoints: its position, or PLAN_NO_ARGUMENT */
	bool is_void;		/* the function returns nothing */
};

struct plan {
	struct plan_hook hook[HOOK_COUNT];
	bool kprobes; /* at least one hook is attached by kprobe */
	/* First bit of the number of hard interrupts being served in the preempt count. */
	unsigned int hardirq_shift;
	bool casts; /* BPF may read through a number, see bpf/base/words.bpf.h */
	/* How the driver keeps its stream table; NULL: not known, so that no fence is seen. */
	const char *stream_table;
	/* Why devices cannot be named; NULL if they can, or that is not known. In *kernel. */
	const struct kernel_fact *nameless;
	bool can_trace;	 /* nothing stands in the way, and every required hook is usable */
	bool can_inject; /* likewise, the injection point is usable, devices have names */
	bool can_raise;	 /* likewise, and it knows kind=gerror and kind=stall */
	/* Why not can_trace: PLAN_FINE and "" if it can. */
	enum plan_problem what;
	char problem[480]; /* one line */
	char hint[320];	   /* the way out */
};

/* What is said if plan.stream_table is NULL. */
#define PLAN_NO_STREAM_TABLE                                                                       \
	"the driver keeps its stream table in a way that is not known: no fence is seen"
#define PLAN_NO_STREAM_TABLE_HINT                                                                  \
	"rules that need fences are not observable; please report it with the output of probe "    \
	"--json"

/* How much of a kind of events is seen: by the usable ones of its hooks, and what they can read. */
enum plan_reach { PLAN_NOTHING, PLAN_IN_PART, PLAN_ALL };

/* kind: enum smmu_event_kind. */
enum plan_reach plan_reach(const struct plan *plan, unsigned int kind);

/* The plan keeps pointers into *kernel, which must stay. */
void plan_make(struct plan *plan, const struct kernel *kernel, const struct plan_options *options);

#endif
