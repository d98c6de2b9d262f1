// SPDX-License-Identifier: GPL-2.0
/*
 * R12: repeated timeouts of one device start one recovery (Robin). Put to the test by a
 * fence that answers timeouts of more than one invalidation. Broken by ATS switched off
 * twice without being on in between, by a second fence before the end of the first, and by
 * an invalidation that writes the STE of a device that it found fenced.
 */
#include "rule_check.h"

static void list(struct check *check, const struct list_view *view)
{
	struct track *track = check_track(check);

	if (!view->config || !track->fenced)
		return;
	for (unsigned int i = 0; i < view->submit->captured; i++) {
		__u64 word = view->submit->command[i].word[0];
		const struct suspect *suspect;
		struct unit *unit;

		if (SMMU_CMD_OPCODE(word) != SMMU_OP_CFGI_STE)
			continue;
		unit = track_unit(track, view->submit->smmu, SMMU_CMD_SID(word));
		suspect = unit ? flow_suspect(view->flow, unit) : NULL;
		if (!suspect || !unit->fenced_ns || !unit->fenced_by_failure ||
		    view->start_ns <= unit->fenced_ns)
			continue;
		if (!view->started)
			rule_unseen(check, 12);
		else
			rule_broken(
				check, 12, NOT_SEEN, view->event, unit, NULL,
				"%s is fenced, and its STE was written again by an invalidation "
				"that failed",
				unit->name);
	}
}

static void fence(struct check *check, const struct smmu_event *event,
		  const struct smmu_fence *fence, struct unit *unit, struct flow *flow)
{
	(void)flow;
	/* A function has a fence for each of its StreamIDs. */
	if (unit->fenced_ns && fence->sid == unit->sid)
		rule_broken(check, 12, NOT_SEEN, event, unit, &fence->stack, "%s was fenced twice",
			    unit->name);
}

static void ats(struct check *check, const struct smmu_event *event, const struct smmu_ats *ats,
		struct unit *unit)
{
	if (!ats->enabled && unit->ats_off && (unit->fenced_ns || unit->blamed_ns))
		rule_broken(check, 12, NOT_SEEN, event, unit, NULL,
			    "ATS of %s was switched off twice", unit->name);
}

static void answered(struct check *check, const struct unit *unit)
{
	if (unit->last_fence_ns && unit->timed_out > 1)
		rule_held(check, 12);
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
	.number = 12,
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_UNFENCE |
		 1U << SMMU_EVENT_ATS,
	.hooks = {"list", "ats_disable", "ats_enable"},
	.list = list,
	.fence = fence,
	.ats = ats,
	.unfence = unfence,
	.close = finish,
};
