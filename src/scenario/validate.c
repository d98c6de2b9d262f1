// SPDX-License-Identifier: GPL-2.0
/*
 * Scenario files: checks the keys against each other.
 */
#include "scenario/validate.h"

#include "device/devices.h"
#include "inject/rule.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* "R1, R3" */
static const char *rule_names(__u32 mask, char *buffer, size_t size)
{
	size_t length = 0;

	buffer[0] = '\0';
	for (unsigned int rule = 1; rule <= CHECK_RULE_COUNT && length < size; rule++) {
		if (mask & CHECK_RULE(rule))
			length += (size_t)snprintf(buffer + length, size - length, "%sR%u",
						   length ? ", " : "", rule);
	}
	return buffer;
}

static int fail_rules(struct scenario_parser *parser, enum scenario_key key, __u32 mask,
		      const char *wrong, const char *hint)
{
	char names[CHECK_RULE_COUNT * 5];

	refusal_hint(parser->error, "%s", hint);
	return scenario_fail(parser, parser->scenario->line[key], "'%s' names %s, %s",
			     scenario_keys[key].name, rule_names(mask, names, sizeof(names)),
			     wrong);
}

static int validate_rules(struct scenario_parser *parser)
{
	struct scenario *scenario = parser->scenario;

	scenario->rules &= ~scenario->without;
	if (scenario->require & ~scenario->rules)
		return fail_rules(parser, SCENARIO_REQUIRE, scenario->require & ~scenario->rules,
				  "which 'rules' or 'without' leaves out",
				  "check it, too, or do not name it here");
	if (scenario->expect_fail & ~scenario->rules)
		return fail_rules(parser, SCENARIO_EXPECT, scenario->expect_fail & ~scenario->rules,
				  "which 'rules' or 'without' leaves out",
				  "check it, too, or do not name it here");
	if (scenario->expect_fail & scenario->require)
		return fail_rules(parser, SCENARIO_REQUIRE,
				  scenario->expect_fail & scenario->require,
				  "which 'expect = fails' wants to fail",
				  "a rule passes or fails: keep one of the two");
	return 0;
}

/* The most timeouts that the injection rules can cause. */
static __u64 timeouts_possible(const struct scenario *scenario)
{
	__u64 sum = 0;

	for (size_t i = 0; i < scenario->inject_count; i++) {
		if (__builtin_add_overflow(sum, scenario->inject_rules[i].times, &sum))
			return ~0ULL;
	}
	return sum;
}

static bool of_a_device(const struct check_expectation *expectation)
{
	return expectation->kind == CHECK_EXPECT_FENCED ||
	       expectation->kind == CHECK_EXPECT_UNFENCED;
}

static int fail_two(struct scenario_parser *parser, const struct check_expectation *one,
		    const struct check_expectation *other)
{
	refusal_hint(parser->error, "keep one of the two");
	return scenario_fail(parser, parser->scenario->line[SCENARIO_EXPECT],
			     "'expect = %.100s' and 'expect = %.100s'", one->text, other->text);
}

/* Refuses two expectations about the same thing, whatever the numbers are. */
static int validate_twice(struct scenario_parser *parser)
{
	const struct scenario *scenario = parser->scenario;

	for (size_t i = 0; i < scenario->expectation_count; i++) {
		const struct check_expectation *one = &scenario->expectations[i];

		for (size_t k = 0; k < i; k++) {
			const struct check_expectation *other = &scenario->expectations[k];

			if (one->kind == other->kind &&
			    (!of_a_device(one) || one->bdf == other->bdf))
				return fail_two(parser, other, one);
		}
	}
	return 0;
}

/* Refuses "fences 1" next to two devices that are expected to be fenced. */
static int validate_fences(struct scenario_parser *parser)
{
	const struct scenario *scenario = parser->scenario;
	const struct check_expectation *all = NULL;
	__u64 sum = 0;

	for (size_t i = 0; i < scenario->expectation_count; i++) {
		const struct check_expectation *one = &scenario->expectations[i];

		if (one->kind == CHECK_EXPECT_FENCES)
			all = one;
		if (one->kind == CHECK_EXPECT_FENCED &&
		    __builtin_add_overflow(sum, one->number, &sum))
			sum = ~0ULL;
	}
	if (!all || all->number >= sum)
		return 0;
	refusal_hint(parser->error, "'fences' counts those of all devices");
	return scenario_fail(parser, scenario->line[SCENARIO_EXPECT],
			     "'expect = %.100s', and %llu are expected of single devices",
			     all->text, sum);
}

static int validate_timeouts(struct scenario_parser *parser)
{
	const struct scenario *scenario = parser->scenario;
	__u64 possible = timeouts_possible(scenario);

	for (size_t i = 0; i < scenario->expectation_count; i++) {
		const struct check_expectation *one = &scenario->expectations[i];

		if (one->kind != CHECK_EXPECT_TIMEOUTS || one->number <= possible)
			continue;
		refusal_hint(parser->error,
			     "let the rules fire more often with times=N, or add a rule");
		return scenario_fail(parser, scenario->line[SCENARIO_EXPECT],
				     "'expect = %.100s': the rules cause %llu at most", one->text,
				     possible);
	}
	return 0;
}

int scenario_validate(struct scenario_parser *parser)
{
	int err;

	if (!parser->scenario->workload) {
		refusal_hint(parser->error,
			     "add 'workload = COMMAND', the command that is watched");
		return scenario_fail(parser, 0, "no workload");
	}
	if (parser->scenario->until_spent && !parser->scenario->inject_count) {
		refusal_hint(parser->error, "add 'inject = RULE', or leave 'repeat' out");
		return scenario_fail(parser, parser->scenario->line[SCENARIO_REPEAT],
				     "'repeat = until spent', and no rule to be spent");
	}
	err = validate_rules(parser);
	if (!err)
		err = validate_twice(parser);
	if (!err)
		err = validate_fences(parser);
	if (!err)
		err = validate_timeouts(parser);
	return err;
}
