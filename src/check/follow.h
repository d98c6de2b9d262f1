/* SPDX-License-Identifier: GPL-2.0 */
/* Takes one event after the other: shows it to the rules, then notes it in the track. */
#ifndef CHECK_FOLLOW_H
#define CHECK_FOLLOW_H

#include "check/case.h"

/* event: of a struct event_record. In order of time. */
void follow(struct check *check, const struct smmu_event *event);
/* The end of the stream, once: ends the invalidations that are still open. */
void follow_close(struct check *check);

#endif
