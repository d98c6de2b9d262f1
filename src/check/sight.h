/* SPDX-License-Identifier: GPL-2.0 */
/* How much a rule could see of what it needs: no pass is claimed for the rest. */
#ifndef CHECK_SIGHT_H
#define CHECK_SIGHT_H

#include "check/rules/rule.h"

enum sight {
	SIGHT_WHOLE,  /* nothing is missing */
	SIGHT_BROKEN, /* enough to see it broken, not enough for a pass */
	SIGHT_PARTLY, /* what was seen counts, and nothing that was not */
};

/* What did not come, or came without what is in it. */
struct sight_loss {
	__u64 kind[SMMU_EVENT_KIND_COUNT];
	__u64 any;    /* of kinds that nobody knows */
	__u64 unsure; /* likewise, or left out by a filter */
};

/* More of that kind. holes: in the numbers of the events. */
void sight_lose(struct sight_loss *loss, const struct stream_info *info,
		const struct statistics *statistics, __u64 holes);
/*
 * unseen: events that the rule itself could not make use of. Unless it is SIGHT_WHOLE,
 * `reason` says what is missing.
 */
enum sight sight_of(const struct check_rule *rule, const struct stream_info *info,
		    const struct sight_loss *loss, __u64 unseen, char *reason, size_t size);

#endif
