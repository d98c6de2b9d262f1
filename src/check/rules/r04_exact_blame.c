// SPDX-License-Identifier: GPL-2.0
/*
 * R4: a timeout is attributed by queue and index of its CMD_SYNC, never by the command
 * before that; no error is attributed to a list without ATC_INV.
 *
 * Broken by a hardware error (any but -ETIMEDOUT) of a list without ATC_INV; by one of a
 * list for whose CMD_SYNC no error was reported, by its index (where an error that an issuer finds
 * itself cannot be seen, that is not judged); and, if an injection names the culprit, by an
 * invalidation after which another device is fenced and the culprit is not. A foreign injection
 * (by something other than this tool) at the CMD_SYNC of a list without ATC_INV is no ATC
 * timeout: its consequences break nothing.
 */
#include "check/rules/rule.h"
#include "check/sight.h"

#include <errno.h>

static void list(struct check *check, const struct list_view *view)
{
	int result = view->submit->result;

	if (result >= 0 || result == -ETIMEDOUT || view->foreign)
		return;
	if (!view->atc)
		rule_broken(check, R4, SEEN, view->event, NULL, NULL,
			    "a list without ATC_INV got the error %d", result);
	else if (view->hardware)
		rule_held(check, R4);
	else if (view->started && sight_hook(check_track(check)->info, "queue_error"))
		rule_broken(check, R4, NOT_SEEN, view->event, NULL, NULL,
			    "this list got the error %d, and none was reported for its CMD_SYNC",
			    result);
	else
		rule_unseen(check, R4);
}

static void end(struct check *check, const struct end_view *view)
{
	const struct suspect *wrong = NULL, *missed = NULL;

	for (unsigned int i = 0; i < view->flow->suspect_count; i++) {
		const struct suspect *suspect = &view->flow->suspects[i];

		if (suspect->software)
			return; /* the poll does not tell which device it is */
		if (suspect->injected && !suspect->unit->fenced_ns &&
		    suspect->unit->last_fence_ns < suspect->since_ns && !suspect->answered)
			missed = suspect;
		if (!suspect->injected && suspect->fenced_here)
			wrong = suspect;
	}
	if (wrong && missed)
		rule_broken(check, R4, SEEN, view->event, wrong->unit, NULL,
			    "%s timed out and %s was fenced for it", missed->unit->name,
			    wrong->unit->name);
}

const struct check_rule r04_exact_blame = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_CMDQ_ERROR |
		 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_STE,
	.hooks = {"list", "gerror"},
	.each_suspect = true,
	.list = list,
	.end = end,
};
