/* SPDX-License-Identifier: GPL-2.0 */
/* The part of follow.h about lists, and about the invalidations that they make up; see track.h. */
#ifndef CHECK_FOLLOW_LIST_H
#define CHECK_FOLLOW_LIST_H

#include "check/case.h"

void follow_list(struct check *check, const struct smmu_event *event,
		 const struct smmu_submit *submit);
/* The flow does something that no invalidation does: its last one is over. */
void follow_other_work(struct check *check, const struct smmu_event *event);
void follow_invalidation(struct check *check, const struct smmu_event *event,
			 const struct smmu_invalidation *returned);
/* The stream ends: so does the flow's invalidation, which has trouble in it. */
void follow_close_flow(struct check *check, struct flow *flow);

#endif
