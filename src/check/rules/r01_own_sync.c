// SPDX-License-Identifier: GPL-2.0
/*
 * R1: every list with ATC_INV carries its own CMD_SYNC, also when one invalidation takes
 * several lists. Each list is judged by itself.
 */
#include "check/rules/rule.h"

static void list(struct check *check, const struct list_view *view)
{
	if (!view->atc)
		return;
	if (view->sync)
		rule_held(check, R1);
	else
		rule_broken(check, R1, SEEN, view->event, NULL, NULL,
			    "a list of %u ATC_INV was issued without a CMD_SYNC",
			    view->submit->commands);
}

const struct check_rule r01_own_sync = {
	.kinds = 1U << SMMU_EVENT_SUBMIT,
	.hooks = {"list"},
	.list = list,
};
