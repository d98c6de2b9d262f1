// SPDX-License-Identifier: GPL-2.0
/*
 * Scenario files: parses the value of each key.
 */
#include "scenario/value.h"

#include "device/devices.h"
#include "base/duration.h"
#include "base/number.h"
#include "inject/rule.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))
#define WORDS_MAX     4	   /* of an expectation */
#define VALUE_MAX     256  /* of a value that is split into words */
#define NEED_CPUS_MAX 8192 /* more than any machine has */
#define TIMEOUT_MAX   (86400ULL * 1000000000)

/* A value split into words, in a copy. */
struct words {
	char text[VALUE_MAX];
	const char *word[WORDS_MAX];
	size_t count; /* WORDS_MAX + 1 if there are more */
};

static void split(const char *value, struct words *words)
{
	char *save = NULL, *word;

	memset(words, 0, sizeof(*words));
	snprintf(words->text, sizeof(words->text), "%s", value);
	if (strlen(value) >= sizeof(words->text)) {
		words->count = WORDS_MAX + 1;
		return;
	}
	word = strtok_r(words->text, "\t \n", &save);
	for (; word; word = strtok_r(NULL, "\t \n", &save)) {
		if (words->count < WORDS_MAX)
			words->word[words->count] = word;
		if (++words->count > WORDS_MAX)
			return;
	}
}

static int take_rules(struct scenario_parser *parser, enum scenario_key key, const char *value,
		      __u32 *mask)
{
	struct refusal error = {};

	if (!check_parse_rules(scenario_keys[key].name, value, mask, &error))
		return 0;
	refusal_hint(parser->error, "%s", error.hint);
	return scenario_fail(parser, parser->started, "%s", error.message);
}

static int take_allow(struct scenario_parser *parser, const char *value)
{
	struct refusal error = {};

	if (!check_parse_allow("allow", value, &parser->scenario->allow, &error))
		return 0;
	refusal_hint(parser->error, "%s", error.hint);
	return scenario_fail(parser, parser->started, "%s", error.message);
}

static int take_time(struct scenario_parser *parser, enum scenario_key key, const char *value,
		     __u64 *ns)
{
	if (duration_parse(value, ns) || !*ns)
		return scenario_fail_value(parser, key, value, "not a time above 0 with its unit");
	if (*ns > TIMEOUT_MAX)
		return scenario_fail_value(parser, key, value, "more than a day");
	return 0;
}

static int fail_count(struct scenario_parser *parser, enum scenario_key key, size_t max)
{
	refusal_hint(parser->error, "make two scenarios of it");
	return scenario_fail(parser, parser->started, "'%s' is given more than %zu times",
			     scenario_keys[key].name, max);
}

static int take_inject(struct scenario_parser *parser, const char *value)
{
	struct scenario *scenario = parser->scenario;
	struct refusal error;

	if (scenario->inject_count == SCENARIO_INJECT_MAX)
		return fail_count(parser, SCENARIO_INJECT, SCENARIO_INJECT_MAX);
	if (inject_rule_parse(value, &scenario->inject_rules[scenario->inject_count], &error)) {
		refusal_hint(parser->error, "%s", error.hint);
		return scenario_fail(parser, parser->started, "inject: %s", error.message);
	}
	scenario->inject_count++;
	return 0;
}

static int take_in_use(struct scenario_parser *parser, const char *value)
{
	struct scenario *scenario = parser->scenario;
	__u32 bdf;

	if (scenario->in_use_count == SCENARIO_IN_USE_MAX)
		return fail_count(parser, SCENARIO_IN_USE_OK, SCENARIO_IN_USE_MAX);
	if (bdf_parse(value, &bdf))
		return scenario_fail_value(parser, SCENARIO_IN_USE_OK, value, bdf_wrong(value));
	scenario->in_use[scenario->in_use_count++] = value;
	return 0;
}

/* ---- expect ---- */

/* "fenced BDF" or "fenced BDF N times", from word `at` on. NULL, or what is wrong. */
static const char *parse_device(const struct words *words, size_t at, bool negated,
				struct check_expectation *expectation)
{
	size_t rest = words->count - at;

	if (rest < 2)
		return "no PCI address";
	if (bdf_parse(words->word[at + 1], &expectation->bdf))
		return bdf_wrong(words->word[at + 1]);
	expectation->number = !negated;
	if (rest == 2)
		return NULL;
	if (rest != 4 || strcmp(words->word[at + 3], "times"))
		return "not 'BDF' or 'BDF N times'";
	if (number_parse_decimal(words->word[at + 2], ~0ULL, &expectation->number) ||
	    !expectation->number)
		return "not a number above 0";
	return NULL;
}

