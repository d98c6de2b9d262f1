/* SPDX-License-Identifier: GPL-2.0 */
/* How much a rule could see of the events that it needs: no pass is claimed for the rest. */
#ifndef CHECK_SIGHT_H
#define CHECK_SIGHT_H

#include "check/rules/rule.h"

enum sight {
	SIGHT_WHOLE,  /* nothing is missing */
	SIGHT_BROKEN, /* enough to see a violation, not enough for a pass */
	SIGHT_PARTLY, /* what was seen counts; the absence of an event proves nothing */
	SIGHT_NONE,   /* nothing can be told: what was seen means something else in its place */
};

/* Events that did not come, or came without all that belongs into them. */
struct sight_loss {
	__u64 kind[SMMU_EVENT_KIND_COUNT];
	__u64 any;    /* of an unknown kind */
	__u64 unsure; /* of an unknown kind, lost or left out by a filter */
	/* Time in which hooks did not fire, of that of the run. */
	struct blind blind;
	__u64 duration_ns;
};

/*
 * At the end of the stream: adds the losses of `statistics`, its blind time, and the losses that
 * only show as `holes` in the numbers of events.
 */
void sight_lose(struct sight_loss *loss, const struct stream_info *info,
		const struct statistics *statistics, __u64 holes);
/*
 * unseen: events without the details that the rule needs, by rule_unseen(). Unless the result
 * is SIGHT_WHOLE, `reason` says what is missing.
 */
enum sight sight_of(const struct check_rule *rule, const struct stream_info *info,
		    const struct sight_loss *loss, __u64 unseen, char *reason, size_t size);
/* Was this hook attached in this run? */
bool sight_hook(const struct stream_info *info, const char *id);

#endif
