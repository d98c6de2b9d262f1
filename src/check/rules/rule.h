/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A rule: the events and hooks that it needs, and a function for each kind of event that it
 * looks at. Each rule is a file of this directory; follow.c and follow_list.c call it, and it
 * reports by rule_held(), rule_broken() and the like of case.h.
 */
#ifndef CHECK_RULES_RULE_H
#define CHECK_RULES_RULE_H

#include "check/case.h"
#include "check/rules/list.h"
#include "check/track.h"

#include "smmu_arch.h"
#include "smmu_event.h"

/* R1, R2, ...: a rule that has no row in list.h has no number, and does not compile. */
#define CHECK_RULE_ENUM_(number, ...) R##number = (number),
enum rule_number { CHECK_RULES(CHECK_RULE_ENUM_) };

/* A list that returned, together with what is known about it. */
struct list_view {
	const struct smmu_event *event;
	const struct smmu_submit *submit;
	struct flow *flow; /* as it was before this list, but with its timeouts */
	struct queue *queue;
	__u64 start_ns, end_ns;
	bool started;  /* its entry was seen: start_ns is good */
	bool sync;     /* it ends with a CMD_SYNC */
	bool atc;      /* ATC_INV */
	bool config;   /* CFGI_*: what a fence or an attach issues */
	bool other;    /* anything else: the flow goes on to another invalidation */
	bool doubled;  /* the flow's list before it once more, no ATC_INV in it */
	bool hardware; /* hardware, or an injection, reported an ATC timeout for it */
	bool software; /* an injection let its CMD_SYNC run out of the poll's time */
	bool held;     /* it waited for an injected GERROR or stall */
	bool blocked;  /* on the CPU that the GERROR interrupt goes to */
	bool foreign;  /* a foreign injection that is no ATC timeout: blame nothing for it */
	/* Its ATC_INV, with those left unsynced before, are for more than one unit; if it failed.
	 */
	bool several_units;
	/*
	 * The queue still stood at an earlier CMD_SYNC when its poll ended: none of its commands
	 * had begun, and none of its devices failed to answer.
	 */
	bool victim;
	struct place place; /* only if it failed, or an error was reported meanwhile */
	const struct smmu_registers *registers; /* as it failed; NULL: not read */
	const struct open_error *error; /* a CMDQ_ERR at its CMD_SYNC; NULL: none that is known */
};

/* The end of an invalidation that had a timeout in it. */
struct end_view {
	struct flow *flow;
	__u64 ts_ns;
	const struct smmu_event *event;		  /* that showed the end */
	const struct smmu_invalidation *returned; /* NULL: the return was not seen */
};

/* What a driver does to a function for a reset comes this shortly before it is prepared for it. */
#define PREPARES_WITHIN_NS 1000000000ULL

/* May it be part of what that thread did to the function at that time? */
static inline bool soon_after(const struct smmu_event *event, __u32 tid, __u64 ts_ns)
{
	return event->tid == tid && event->ts_ns < ts_ns + PREPARES_WITHIN_NS;
}

#define RULE_HOOKS_MAX 12

struct check_rule {
	/* Events that must not be missing, mask of 1 << enum smmu_event_kind. */
	__u32 kinds;
	/* Hooks without which it cannot be observed; ends at the first NULL. "a|b": one of them. */
	const char *hooks[RULE_HOOKS_MAX];
	/* Needed for a pass only: a violation shows without them. */
	__u32 pass_kinds;
	const char *pass_hooks[RULE_HOOKS_MAX];
	/* It looks at each suspect: "unseen" if there were more than there is room for. */
	bool each_suspect;
	void (*list)(struct check *check, const struct list_view *list);
	void (*end)(struct check *check, const struct end_view *end);
	void (*error)(struct check *check, const struct smmu_event *event,
		      const struct smmu_cmdq_error *error);
	void (*registers)(struct check *check, const struct smmu_event *event,
			  const struct smmu_registers *registers);
	void (*isr)(struct check *check, const struct smmu_event *event,
		    const struct smmu_isr *isr);
	void (*forbidden)(struct check *check, const struct smmu_event *event,
			  const struct smmu_forbidden *forbidden);
	/* Each of these runs before the event is noted in the unit or the flow. */
	void (*fence)(struct check *check, const struct smmu_event *event,
		      const struct smmu_fence *fence, struct unit *unit, struct flow *flow);
	void (*unfence)(struct check *check, const struct smmu_event *event, struct unit *unit);
	/* The SMMU was told something else, or the same once more, of a StreamID. */
	void (*ste)(struct check *check, const struct smmu_event *event,
		    const struct smmu_fence *fence, struct unit *unit, struct flow *flow);
	void (*ats)(struct check *check, const struct smmu_event *event, const struct smmu_ats *ats,
		    struct unit *unit);
	void (*attach)(struct check *check, const struct smmu_event *event, struct unit *unit);
	void (*reset)(struct check *check, const struct smmu_event *event,
		      const struct smmu_reset *reset, struct unit *unit);
	void (*unmap)(struct check *check, const struct smmu_event *event,
		      const struct smmu_unmap *unmap, struct flow *flow);
	/* The end of the stream. */
	void (*close)(struct check *check);
};

/* All rules, each in its own file. */
#define CHECK_RULE_DECLARE_(number, symbol, ...) extern const struct check_rule symbol;
CHECK_RULES(CHECK_RULE_DECLARE_)

#endif
