// SPDX-License-Identifier: GPL-2.0
#include "check/report/verdict.h"

bool verdict_undecided(const struct verdict *verdict)
{
	return verdict->findings->verdict == CHECK_NOT_EXERCISED ||
	       verdict->findings->verdict == CHECK_NOT_OBSERVABLE;
}

enum verdict_outcome verdict_met_outcome(const struct met *met)
{
	return met->result == CHECK_PASS   ? OUTCOME_OK
	       : met->result == CHECK_FAIL ? OUTCOME_NOT_OK
					   : OUTCOME_SKIP;
}

const char *verdict_result_name(enum check_result result)
{
	static const char *const names[] = {
		[CHECK_PASS] = "pass",
		[CHECK_FAIL] = "fail",
		[CHECK_NOT_EXERCISED] = "not exercised",
		[CHECK_NOT_OBSERVABLE] = "not observable",
	};

	return names[result];
}

bool verdict_rule_wanted(const struct verdict *verdict, unsigned int rule)
{
	return verdict->options->rules & CHECK_RULE(rule);
}

bool verdict_rule_fails(const struct verdict *verdict, unsigned int rule)
{
	return verdict->options->expect_fail & CHECK_RULE(rule);
}

enum verdict_outcome verdict_outcome(const struct verdict *verdict, unsigned int rule)
{
	enum check_result result = verdict->findings->rules[rule - 1].result;

	if ((result == CHECK_FAIL) != verdict_rule_fails(verdict, rule))
		return OUTCOME_NOT_OK;
	if (result == CHECK_FAIL || result == CHECK_PASS)
		return OUTCOME_OK;
	return verdict->options->require & CHECK_RULE(rule) ? OUTCOME_NOT_OK : OUTCOME_SKIP;
}
