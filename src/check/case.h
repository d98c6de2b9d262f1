/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of one verdict: what is known about the run so far, and what the rules have found.
 * Shared by the rules and the code that feeds them, and by nothing else.
 */
#ifndef CHECK_CASE_H
#define CHECK_CASE_H

#include "check/findings.h"
#include "check/profile.h"
#include "check/track.h"

/* Counts for the expectations of a scenario. */
struct tally {
	__u64 timeouts; /* injected; repeats of one are not counted */
	__u64 fences;	/* of PCI functions */
	__u64 atc_lists;
};

struct check;

/* Both are borrowed until check_free(). NULL: no memory. */
struct check *check_new(const struct check_options *options, const struct stream_info *info);
void check_free(struct check *check);

struct track *check_track(struct check *check);
const struct check_options *check_options_of(const struct check *check);
struct tally *check_tally(struct check *check);
struct findings *check_findings(struct check *check);
struct profile *check_profile_of(struct check *check);

/* Called by rules, with their number. */

/* It was exercised and held. */
void rule_held(struct check *check, unsigned int rule);
/* Something that may have broken it could not be seen: counts like a lost event. */
void rule_unseen(struct check *check, unsigned int rule);
/* Keeps the longest time, for the report. what: static, "longest wait of the issuer". */
void rule_measure(struct check *check, unsigned int rule, const char *what, __u64 ns);
/* A remark on the result; the last one stays. note: static. */
void rule_note(struct check *check, unsigned int rule, const char *note);

/* Does the violation rest on an event, or on the absence of one that may have been lost? */
enum rule_basis { SEEN, NOT_SEEN };

/*
 * It is broken, by this event, unless the profile tolerates that. The earlier facts about its flow
 * and about the unit become the evidence. unit, stack: may be NULL.
 */
void rule_broken(struct check *check, unsigned int rule, enum rule_basis basis,
		 const struct smmu_event *event, const struct unit *unit,
		 const struct smmu_stack *stack, const char *format, ...)
	__attribute__((format(printf, 7, 8)));

#endif
