// SPDX-License-Identifier: GPL-2.0
/*
 * R17: from failure to fence, and with interrupts off, no longer than the budgets, and the
 * command queue keeps moving for others. The fence is measured from the return of the failed
 * list; waits are the durations of lists, of the flow that recovers and of others while it
 * does. Time for which the SMMU waited for a device is not the driver's and is taken off: of a
 * list that ran out of the poll's time all, of another one until an error was found. A wait that
 * ended in an answer shows nowhere, and counts. Without the errors, what is over a budget is not
 * observable. Whatever the SMMU does, the lists of one invalidation from the first that
 * failed on take no longer than the driver's limit for one, 1 s, and the budget of a wait. A
 * list that waits for an injected stall or GERROR which only the poll's own limit ends is not
 * measured. The list that fails is one of them, from the time at which its error was found.
 *
 * Between its lists, too, a recovery keeps interrupts off no longer than the budget of a wait:
 * when neither a list, nor an interrupt, nor another task was on its CPU for longer, and then an
 * interrupt came. What ends with the invalidation and not with an interrupt is not seen.
 */
#include "check/rules/rule.h"

#include "check/order.h"
#include "check/sight.h"
#include "event/record.h"
#include "base/text.h"

/* ARM_SMMU_POLL_TIMEOUT_US */
#define POLL_LIMIT_NS 1000000000ULL

/* Are errors seen? If not, nobody knows for how long the SMMU waited. */
static bool waits_seen(struct check *check)
{
	const struct stream_info *info = check_track(check)->info;

	return info->kinds & 1U << SMMU_EVENT_CMDQ_ERROR && sight_hook(info, "gerror");
}

/* How much of this time the flow's last failed queue stood still. */
static __u64 stood(struct check *check, const struct flow *flow, __u64 from_ns, __u64 to_ns)
{
	struct track *track = check_track(check);

	for (size_t i = 0; i < track->queue_count; i++) {
		if (track->queues[i].queue == flow->queue)
			return stood_between(&track->queues[i].stood, from_ns, to_ns);
	}
	return 0;
}

static void late_fence(struct check *check, const struct smmu_event *event,
		       const struct smmu_fence *fence, const struct unit *unit, __u64 latency,
		       __u64 waited)
{
	char time[TEXT_NUMBER_LEN], wait[TEXT_NUMBER_LEN];

	if (waited)
		rule_broken(check, R17, SEEN, event, unit, &fence->stack,
			    "%s was fenced %s after the failure, the SMMU waited for %s of them",
			    unit->name, text_duration(latency, time), text_duration(waited, wait));
	else
		rule_broken(check, R17, SEEN, event, unit, &fence->stack,
			    "%s was fenced %s after the failure", unit->name,
			    text_duration(latency, time));
}

static void fence(struct check *check, const struct smmu_event *event,
		  const struct smmu_fence *fence, struct unit *unit, struct flow *flow)
{
	const struct suspect *suspect = flow_suspect(flow, unit);
	__u64 latency, waited;

	if (!suspect || (suspect->software && suspect->injected) || fence->sid != unit->sid)
		return;
	latency = event->ts_ns - suspect->since_ns;
	waited = stood(check, flow, suspect->since_ns, event->ts_ns);
	rule_measure(check, R17, "longest time to a fence", latency - waited);
	if (latency - waited <= check_options_of(check)->budget_fence_ns)
		rule_held(check, R17);
	else if (suspect->injected || waits_seen(check))
		late_fence(check, event, fence, unit, latency, waited);
	else
		rule_unseen(check, R17);
}

static bool recovering(const struct list_view *view)
{
	const struct queue *queue = view->queue;

	if (!view->started)
		return view->flow->failed || queue->last_recovery_start_ns;
	return view->flow->failed || (queue->last_recovery_start_ns < view->end_ns &&
				      queue->last_recovery_end_ns > view->start_ns);
}

/* The first failure of its invalidation. */
static bool failed_itself(const struct list_view *view)
{
	return view->started && view->atc && view->submit->result < 0;
}

