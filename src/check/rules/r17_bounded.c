// SPDX-License-Identifier: GPL-2.0
/*
 * R17: from failure to fence, and with interrupts off, no longer than the budgets, and the
 * command queue keeps moving for others. The fence is measured from the return of the failed
 * list; waits are the durations of lists, of the flow that recovers and of others while it
 * does. A list that waits for an injected stall or GERROR which only the poll's own limit ends
 * is not measured.
 */
#include "check/rules/rule.h"

#include "base/text.h"

static void fence(struct check *check, const struct smmu_event *event,
		  const struct smmu_fence *fence, struct unit *unit, struct flow *flow)
{
	const struct suspect *suspect = flow_suspect(flow, unit);
	char time[TEXT_NUMBER_LEN];
	__u64 latency;

	if (!suspect || suspect->software || fence->sid != unit->sid)
		return;
	latency = event->ts_ns - suspect->since_ns;
	rule_measure(check, R17, "longest time to a fence", latency);
	if (latency <= check_options_of(check)->budget_fence_ns)
		rule_held(check, R17);
	else
		rule_broken(check, R17, SEEN, event, unit, &fence->stack,
			    "%s was fenced %s after the failure", unit->name,
			    text_duration(latency, time));
}

static bool recovering(const struct list_view *view)
{
	const struct queue *queue = view->queue;

	if (!view->started)
		return view->flow->failed || queue->last_recovery_start_ns;
	return view->flow->failed || (queue->last_recovery_start_ns < view->end_ns &&
				      queue->last_recovery_end_ns > view->start_ns);
}

static void list(struct check *check, const struct list_view *view)
{
	__u64 wait = view->submit->duration_ns;
	char time[TEXT_NUMBER_LEN];

	if (view->held || view->software || !recovering(view))
		return;
	if (!view->started) {
		rule_unseen(check, R17);
		return;
	}
	if (view->queue->last_stall_ns &&
	    view->start_ns < view->queue->last_stall_ns + SMMU_TROUBLE_NS)
		return;
	rule_measure(check, R17, "longest list meanwhile", wait);
	if (wait > check_options_of(check)->budget_wait_ns)
		rule_broken(check, R17, NOT_SEEN, view->event, NULL, NULL,
			    "a list took %s with interrupts off while a device was recovered",
			    text_duration(wait, time));
}

const struct check_rule r17_bounded = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_FENCE,
	.hooks = {"list"},
	.each_suspect = true,
	.fence = fence,
	.list = list,
};