static const char *parse_expectation(const struct words *words,
				     struct check_expectation *expectation)
{
	static const struct {
		const char *name;
		enum check_expect_kind kind;
		bool device;
	} kinds[] = {
		{"fenced", CHECK_EXPECT_FENCED, true},
		{"unfenced", CHECK_EXPECT_UNFENCED, true},
		{"fences", CHECK_EXPECT_FENCES, false},
		{"timeouts", CHECK_EXPECT_TIMEOUTS, false},
		{"atc_lists", CHECK_EXPECT_ATC_LISTS, false},
	};
	bool negated;
	size_t i = 0;

	if (!words->count || words->count > WORDS_MAX)
		return "not something that can be expected";
	negated = !strcmp(words->word[0], "not");
	if (words->count <= negated)
		return "not something that can be expected";
	while (i < COUNT(kinds) && strcmp(kinds[i].name, words->word[negated]))
		i++;
	if (i == COUNT(kinds) || (negated && !kinds[i].device))
		return "not something that can be expected";
	expectation->kind = kinds[i].kind;
	if (kinds[i].device)
		return parse_device(words, negated, negated, expectation);
	if (words->count != 2 || number_parse_decimal(words->word[1], ~0ULL, &expectation->number))
		return "not followed by one number";
	return NULL;
}

static int take_expect(struct scenario_parser *parser, const char *value)
{
	struct scenario *scenario = parser->scenario;
	struct check_expectation *expectation;
	const char *wrong;
	struct words words;

	split(value, &words);
	if (words.count == 2 && !strcmp(words.word[0], "fails")) {
		if (scenario->expect_fail) {
			refusal_hint(parser->error, "name all rules that fail in one line");
			return scenario_fail(parser, parser->started,
					     "'expect = %.100s': 'fails' was given before", value);
		}
		return take_rules(parser, SCENARIO_EXPECT, words.word[1], &scenario->expect_fail);
	}
	if (scenario->expectation_count == SCENARIO_EXPECT_MAX)
		return fail_count(parser, SCENARIO_EXPECT, SCENARIO_EXPECT_MAX);
	expectation = &scenario->expectations[scenario->expectation_count];
	wrong = parse_expectation(&words, expectation);
	if (wrong)
		return scenario_fail_value(parser, SCENARIO_EXPECT, value, wrong);
	expectation->text = value;
	scenario->expectation_count++;
	return 0;
}

/* ---- needs ---- */

/* rest: the value after its first word, or "". NULL, or what is wrong. */
static const char *parse_need(const char *value, const char *rest, struct scenario_need *need)
{
	static const struct {
		const char *name;
		enum scenario_need_kind kind;
	} kinds[] = {
		{"injection", SCENARIO_NEEDS_INJECTION}, {"cpus", SCENARIO_NEEDS_CPUS},
		{"device", SCENARIO_NEEDS_DEVICE},	 {"file", SCENARIO_NEEDS_FILE},
		{"program", SCENARIO_NEEDS_PROGRAM},	 {"hook", SCENARIO_NEEDS_HOOK},
		{"function", SCENARIO_NEEDS_FUNCTION},	 {"silence", SCENARIO_NEEDS_SILENCE},
		{"strict", SCENARIO_NEEDS_STRICT},	 {"hardirq", SCENARIO_NEEDS_HARDIRQ},
	};
	size_t length = strcspn(value, "\t \n"), i = 0;

	while (i < COUNT(kinds) &&
	       (strlen(kinds[i].name) != length || memcmp(kinds[i].name, value, length) != 0))
		i++;
	if (i == COUNT(kinds))
		return "not something that can be needed";
	need->kind = kinds[i].kind;
	need->text = rest;
	need->whole = value;
	if (need->kind == SCENARIO_NEEDS_INJECTION)
		return *rest ? "injection takes nothing" : NULL;
	if (need->kind == SCENARIO_NEEDS_HARDIRQ)
		return *rest ? "hardirq takes nothing" : NULL;
	if (!*rest || strchr(rest, '\n'))
		return "what of it?";
	if (need->kind == SCENARIO_NEEDS_CPUS &&
	    (number_parse_decimal(rest, NEED_CPUS_MAX, &need->number) || !need->number))
		return "not a number of CPUs";
	if ((need->kind == SCENARIO_NEEDS_DEVICE || need->kind == SCENARIO_NEEDS_SILENCE ||
	     need->kind == SCENARIO_NEEDS_STRICT) &&
	    bdf_parse(rest, &need->bdf))
		return bdf_wrong(rest);
	return NULL;
}

