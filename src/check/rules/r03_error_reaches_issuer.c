// SPDX-License-Identifier: GPL-2.0
/*
 * R3: an ATC timeout that hardware (or an injection) reports at a CMD_SYNC is an error
 * for the list with that CMD_SYNC, and for the invalidation that the list belongs to.
 *
 * The issuer itself reports an injection, so its list is the flow's next one. A CMDQ_ERR
 * without an injection is about the list whose CMD_SYNC is at its index, which may have run out of
 * the poll's time and returned before. Broken if that list returned success. If it may be one
 * of several, and some failed and some did not, it is not seen. The return value of the
 * invalidation is seen where its function can be hooked; if not, only the list is looked at,
 * and the result says so.
 */
#include "check/rules/rule.h"

/* Longer than any list takes: all that were under way have returned by then. */
#define SETTLE_NS 3000000000ULL

static void settle(struct check *check, struct open_error *error)
{
	struct smmu_event event = {.ts_ns = error->ts_ns, .cpu = CPU_ANY};

	error->used = false;
	if (!error->atc)
		return;
	if (error->succeeded && error->failed)
		rule_unseen(check, R3);
	else if (error->succeeded)
		rule_broken(check, R3, NOT_SEEN, &event, NULL, NULL,
			    "CERROR_ATC_INV_SYNC at index %u, and the list with that CMD_SYNC "
			    "returned success",
			    error->index);
	else if (error->failed)
		rule_held(check, R3);
	/* Neither: its list was not seen. */
}

static void look_at_errors(struct check *check, const struct list_view *view)
{
	for (unsigned int i = 0; i < ERRORS_MAX; i++) {
		struct open_error *error = &view->queue->errors[i];

		if (!error->used)
			continue;
		if (view->end_ns > error->ts_ns + SETTLE_NS)
			settle(check, error);
		else if (!view->started && view->atc && view->sync && view->end_ns >= error->ts_ns)
			rule_unseen(check, R3); /* it may have begun before the error */
	}
}

static void list(struct check *check, const struct list_view *view)
{
	look_at_errors(check, view);
	if (!view->hardware || view->error || !view->sync)
		return;
	if (view->submit->result < 0)
		rule_held(check, R3);
	else
		rule_broken(check, R3, SEEN, view->event, NULL, NULL,
			    "an ATC timeout was reported for this list of %u commands, and it "
			    "returned success",
			    view->submit->commands);
}

static void end(struct check *check, const struct end_view *view)
{
	if (!view->flow->timed_out)
		return;
	if (!view->returned || view->returned->is_void) {
		rule_note(check, R3,
			  "not every invalidation's own return value could be seen: of those only "
			  "the list counts");
		return;
	}
	if (view->returned->result < 0)
		rule_held(check, R3);
	else
		rule_broken(
			check, R3, SEEN, view->event, NULL, NULL,
			"the invalidation returned success although one of its lists timed out");
}

static void finish(struct check *check)
{
	struct track *track = check_track(check);

	for (size_t i = 0; i < track->queue_count; i++) {
		for (unsigned int e = 0; e < ERRORS_MAX; e++) {
			if (track->queues[i].errors[e].used)
				settle(check, &track->queues[i].errors[e]);
		}
	}
}

const struct check_rule r03_error_reaches_issuer = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_CMDQ_ERROR,
	.hooks = {"list", "gerror"},
	.pass_kinds = 1U << SMMU_EVENT_INVALIDATION,
	.pass_hooks = {"queue_error"},
	.list = list,
	.end = end,
	.close = finish,
};
