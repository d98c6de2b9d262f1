// SPDX-License-Identifier: GPL-2.0
/*
 * R16: a timeout is not the unmap's error, and memory is held until the fence is there.
 * iommu_unmap() returns the size that it was asked for; a fence that comes after its return is
 * too late. A device that is never fenced is a matter of R6.
 */
#include "check/rules/rule.h"

#include "base/text.h"

static void unmap(struct check *check, const struct smmu_event *event,
		  const struct smmu_unmap *unmap, struct flow *flow)
{
	if (unmap->returned != unmap->size)
		rule_broken(check, R16, SEEN, event, NULL, NULL,
			    "iommu_unmap() of %llu bytes returned %llu", unmap->size,
			    unmap->returned);
	else if (flow->unmap_timeouts && !flow->left_count && !flow->unconfirmed)
		rule_held(check, R16);
}

static void fence(struct check *check, const struct smmu_event *event,
		  const struct smmu_fence *fence, struct unit *unit, struct flow *flow)
{
	char time[TEXT_NUMBER_LEN];

	(void)flow;
	if (unit->unmapped_ns && event->ts_ns > unit->unmapped_ns)
		rule_broken(check, R16, SEEN, event, unit, &fence->stack,
			    "%s was fenced %s after iommu_unmap() had returned", unit->name,
			    text_duration(event->ts_ns - unit->unmapped_ns, time));
}

const struct check_rule r16_unmap_unharmed = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_UNMAP | 1U << SMMU_EVENT_FENCE |
		 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_UNFENCE,
	.hooks = {"list", "unmap"},
	.pass_kinds = 1U << SMMU_EVENT_INVALIDATION,
	.pass_hooks = {"invalidation_domain|invalidation_master"},
	.each_suspect = true,
	.unmap = unmap,
	.fence = fence,
};