static int take_need(struct scenario_parser *parser, const char *value)
{
	struct scenario *scenario = parser->scenario;
	const char *rest = value + strcspn(value, "\t \n"), *wrong;

	rest += strspn(rest, "\t \n");
	if (scenario->need_count == SCENARIO_NEEDS_MAX)
		return fail_count(parser, SCENARIO_NEEDS, SCENARIO_NEEDS_MAX);
	wrong = parse_need(value, rest, &scenario->needs[scenario->need_count]);
	if (wrong)
		return scenario_fail_value(parser, SCENARIO_NEEDS, value, wrong);
	scenario->need_count++;
	return 0;
}

/* ---- */

static int take_name(struct scenario_parser *parser, enum scenario_key key, char *value)
{
	/* it becomes part of one line of a report */
	for (char *at = value; *at; at++) {
		if (*at == '\n' || *at == '\t')
			*at = ' ';
	}
	if (key == SCENARIO_NAME && strchr(value, ' '))
		return scenario_fail_value(parser, key, value, "a name has no blanks");
	if (key == SCENARIO_NAME)
		parser->scenario->name = value;
	else
		parser->scenario->about = value;
	return 0;
}

static int take_command(struct scenario *scenario, enum scenario_key key, const char *value)
{
	if (key == SCENARIO_SETUP)
		scenario->setup = value;
	else if (key == SCENARIO_WORKLOAD)
		scenario->workload = value;
	else
		scenario->cleanup = value;
	return 0;
}

static int take_repeat(struct scenario_parser *parser, const char *value)
{
	if (strcmp(value, "until spent") != 0)
		return scenario_fail_value(parser, SCENARIO_REPEAT, value, "not 'until spent'");
	parser->scenario->until_spent = true;
	return 0;
}

static int fail_again(struct scenario_parser *parser, enum scenario_key key)
{
	refusal_hint(parser->error,
		     "give each key once, but for inject, in_use_ok, expect and needs; a value "
		     "goes on in lines that begin with a blank");
	return scenario_fail(parser, parser->started, "'%s' was given before, in line %u",
			     scenario_keys[key].name, parser->scenario->line[key]);
}

static int take(struct scenario_parser *parser, enum scenario_key key, char *value)
{
	struct scenario *scenario = parser->scenario;

	switch (key) {
	case SCENARIO_NAME:
	case SCENARIO_ABOUT:
		return take_name(parser, key, value);
	case SCENARIO_INJECT:
		return take_inject(parser, value);
	case SCENARIO_IN_USE_OK:
		return take_in_use(parser, value);
	case SCENARIO_EXPECT:
		return take_expect(parser, value);
	case SCENARIO_NEEDS:
		return take_need(parser, value);
	case SCENARIO_RULES:
		return take_rules(parser, key, value, &scenario->rules);
	case SCENARIO_WITHOUT:
		return take_rules(parser, key, value, &scenario->without);
	case SCENARIO_ALLOW:
		return take_allow(parser, value);
	case SCENARIO_REQUIRE:
		return take_rules(parser, key, value, &scenario->require);
	case SCENARIO_REPEAT:
		return take_repeat(parser, value);
	case SCENARIO_TIMEOUT:
		return take_time(parser, key, value, &scenario->timeout_ns);
	case SCENARIO_BUDGET_FENCE:
		return take_time(parser, key, value, &scenario->budget_fence_ns);
	case SCENARIO_BUDGET_WAIT:
		return take_time(parser, key, value, &scenario->budget_wait_ns);
	case SCENARIO_BUDGET_BLOCKED:
		return take_time(parser, key, value, &scenario->budget_blocked_ns);
	case SCENARIO_BUDGET_HANDLER:
		return take_time(parser, key, value, &scenario->budget_handler_ns);
	default:
		return take_command(scenario, key, value);
	}
}

int scenario_take(struct scenario_parser *parser, enum scenario_key key, char *value)
{
	const unsigned int repeatable = 1U << SCENARIO_INJECT | 1U << SCENARIO_IN_USE_OK |
					1U << SCENARIO_EXPECT | 1U << SCENARIO_NEEDS;
	struct scenario *scenario = parser->scenario;
	int err;

	if (scenario->given & 1U << key & ~repeatable)
		return fail_again(parser, key);
	err = take(parser, key, value);
	scenario->given |= 1U << key;
	scenario->line[key] = parser->started;
	return err;
}
