/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tool wants to attach to, as data: each hook with the names that its function has
 * had, newest first, and the arguments that the BPF programs read, by their names in BTF.
 * Which of these a kernel has is decided in plan.h. The rows are in hooks.def.
 */
#ifndef KERNEL_HOOKS_H
#define KERNEL_HOOKS_H

#include <stdbool.h>

#define HOOK(ID, ...) HOOK_##ID,
enum hook_id {
#include "kernel/hooks.def"
	HOOK_COUNT
};
#undef HOOK

#define HOOK_NAMES_MAX 4
#define HOOK_ARGS_MAX  6

/* Indices into `args` of HOOK_LIST, the one hook whose prototype has changed over time. */
enum list_argument { LIST_SMMU, LIST_CMDQ, LIST_CMDS, LIST_N, LIST_SYNC };

/*
 * The one argument that is read of a tracepoint. BTF has no names for these: it is found by
 * its type, among the arguments after the first pointer.
 */
enum hook_payload {
	PAYLOAD_NONE,
	PAYLOAD_NUMBER,	 /* the first number after the first pointer */
	PAYLOAD_POINTER, /* the second pointer */
};

/* How the BPF programs use the function's return value. */
enum hook_result {
	RESULT_UNREAD,
	RESULT_READ,   /* it is part of the event */
	RESULT_IF_ANY, /* likewise, but in some kernels the function returns nothing */
};

struct hook {
	const char *id;	  /* stable: in probe's JSON, in streams and in scenarios */
	const char *what; /* for people */
	const char *names[HOOK_NAMES_MAX]; /* newest first; NULL after the last */
	/*
	 * Names of the arguments that are read, which are found wherever they are. Without
	 * names: the first arguments, whose positions never changed.
	 */
	const char *args[HOOK_ARGS_MAX];
	/* One letter for each argument that is read: p pointer, n number. NULL: none is read. */
	const char *shape;
	unsigned int optional_args; /* bit i: args[i] may be missing */
	unsigned int kinds;	    /* mask of 1 << enum smmu_event_kind that come from it */
	enum hook_result result;
	enum hook_payload payload; /* tracepoints only */
	bool tracepoint;	   /* names are tracepoints, not functions */
	bool required;		   /* no tracing at all without it */
	bool override;		   /* a program replaces its return value */
};

/* Indexed by enum hook_id. Constant, so it can be read from any thread. */
extern const struct hook hooks[HOOK_COUNT];

#endif
