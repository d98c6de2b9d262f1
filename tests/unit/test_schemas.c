// SPDX-License-Identifier: GPL-2.0
/*
 * The words that docs/schema allows are those of the tool's own tables. (The kinds of events are in
 * test_docs.sh.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check/check.h"
#include "check/report/verdict.h"
#include "event/blind.h"
#include "event/decode.h"
#include "golden.h"
#include "plan/plan.h"

/* Is the value of `path` in the schema the list of these words? */
static void assert_words(const char *schema, const char *path, const char *words)
{
	char name[64], filter[1024], *text;

	snprintf(name, sizeof(name), "../../docs/schema/%s.json", schema);
	snprintf(filter, sizeof(filter), ".[0] | %s == [%s]", path, words);
	text = repository_read(name);
	assert_jq(text, filter);
	free(text);
}

#define FIRST(id, name, ...) ",\"" name "\""
/* Without the comma in front. */
#define WORDS(list) (list(FIRST) + 1)
/* What stands for a number that the table does not have. */
#define WORDS_OR_UNKNOWN(list) (list(FIRST) ",\"unknown\"" + 1)

static void of_events(void **state)
{
	(void)state;
	assert_words("event-1", "[.oneOf[1:-4][][\"$ref\"] | split(\"/\")[-1]]",
		     WORDS(SMMU_EVENT_KINDS));
	assert_words("event-1", ".[\"$defs\"].submit.properties.context.enum",
		     WORDS_OR_UNKNOWN(SMMU_CONTEXTS));
	assert_words("event-1", ".[\"$defs\"].cmdq_error.properties.found_by.enum",
		     WORDS(SMMU_FINDERS));
	assert_words("event-1", ".[\"$defs\"].grant.enum", WORDS(SMMU_GRANTS));
	/* The first one is not written. */
	assert_words("event-1", "[\"unknown\"] + .[\"$defs\"].fence.properties.regime.enum",
		     WORDS(SMMU_REGIMES));
	assert_words("event-1", ".[\"$defs\"].reset.properties.phase.enum",
		     WORDS_OR_UNKNOWN(SMMU_RESET_PHASES));
	assert_words("event-1", ".[\"$defs\"].invalidation.properties.processor.enum",
		     WORDS_OR_UNKNOWN(SMMU_INV_FUNCTIONS));
	assert_words("event-1", ".[\"$defs\"].forbidden.properties.act.enum",
		     WORDS_OR_UNKNOWN(SMMU_FORBIDDEN));
}

static void of_statistics(void **state)
{
	static const char *const schemas[] = {"event-1", "stats-1", "check-2"};
	const char *blind = ".[\"$defs\"].blind.items.properties.method.enum";

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_words(schemas[i], blind, WORDS(BLIND_METHODS));
		/* The first one is not written. */
		assert_words(schemas[i],
			     "[\"none\"] + .[\"$defs\"].blind.items.properties.cause.enum",
			     WORDS(BLIND_CAUSES));
	}
	assert_words("event-1", ".[\"$defs\"].silence.properties.end.enum",
		     WORDS_OR_UNKNOWN(RULE_SILENCE_ENDS));
	assert_words("check-2", ".[\"$defs\"].silence.properties.end.enum",
		     WORDS_OR_UNKNOWN(RULE_SILENCE_ENDS));
}

static void of_verdicts(void **state)
{
	char words[256] = "";

	(void)state;
	for (unsigned int result = 0; result < CHECK_RESULTS; result++) {
		size_t length = strlen(words);

		snprintf(words + length, sizeof(words) - length, "%s\"%s\"", result ? "," : "",
			 verdict_result_name(result));
	}
	assert_words("check-2", ".[\"$defs\"].word.enum", words);
}

static void of_plans(void **state)
{
	/* The first ones are null. */
	(void)state;
	assert_words("probe-1", "[\"\"] + .[\"$defs\"].hook.properties.method.anyOf[0].enum",
		     WORDS(PLAN_METHODS));
#define PROBLEM(id, name) , name
	static const char *const problems[] = {NULL PLAN_PROBLEMS(PROBLEM)};
#undef PROBLEM
	char words[256] = "";

	for (size_t i = 2; i < sizeof(problems) / sizeof(problems[0]); i++) {
		size_t length = strlen(words);

		snprintf(words + length, sizeof(words) - length, "%s\"%s\"", i > 2 ? "," : "",
			 problems[i]);
	}
	assert_words("probe-1", ".properties.problem.properties.what.enum", words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_events),
		cmocka_unit_test(of_statistics),
		cmocka_unit_test(of_verdicts),
		cmocka_unit_test(of_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
