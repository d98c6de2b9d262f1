/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tool wants to attach to, as data: each hook with the names that the
 * function has had, newest first, and the arguments that the programs read, by
 * the names they have in BTF. Which of it this kernel has is plan.h's matter.
 */
#ifndef KERNEL_HOOKS_H
#define KERNEL_HOOKS_H

#include <stdbool.h>

enum hook_id {
	HOOK_LIST,   /* issue of a command list */
	HOOK_GERROR, /* GERROR interrupt handler */
	HOOK_ATS_ENABLE,
	HOOK_ATS_DISABLE,
	HOOK_RESET, /* reset of one PCI function */
	HOOK_INJECTION_POINT,
	HOOK_INJECTED, /* slow path after an injected answer */
	HOOK_RESET_PREPARE,
	HOOK_RESET_DONE,
	HOOK_RESET_PROBE,
	HOOK_ATTACH,
	HOOK_INVALIDATION_DOMAIN,
	HOOK_INVALIDATION_MASTER,
	HOOK_UNMAP,
	/* What a recovery must not do, and the ends of what it may have begun in. */
	HOOK_KMALLOC,
	HOOK_KMEM_CACHE,
	HOOK_PAGES,
	HOOK_MUTEX,
	HOOK_MUTEX_INTERRUPTIBLE,
	HOOK_MUTEX_KILLABLE,
	HOOK_RWSEM_READ,
	HOOK_RWSEM_WRITE,
	HOOK_SEMAPHORE,
	HOOK_SCHEDULE,
	HOOK_WORK,
	HOOK_IRQ_EXIT,
	HOOK_SOFTIRQ_EXIT,
	HOOK_COUNT
};

#define HOOK_NAMES_MAX 4
#define HOOK_ARGS_MAX  6

/* Arguments of HOOK_LIST, the one whose prototype has changed over time. */
enum list_argument { LIST_SMMU, LIST_CMDQ, LIST_CMDS, LIST_N, LIST_SYNC };

/* The one argument that is read of a tracepoint, whose arguments have no names in BTF. */
enum hook_payload {
	PAYLOAD_NONE,
	PAYLOAD_NUMBER,	 /* the first number behind the first pointer */
	PAYLOAD_POINTER, /* the first pointer behind the first pointer */
};

/* What the programs make of the value that the function returns. */
enum hook_result {
	RESULT_UNREAD,
	RESULT_READ,   /* it is part of the event */
	RESULT_IF_ANY, /* so it is in kernels where there is one */
};

struct hook {
	const char *id;	  /* stable, for probe and its JSON */
	const char *what; /* for people */
	const char *names[HOOK_NAMES_MAX];
	/* By name, wherever they are; without names the first ones, which never moved. */
	const char *args[HOOK_ARGS_MAX];
	/* Of each argument that is read: p for a pointer, n for a number. NULL: none is. */
	const char *shape;
	unsigned int optional_args; /* bit i: args[i] may be missing */
	unsigned int kinds;	    /* 1 << enum smmu_event_kind that come from it */
	enum hook_result result;
	enum hook_payload payload; /* of a tracepoint */
	bool tracepoint;	   /* names are tracepoints, not functions */
	bool required;		   /* without it there is no tracing at all */
	bool override;		   /* its return value is replaced */
};

extern const struct hook hooks[HOOK_COUNT];

#endif
