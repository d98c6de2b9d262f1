/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A rule: what it needs to see, and what it does when it sees it. Each is a file of
 * this directory; check.c feeds them and writes down what they find.
 */
#ifndef CHECK_RULES_RULE_H
#define CHECK_RULES_RULE_H

#include "check/track.h"

#include "smmu_arch.h"
#include "smmu_event.h"

/* A list that returned, together with what is known about it. */
struct list_view {
	const struct smmu_event *event;
	const struct smmu_submit *submit;
	struct flow *flow; /* as it was before this list, but with its reports */
	struct queue *queue;
	__u64 start_ns, end_ns;
	bool started; /* its entry was seen: start_ns is good */
	bool sync;
	bool atc;	    /* ATC_INV */
	bool config;	    /* CFGI_*: what a fence or an attach issues */
	bool other;	    /* anything else: the flow goes on to another invalidation */
	bool hardware;	    /* hardware, or an injection, reported an ATC timeout for it */
	bool software;	    /* its CMD_SYNC was made to run out of the poll's time */
	bool held;	    /* a GERROR or a stall was injected: it waited for that */
	bool blocked;	    /* on the CPU that the GERROR interrupt goes to */
	bool foreign;	    /* somebody else's injection, which is no ATC timeout: nobody's fault */
	bool several_units; /* its ATC_INV are for more than one device; set if it failed */
};

/* The end of an invalidation that had a timeout in it. */
struct end_view {
	struct flow *flow;
	__u64 ts_ns;
	const struct smmu_event *event;		  /* what showed the end */
	const struct smmu_invalidation *returned; /* of the processor; NULL: not seen */
};

struct check; /* check.c */

#define RULE_HOOKS_MAX 12

struct check_rule {
	unsigned int number;
	/* Events that have to be there, 1 << enum smmu_event_kind: losing one may matter. */
	__u32 kinds;
	/* Hooks without which it cannot be observed; up to the first NULL. "a|b": one of them. */
	const char *hooks[RULE_HOOKS_MAX];
	/* Likewise, but for a pass only: if it is broken, that shows without them. */
	__u32 pass_kinds;
	const char *pass_hooks[RULE_HOOKS_MAX];
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
	/* Before the unit is noted as fenced, or not any more. */
	void (*fence)(struct check *check, const struct smmu_event *event,
		      const struct smmu_fence *fence, struct unit *unit, struct flow *flow);
	void (*unfence)(struct check *check, const struct smmu_event *event, struct unit *unit);
	void (*ats)(struct check *check, const struct smmu_event *event, const struct smmu_ats *ats,
		    struct unit *unit);
	void (*attach)(struct check *check, const struct smmu_event *event, struct unit *unit);
	void (*reset)(struct check *check, const struct smmu_event *event,
		      const struct smmu_reset *reset, struct unit *unit);
	void (*unmap)(struct check *check, const struct smmu_event *event,
		      const struct smmu_unmap *unmap, struct flow *flow);
	void (*close)(struct check *check);
};

extern const struct check_rule *const check_rules[CHECK_RULE_COUNT];

struct track *check_track(struct check *check);
const struct check_options *check_options_of(const struct check *check);

/* It was put to the test and held. */
void rule_held(struct check *check, unsigned int rule);
/* Something that may have broken it could not be seen: as good as an event lost. */
void rule_unseen(struct check *check, unsigned int rule);
/* The longest so far, to be shown: "longest wait of an issuer". */
void rule_measure(struct check *check, unsigned int rule, const char *what, __u64 ns);
/* Something worth knowing about the result; said once. */
void rule_note(struct check *check, unsigned int rule, const char *note);

/* Does the conclusion rest on something that was seen, or on something that was not? */
enum rule_basis { SEEN, NOT_SEEN };

/*
 * It is broken: the message, and the facts about that flow or device before it.
 * unit, stack: may be NULL.
 */
void rule_broken(struct check *check, unsigned int rule, enum rule_basis basis,
		 const struct smmu_event *event, const struct unit *unit,
		 const struct smmu_stack *stack, const char *format, ...)
	__attribute__((format(printf, 7, 8)));

#endif
