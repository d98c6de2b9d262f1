// SPDX-License-Identifier: GPL-2.0
/*
 * R11: no ATC_INV for a fenced StreamID, in any domain and with any SSID. A flow that was
 * under way when the fence came may still send the list that it had put together, and other
 * flows learn of the fence when it is complete. An ATC_INV counts only if its flow, before it,
 * has begun a list of other commands after the end of the invalidation that fenced. Exercised by
 * flows that had the device in a failed invalidation before and go on to invalidate. A device that
 * only a reset keeps from ATS, and that has not failed, is none of this.
 */
#include "check/rules/rule.h"

/* The flow goes on to another invalidation: did the unit fail in an earlier one? */
static void invalidates(struct check *check, const struct list_view *view, struct unit *unit)
{
	for (unsigned int i = 0; i < unit->user_count; i++) {
		if (flow_same(&unit->users[i], &view->flow->id)) {
			rule_held(check, R11);
			return;
		}
	}
}

static bool is_for(struct track *track, const struct list_view *view, const struct unit *unit)
{
	for (unsigned int i = 0; i < view->submit->captured; i++) {
		__u64 word = view->submit->command[i].word[0];

		if (SMMU_CMD_OPCODE(word) == SMMU_OP_ATC_INV &&
		    track_unit(track, view->submit->smmu, SMMU_CMD_SID(word)) == unit)
			return true;
	}
	return false;
}

/* The list's start was not seen: it may have begun before the fence was complete. */
static void may_send(struct check *check, const struct list_view *view, const struct unit *unit)
{
	if (view->other || (view->atc && is_for(check_track(check), view, unit)))
		rule_unseen(check, R11);
}

static void list(struct check *check, const struct list_view *view)
{
	struct track *track = check_track(check);

	if (!track->fenced)
		return;
	for (size_t i = 0; i < track->unit_count; i++) {
		struct unit *unit = track->units[i];

		/*
		 * After a successful reset other flows may send before EATS is back in the
		 * SMMU. If EATS comes back inside the reset, R13 waits for its result.
		 */
		if (!unit->fenced_ns || !unit->fenced_failed || !unit->quiet_ns ||
		    unit->reset_worked || unit->reset_told || unit->smmu != view->submit->smmu ||
		    view->start_ns < unit->quiet_ns)
			continue;
		if (!view->started)
			may_send(check, view, unit);
		else if (view->other)
			invalidates(check, view, unit);
		else if (view->atc && view->flow->other_start_ns >= unit->quiet_ns &&
			 is_for(track, view, unit))
			rule_broken(check, R11, NOT_SEEN, view->event, unit, NULL,
				    "ATC_INV for %s, which is fenced", unit->name);
	}
}

const struct check_rule r11_stop_sending = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_STE |
		 1U << SMMU_EVENT_UNFENCE,
	.hooks = {"list"},
	.list = list,
};
