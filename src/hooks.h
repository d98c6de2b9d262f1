/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tool wants to attach to, as data: each hook with the names that the
 * function has had, newest first, and the arguments that the programs read, by
 * the names they have in BTF. Which of it this kernel has is plan.h's matter.
 */
#ifndef HOOKS_H
#define HOOKS_H

#include <stdbool.h>

enum hook_id {
	HOOK_LIST,   /* issue of a command list */
	HOOK_GERROR, /* GERROR interrupt handler */
	HOOK_ATS_ENABLE,
	HOOK_ATS_DISABLE,
	HOOK_RESET,    /* reset of one PCI function */
	HOOK_VERDICT,  /* injection point */
	HOOK_INJECTED, /* slow path after an injected verdict */
	HOOK_COUNT
};

#define HOOK_NAMES_MAX 4
#define HOOK_ARGS_MAX  6

/* Arguments of HOOK_LIST, the one whose prototype has changed over time. */
enum list_argument { LIST_SMMU, LIST_CMDQ, LIST_CMDS, LIST_N, LIST_SYNC };

struct hook {
	const char *id;	  /* stable, for probe and its JSON */
	const char *what; /* for people */
	const char *names[HOOK_NAMES_MAX];
	const char *args[HOOK_ARGS_MAX];
	unsigned int optional_args; /* bit i: args[i] may be missing */
	unsigned int kinds;	    /* 1 << enum smmu_event_kind that come from it */
	bool required;		    /* without it there is no tracing at all */
	bool override;		    /* its return value is replaced */
};

extern const struct hook hooks[HOOK_COUNT];

#endif
