# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A rule: no list has more than 64 commands. `next` is its number.
next=$(($(grep -c '^	X(' src/check/rules/list.h) + 1))
swap src/check/rules/list.h '^(	  ".*"\))$' "\\1 \\\\\n	X($next, r${next}_dummy, \"dummy\", \"no list has more than 64 commands\", \"nobody\")"
cat >"src/check/rules/r${next}_dummy.c" <<END
// SPDX-License-Identifier: GPL-2.0
/*
 * R$next: no list has more than 64 commands, which is what the driver issues in one go.
 */
#include "check/rules/rule.h"

static void list(struct check *check, const struct list_view *list)
{
	if (list->submit->commands <= SMMU_LIST_MAX)
		rule_held(check, R$next);
	else
		rule_broken(check, R$next, SEEN, list->event, NULL, NULL, "a list of %u commands",
			    list->submit->commands);
}

const struct check_rule r${next}_dummy = {
	.kinds = 1U << SMMU_EVENT_SUBMIT,
	.hooks = {"list"},
	.list = list,
};
END
# What the generators and `tools/test unit` then ask for.
tools/docs/rules >docs/RULES.md.new && mv docs/RULES.md.new docs/RULES.md
grep -lE "R1 to R$((next - 1))\\b" README.md | xargs sed -Ei "s/R1 to R$((next - 1))\\b/R1 to R$next/g"
