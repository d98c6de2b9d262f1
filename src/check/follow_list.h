/* SPDX-License-Identifier: GPL-2.0 */
/* Lists, and the invalidations that they make up; see track.h. */
#ifndef CHECK_FOLLOW_LIST_H
#define CHECK_FOLLOW_LIST_H

#include "check/rules/rule.h"

void follow_list(struct check *check, const struct smmu_event *event,
		 const struct smmu_submit *submit);
/* Something that nobody does in an invalidation, which so is over. */
void follow_other_work(struct check *check, const struct smmu_event *event);
void follow_invalidation(struct check *check, const struct smmu_event *event,
			 const struct smmu_invalidation *returned);

#endif
