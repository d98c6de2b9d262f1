// SPDX-License-Identifier: GPL-2.0
/* Made from list.h. A row whose rule is not implemented does not link. */
#include "check/rules/table.h"

#define RULE_ROW(number, symbol, ...) [(number)-1] = &(symbol),
#define RULE_BIT(number, ...)	      | CHECK_RULE(number)

_Static_assert(CHECK_RULE_COUNT < 32, "a rule is a bit of a mask of 32");
_Static_assert((0 CHECK_RULES(RULE_BIT)) == CHECK_ALL, "rules are numbered from 1, without a gap");

const struct check_rule *const check_rules[CHECK_RULE_COUNT] = {CHECK_RULES(RULE_ROW)};
