/* SPDX-License-Identifier: GPL-2.0 */
/* All rules, for the code that feeds them. */
#ifndef CHECK_RULES_TABLE_H
#define CHECK_RULES_TABLE_H

#include "check/rules/list.h"
#include "check/rules/rule.h"

/* Rule N at N - 1. */
extern const struct check_rule *const check_rules[CHECK_RULE_COUNT];

/* Calls the function `act` of each rule that has one, in the order of the rules. */
#define rules_see(act, ...)                                                                        \
	do {                                                                                       \
		for_each_rule(number_) {                                                           \
			const struct check_rule *rule_ = check_rules[number_ - 1];                 \
                                                                                                   \
			if (rule_->act)                                                            \
				rule_->act(__VA_ARGS__);                                           \
		}                                                                                  \
	} while (0)

#endif
