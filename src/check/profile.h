/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Profiles: what counts as a violation, and what is tolerated and only warned of. A table says it
 * (profile.c); the rules do not know of it. Each tolerated violation is counted and reported.
 */
#ifndef CHECK_PROFILE_H
#define CHECK_PROFILE_H

#include "check/findings.h"

/* What becomes of a violation. */
enum profile_weight {
	PROFILE_BROKEN,	   /* it counts */
	PROFILE_TOLERATED, /* it is warned of */
	PROFILE_OPEN,	   /* what comes after it decides: profile_open() takes it */
};

/* A device that came back in an attach, until it is fenced again and the attach is over. */
struct profile_open {
	const struct unit *unit; /* NULL: unused */
	unsigned int rule;
	bool seen; /* as rule_broken() was told */
	__u32 tid; /* of the attach */
	bool fenced, attached;
	struct violation violation;
};

#define PROFILE_OPEN_MAX 16

/* Of a device and a rule, violations that were tolerated since its last fence. */
struct profile_few {
	const struct unit *unit;
	unsigned int rule;
	__u64 fence_ns;
	unsigned int count;
};

struct profile {
	enum check_profile chosen;
	struct profile_open open[PROFILE_OPEN_MAX];
	struct profile_few *few;
	size_t few_count;
};

/* "strict", "first" */
const char *profile_name(enum check_profile profile);
/* Why the rule's violations may be tolerated; NULL: they are not. */
const char *profile_why(enum check_profile profile, unsigned int rule);
/* unit: may be NULL. The violation is that of rule_broken(), before it counts. */
enum profile_weight profile_weigh(struct profile *profile, struct track *track, unsigned int rule,
				  const struct smmu_event *event, const struct unit *unit);
/* Keeps a violation that is open, to be filled in. NULL: no room, so it counts. */
struct violation *profile_open(struct profile *profile, unsigned int rule, bool seen,
			       const struct smmu_event *event, const struct unit *unit);
/* After each event. */
void profile_follow(struct profile *profile, struct track *track, struct findings *findings,
		    const struct smmu_event *event);
/* The end of the stream: what is open counts. */
void profile_settle(struct profile *profile, struct findings *findings);
void profile_free(struct profile *profile);

/* Counts a violation that is tolerated; the first one's message is kept. */
void profile_warn(struct finding *finding, const struct violation *violation);

#endif
