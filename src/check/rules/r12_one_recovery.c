// SPDX-License-Identifier: GPL-2.0
/*
 * R12: repeated timeouts of one device start one recovery. Exercised by one fence for timeouts
 * in several invalidations. Broken by ATS switched off twice without being on in between, by
 * a second fence before the end of the first, and by a failed invalidation that writes an STE of
 * a device that was fenced already; and by anybody who tells the SMMU the same STE of a fenced
 * device once more, outside a reset. Several StreamIDs of one function are fenced one after
 * the other: that is one recovery. A list that is issued twice in a row is one: an erratum of some
 * SMMUs asks for that.
 */
#include "check/rules/rule.h"

static void writes_ste(struct check *check, const struct list_view *view, __u32 sid)
{
	struct track *track = check_track(check);
	struct unit *unit = track_unit(track, view->submit->smmu, sid);

	/* The unit's other StreamIDs have STEs of their own. */
	if (!unit || !flow_suspect(view->flow, unit) || view->start_ns <= unit->fenced_ns ||
	    !(unit->fenced & unit_stream(track, unit, sid)) || !unit->fenced_by_failure)
		return;
	if (view->started)
		rule_broken(check, R12, NOT_SEEN, view->event, unit, NULL,
			    "%s is fenced, and its STE was written again by an invalidation that "
			    "failed",
			    unit->name);
	else
		rule_unseen(check, R12);
}

static void list(struct check *check, const struct list_view *view)
{
	if (!view->config || view->doubled || !check_track(check)->fenced)
		return;
	for (unsigned int i = 0; i < view->submit->captured; i++) {
		__u64 word = view->submit->command[i].word[0];

		if (SMMU_CMD_OPCODE(word) == SMMU_OP_CFGI_STE)
			writes_ste(check, view, SMMU_CMD_SID(word));
	}
}

static void fence(struct check *check, const struct smmu_event *event,
		  const struct smmu_fence *fence, struct unit *unit, struct flow *flow)
{
	(void)flow;
	if (unit->fenced & unit_stream(check_track(check), unit, fence->sid))
		rule_broken(check, R12, NOT_SEEN, event, unit, &fence->stack, "%s was fenced twice",
			    unit->name);
}

/* By a flow without a failure of its own, such as a work item: the others are seen by their list.
 */
static void ste(struct check *check, const struct smmu_event *event, const struct smmu_fence *fence,
		struct unit *unit, struct flow *flow)
{
	__u32 stream = unit_stream(check_track(check), unit, fence->sid);
	const __u64 *known = unit->ste[__builtin_ctz(stream)];

	if (!(unit->fenced & stream) || !unit->fenced_by_failure || unit->unconfirmed ||
	    unit->reset_depth || unit->reset_running || flow_suspect(flow, unit) ||
	    flow_same(&unit->fenced_by, &flow->id))
		return;
	if (fence->ste[0] == known[0] && fence->ste[1] == known[1])
		rule_broken(check, R12, NOT_SEEN, event, unit, NULL,
			    "%s is fenced, and the SMMU was told the same of it once more",
			    unit->name);
}

static void ats(struct check *check, const struct smmu_event *event, const struct smmu_ats *ats,
		struct unit *unit)
{
	if (!ats->enabled && unit->ats_off && (unit->fenced_ns || unit->blamed_ns))
		rule_broken(check, R12, NOT_SEEN, event, unit, NULL,
			    "ATS of %s was switched off twice", unit->name);
}

static void answered(struct check *check, const struct unit *unit)
{
	if (unit->last_fence_ns && unit->timed_out > 1)
		rule_held(check, R12);
}

static void unfence(struct check *check, const struct smmu_event *event, struct unit *unit)
{
	(void)event;
	answered(check, unit);
}

static void finish(struct check *check)
{
	struct track *track = check_track(check);

	for (size_t i = 0; i < track->unit_count; i++) {
		if (track->units[i]->fenced_ns)
			answered(check, track->units[i]);
	}
}

const struct check_rule r12_one_recovery = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_STE |
		 1U << SMMU_EVENT_UNFENCE | 1U << SMMU_EVENT_ATS,
	.hooks = {"list", "ats_disable", "ats_enable"},
	.each_suspect = true,
	.list = list,
	.fence = fence,
	.ste = ste,
	.ats = ats,
	.unfence = unfence,
	.close = finish,
};