/* The lists of one invalidation together, with all that the SMMU waited. */
static void whole(struct check *check, const struct list_view *view)
{
	const __u64 limit = POLL_LIMIT_NS + check_options_of(check)->budget_wait_ns;
	struct flow *flow = view->flow;
	char time[TEXT_NUMBER_LEN];
	bool over = flow->lists_ns > limit;

	if (!view->started || view->other || (!flow->failed && view->submit->result >= 0))
		return;
	if (!flow_trouble(flow))
		flow->lists_ns = 0;
	flow->lists_ns += view->submit->duration_ns;
	if (over || flow->lists_ns <= limit)
		return;
	rule_broken(check, R17, SEEN, view->event, NULL, NULL,
		    "the lists of one invalidation took %s with interrupts off, the driver's limit "
		    "for one is 1 s",
		    text_duration(flow->lists_ns, time));
}

/*
 * An injected GERROR that nobody acknowledges is dropped after ten poll limits, by the next
 * issuer whose own limit is over.
 */
#define STALL_NS (11 * POLL_LIMIT_NS)

static bool behind_stall(const struct list_view *view)
{
	return view->queue->last_stall_ns && view->start_ns < view->queue->last_stall_ns + STALL_NS;
}

static void list(struct check *check, const struct list_view *view)
{
	__u64 wait = view->submit->duration_ns;
	char time[TEXT_NUMBER_LEN];

	if (view->held || view->software || behind_stall(view))
		return;
	whole(check, view);
	if (!recovering(view) && !failed_itself(view))
		return;
	if (!view->started) {
		rule_unseen(check, R17);
		return;
	}
	wait -= stood_between(&view->queue->stood, view->start_ns, view->end_ns);
	if (recovering(view) || wait > check_options_of(check)->budget_wait_ns)
		rule_measure(check, R17, "longest list meanwhile", wait);
	if (wait <= check_options_of(check)->budget_wait_ns)
		return;
	if (view->hardware || waits_seen(check))
		rule_broken(check, R17, NOT_SEEN, view->event, NULL, NULL,
			    "a list took %s with interrupts off %s", text_duration(wait, time),
			    recovering(view) ? "while a device was recovered"
					     : "after its CMD_SYNC had failed");
	else
		rule_unseen(check, R17);
}

/* Is it in the middle of an invalidation that failed, what this interrupt came into? */
static bool interrupts_recovery(struct check *check, const struct smmu_event *event)
{
	struct smmu_event into = *event;

	for (into.context = SMMU_CONTEXT_TASK; into.context <= SMMU_CONTEXT_SOFTIRQ;
	     into.context++) {
		const struct flow_id id = flow_id(&into);
		const struct flow *flow = track_known_flow(check_track(check), &id);

		if (flow && flow_trouble(flow))
			return true;
	}
	return false;
}

/*
 * For how long was a list on the CPU, of whomever? The interrupt that had to wait for it comes when
 * it lets interrupts in again, and so before it returns: it is the next event of the CPU.
 */
static __u64 in_list(const struct track *track, const struct smmu_event *event)
{
	const struct smmu_event *next = track->ahead ? order_next(track->ahead, event) : NULL;
	const struct smmu_submit *submit;
	__u64 start;

	if (!next || next->kind != SMMU_EVENT_SUBMIT || next->flags & SMMU_EVENT_NO_START)
		return 0;
	submit = event_payload(next);
	start = next->ts_ns - submit->duration_ns;
	return start < event->ts_ns ? event->ts_ns - start : 0;
}

static void forbidden(struct check *check, const struct smmu_event *event,
		      const struct smmu_forbidden *forbidden)
{
	char time[TEXT_NUMBER_LEN];
	__u64 list, off;

	if (forbidden->act != SMMU_FORBIDDEN_INTERRUPTS_OFF || !interrupts_recovery(check, event))
		return;
	list = in_list(check_track(check), event);
	off = list < forbidden->since_ns ? forbidden->since_ns - list : 0;
	rule_measure(check, R17, "longest time with interrupts off", off);
	if (off > check_options_of(check)->budget_wait_ns)
		rule_broken(check, R17, SEEN, event, NULL, &forbidden->stack,
			    "interrupts were off for %s while a device was recovered",
			    text_duration(off, time));
}

static void end(struct check *check, const struct end_view *view)
{
	(void)check;
	view->flow->lists_ns = 0;
}

const struct check_rule r17_bounded = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_FENCE |
		 1U << SMMU_EVENT_STE,
	.hooks = {"list"},
	.pass_kinds = 1U << SMMU_EVENT_FORBIDDEN,
	.pass_hooks = {"irq_exit"},
	.each_suspect = true,
	.fence = fence,
	.list = list,
	.forbidden = forbidden,
	.end = end,
};
