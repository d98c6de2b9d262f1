/* SPDX-License-Identifier: GPL-2.0 */
/* One event after the other: shown to the rules, then made part of what is known. */
#ifndef CHECK_FOLLOW_H
#define CHECK_FOLLOW_H

#include "check/rules/rule.h"

/* What expectations count. */
struct tally {
	__u64 timeouts; /* injected, retries of the same not counted */
	__u64 fences;	/* of PCI functions */
	__u64 atc_lists;
};

struct tally *check_tally(struct check *check);

/* event: of a struct event_record. In order of time. */
void follow(struct check *check, const struct smmu_event *event);
void follow_close(struct check *check);

#endif
