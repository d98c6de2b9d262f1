// SPDX-License-Identifier: GPL-2.0
/*
 * R11: no ATC_INV for a fenced StreamID, in any domain and with any SSID (Jason). A flow
 * that was on its way when the fence came may still send what it had put together: only
 * what it sends after a list of other commands that it began after the fence counts. Put
 * to the test by flows that had the device in a list before and invalidate on.
 */
#include "rule_check.h"

static void invalidates(struct check *check, const struct list_view *view, struct unit *unit)
{
	for (unsigned int i = 0; i < unit->user_count; i++) {
		if (flow_same(&unit->users[i], &view->flow->id)) {
			rule_held(check, 11);
			return;
		}
	}
}

static void sends(struct check *check, const struct list_view *view, struct unit *unit)
{
	struct track *track = check_track(check);

	for (unsigned int i = 0; i < view->submit->captured; i++) {
		__u64 word = view->submit->command[i].word[0];

		if (SMMU_CMD_OPCODE(word) != SMMU_OP_ATC_INV ||
		    track_unit(track, view->submit->smmu, SMMU_CMD_SID(word)) != unit)
			continue;
		rule_broken(check, 11, NOT_SEEN, view->event, unit, NULL,
			    "ATC_INV for %s, which is fenced", unit->name);
		return;
	}
}

static void list(struct check *check, const struct list_view *view)
{
	struct track *track = check_track(check);

	if (!track->fenced || !view->started)
		return;
	for (size_t i = 0; i < track->unit_count; i++) {
		struct unit *unit = track->units[i];

		/* After a reset that worked others may send before the SMMU has its EATS.
		   If that comes back inside the reset, R13 waits for its result. */
		if (!unit->fenced_ns || unit->reset_worked || unit->reset_told ||
		    unit->smmu != view->submit->smmu || view->start_ns <= unit->fenced_ns)
			continue;
		if (view->other)
			invalidates(check, view, unit);
		else if (view->atc && view->flow->other_start_ns > unit->fenced_ns)
			sends(check, view, unit);
	}
}

const struct check_rule r11_stop_sending = {
	.number = 11,
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_UNFENCE,
	.hooks = {"list"},
	.list = list,
};
