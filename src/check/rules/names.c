// SPDX-License-Identifier: GPL-2.0
#include "check/rules/names.h"

#include "check/rules/list.h"

#define RULE_ID(number, symbol, id, statement, source)	      [(number)-1] = (id),
#define RULE_STATEMENT(number, symbol, id, statement, source) [(number)-1] = (statement),

const char *check_rule_id(unsigned int rule)
{
	static const char *const ids[] = {CHECK_RULES(RULE_ID)};

	return ids[rule - 1];
}

const char *check_rule_statement(unsigned int rule)
{
	static const char *const statements[] = {CHECK_RULES(RULE_STATEMENT)};

	return statements[rule - 1];
}
