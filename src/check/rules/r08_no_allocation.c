// SPDX-License-Identifier: GPL-2.0
/*
 * R8: no allocation and no sleeping lock from the failed CMD_SYNC to the fence, since that
 * path runs in interrupts and in reclaim. The kernel side reports what a flow does in that
 * time; a primitive without a hook (a spin lock that sleeps on PREEMPT_RT) is not seen. Once each
 * device of the invalidation has answered or is fenced, confirmed, the time is over.
 */
#include "check/rules/rule.h"

#include "event/decode.h"
#include "base/text.h"

/* Is there nothing left to be done for any of its devices? */
static bool is_over(struct check *check, const struct smmu_event *event,
		    const struct smmu_forbidden *forbidden)
{
	const struct flow_id id = flow_id(event);
	const struct flow *flow = track_known_flow(check_track(check), &id);

	if (!flow || flow->crowded)
		return false;
	/* A reset ends it before it returns, if the issuer itself does one. */
	if (!flow->suspect_count)
		return event->ts_ns - forbidden->since_ns <= flow->settled_ns;
	for (unsigned int i = 0; i < flow->suspect_count; i++) {
		if (!suspect_settled(&flow->suspects[i]))
			return false;
	}
	return true;
}

static void forbidden(struct check *check, const struct smmu_event *event,
		      const struct smmu_forbidden *forbidden)
{
	char time[TEXT_NUMBER_LEN];

	if (forbidden->where != SMMU_FORBIDDEN_RECOVERY || forbidden->act >= SMMU_FORBIDDEN_WORK ||
	    is_over(check, event, forbidden))
		return;
	text_duration(forbidden->since_ns, time);
	if (forbidden->bytes)
		rule_broken(check, R8, SEEN, event, NULL, &forbidden->stack,
			    "%s of %llu bytes, %s after the failed list, before the fence",
			    decode_forbidden(forbidden->act), forbidden->bytes, time);
	else
		rule_broken(check, R8, SEEN, event, NULL, &forbidden->stack,
			    "%s, %s after the failed list, before the fence",
			    decode_forbidden(forbidden->act), time);
}

static void end(struct check *check, const struct end_view *view)
{
	if (view->flow->failed)
		rule_held(check, R8);
}

const struct check_rule r08_no_allocation = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_FORBIDDEN,
	.hooks = {"list", "kmalloc", "kmem_cache_alloc", "mm_page_alloc", "mutex_lock",
		  "mutex_lock_interruptible", "mutex_lock_killable", "down_read", "down_write",
		  "down", "schedule"},
	.forbidden = forbidden,
	.end = end,
};
