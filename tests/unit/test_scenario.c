// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "golden.h"
#include "scenario/scenario.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MS	     1000000ULL
#define S	     (1000 * MS)

static struct scenario scenario;
static struct refusal error;

static int parse_bytes(const char *file, const char *text, size_t length)
{
	/* of the exact length, so that the sanitizer sees an access behind it */
	char *copy = malloc(length ? length : 1);
	int err;

	assert_non_null(copy);
	memcpy(copy, text, length);
	err = scenario_parse(file, copy, length, &scenario, &error);
	free(copy);
	return err;
}

static void good(const char *text)
{
	if (parse_bytes("tests/scenarios/one.scn", text, strlen(text)))
		fail_msg("%s (%s)", error.message, error.hint);
}

static void bad(const char *text, const char *message, const char *hint)
{
	assert_int_equal(parse_bytes("a.scn", text, strlen(text)), -EINVAL);
	if (!strstr(error.message, message))
		fail_msg("'%s' is not in '%s'", message, error.message);
	if (!strstr(error.hint, hint))
		fail_msg("'%s' is not in '%s'", hint, error.hint);
	assert_null(strchr(error.message, '\n'));
}

#define W "workload = true\n"

/* ---- what is good ---- */

static void defaults(void **state)
{
	const struct check_options options = check_defaults();

	(void)state;
	good(W);
	assert_string_equal(scenario.name, "one");
	assert_string_equal(scenario.workload, "true");
	assert_null(scenario.about);
	assert_null(scenario.setup);
	assert_null(scenario.cleanup);
	assert_true(scenario.rules == CHECK_ALL && !scenario.require && !scenario.expect_fail);
	assert_true(scenario.timeout_ns == 180 * S);
	assert_true(scenario.budget_fence_ns == options.budget_fence_ns);
	assert_true(scenario.budget_wait_ns == options.budget_wait_ns);
	assert_true(scenario.budget_blocked_ns == options.budget_blocked_ns);
	assert_true(scenario.budget_handler_ns == options.budget_handler_ns);
	assert_true(!scenario.inject_count && !scenario.in_use_count && !scenario.need_count &&
		    !scenario.expectation_count);
	assert_int_equal(scenario.given, 1 << SCENARIO_WORKLOAD);
}

static void every_key(void **state)
{
	(void)state;
	good("name = two-at-once\n"
	     "about = What is tried.\n"
	     "needs = injection\n"
	     "needs = cpus 4\n"
	     "setup = a\n"
	     "inject = device=0000:01:00.0,times=2\n"
	     "inject=sid=0x100\n"
	     "in_use_ok = 0000:0a:00.0\n"
	     "workload = b\n"
	     "repeat = until spent\n"
	     "cleanup = c\n"
	     "timeout = 2m\n"
	     "rules = R1,R3,R6,R8\n"
	     "without = R8\n"
	     "allow = not-observable\n"
	     "require = R1,R3\n"
	     "expect = fences 2\n"
	     "expect = fails R6\n"
	     "budget.fence = 1ms\n"
	     "budget.wait = 2ms\n"
	     "budget.blocked = 3us\n"
	     "budget.handler = 4us\n");
	assert_int_equal(scenario.given, (1 << SCENARIO_KEY_COUNT) - 1);
	assert_string_equal(scenario.name, "two-at-once");
	assert_string_equal(scenario.about, "What is tried.");
	assert_string_equal(scenario.setup, "a");
	assert_string_equal(scenario.workload, "b");
	assert_true(scenario.until_spent);
	assert_string_equal(scenario.cleanup, "c");
	assert_int_equal(scenario.inject_count, 2);
	assert_true(scenario.inject_rules[0].bdf == 0x100 && scenario.inject_rules[0].times == 2);
	assert_int_equal(scenario.inject_rules[1].sid, 0x100);
	assert_int_equal(scenario.in_use_count, 1);
	assert_string_equal(scenario.in_use[0], "0000:0a:00.0");
	assert_true(scenario.timeout_ns == 120 * S);
	assert_int_equal(scenario.allow, CHECK_RESULT(CHECK_NOT_OBSERVABLE));
	assert_int_equal(scenario.rules, CHECK_RULE(1) | CHECK_RULE(3) | CHECK_RULE(6));
	assert_int_equal(scenario.require, CHECK_RULE(1) | CHECK_RULE(3));
	assert_int_equal(scenario.expect_fail, CHECK_RULE(6));
	assert_true(scenario.budget_fence_ns == MS && scenario.budget_wait_ns == 2 * MS &&
		    scenario.budget_blocked_ns == 3000 && scenario.budget_handler_ns == 4000);
	assert_int_equal(scenario.line[SCENARIO_INJECT], 7);
}

static void expects(const char *text, enum check_expect_kind kind, __u32 bdf, __u64 number)
{
	char line[256];

	snprintf(line, sizeof(line), W "inject = device=01:00.0,times=99\nexpect = %s\n", text);
	good(line);
	assert_int_equal(scenario.expectation_count, 1);
	assert_int_equal(scenario.expectations[0].kind, kind);
	assert_int_equal(scenario.expectations[0].bdf, bdf);
	assert_true(scenario.expectations[0].number == number);
	assert_string_equal(scenario.expectations[0].text, text);
}

static void every_expectation(void **state)
{
	(void)state;
	expects("fenced 0000:01:00.0", CHECK_EXPECT_FENCED, 0x100, 1);
	expects("fenced 01:00.7", CHECK_EXPECT_FENCED, 0x107, 1);
	expects("fenced 0000:01:00.0 3 times", CHECK_EXPECT_FENCED, 0x100, 3);
	expects("not fenced 0000:01:00.0", CHECK_EXPECT_FENCED, 0x100, 0);
	expects("unfenced 0000:01:00.0", CHECK_EXPECT_UNFENCED, 0x100, 1);
	expects("unfenced 0000:01:00.0 2 times", CHECK_EXPECT_UNFENCED, 0x100, 2);
	expects("not  unfenced\t0000:01:00.0", CHECK_EXPECT_UNFENCED, 0x100, 0);
	expects("fences 0", CHECK_EXPECT_FENCES, 0, 0);
	expects("timeouts 99", CHECK_EXPECT_TIMEOUTS, 0, 99);
	expects("atc_lists 18446744073709551615", CHECK_EXPECT_ATC_LISTS, 0, ~0ULL);
}

static void needs(const char *text, enum scenario_need_kind kind, __u64 number, const char *rest)
{
	char line[256];

	snprintf(line, sizeof(line), W "needs = %s\n", text);
	good(line);
	assert_int_equal(scenario.need_count, 1);
	assert_int_equal(scenario.needs[0].kind, kind);
	assert_true(scenario.needs[0].number == number);
	assert_string_equal(scenario.needs[0].text, rest);
	assert_string_equal(scenario.needs[0].whole, text);
}

static void every_need(void **state)
{
	(void)state;
	needs("injection", SCENARIO_NEEDS_INJECTION, 0, "");
	needs("cpus  4", SCENARIO_NEEDS_CPUS, 4, "4");
	needs("device 0000:0a:00.0", SCENARIO_NEEDS_DEVICE, 0, "0000:0a:00.0");
	assert_int_equal(scenario.needs[0].bdf, 0xa00);
	needs("file /dev/a b", SCENARIO_NEEDS_FILE, 0, "/dev/a b");
	needs("program stimulus", SCENARIO_NEEDS_PROGRAM, 0, "stimulus");
	needs("function lab_get", SCENARIO_NEEDS_FUNCTION, 0, "lab_get");
	needs("hook list", SCENARIO_NEEDS_HOOK, 0, "list");
	needs("silence 01:00.0", SCENARIO_NEEDS_SILENCE, 0, "01:00.0");
	assert_int_equal(scenario.needs[0].bdf, 0x100);
	bad(W "needs = silence\n", "'needs = silence': what of it?", "silence BDF");
	bad(W "needs = silence all\n", "not a PCI address", "silence BDF");
}

/* The rules of a scenario with other keys, as --override has them. */
static void overridden(void **state)
{
	(void)state;
	good(W "inject = device=01:00.0,times=3\ninject = sid=0x200,kind=stall\n");
	assert_int_equal(scenario_override(&scenario, "kind=device,times=2", &error), 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(scenario.inject_rules[i].kind, SMMU_RULE_KIND_DEVICE);
		assert_int_equal(scenario.inject_rules[i].times, 2);
	}
	assert_int_equal(scenario.inject_rules[0].bdf, 0x100);
	good(W "inject = device=01:00.0\ninject = device=02:00.0,every=2\n");
	assert_int_equal(scenario_override(&scenario, "kind=device", &error), -EINVAL);
	assert_string_equal(error.message,
			    "not applicable to rule 1: 'every=' and 'kind=device' in one rule");
	good(W);
	assert_int_equal(scenario_override(&scenario, "kind=device", &error), 0);
}

static void lines(void **state)
{
	(void)state;
	/* both kinds of line ends, no last one, blanks, comments, values of several lines */
	good("# a comment\r\n"
	     "\r\n"
	     "\t  # another\n"
	     "about \t= one \r\n"
	     "   two\r\n"
	     "\n"
	     "  three # and no comment\n"
	     "workload =\n"
	     "# left out\n"
	     "\tfor i in 1 2; do\n"
	     "\t\techo $i = \xc3\xa4\n"
	     "\t# left out, too\n"
	     "\tdone\n"
	     "expect = fences 0");
	assert_string_equal(scenario.about, "one two three # and no comment");
	assert_string_equal(scenario.workload, "for i in 1 2; do\necho $i = \xc3\xa4\ndone");
	assert_int_equal(scenario.expectation_count, 1);
	assert_int_equal(scenario.line[SCENARIO_WORKLOAD], 8);
	assert_int_equal(scenario.line[SCENARIO_EXPECT], 14);
}

static void name_of_the_file(void **state)
{
	(void)state;
	assert_int_equal(parse_bytes("a/b.scn/c.txt", W, strlen(W)), 0);
	assert_string_equal(scenario.name, "c.txt");
	assert_int_equal(parse_bytes(".scn", W, strlen(W)), 0);
	assert_string_equal(scenario.name, ".scn");
}

/* ---- what is not ---- */

static void bad_bytes(void **state)
{
	static const char *const texts[] = {
		"\x01",
		"a\x7f",
		"\xff",
		"\xc0\xaf",
		"\xc3",
		"\xed\xa0\x80",
		"\xf4\x90\x80\x80",
		"\xe0\x80\x80",
		"a\rb\n",
		"\xf0\x80\x80\x80",
		"\xf5\x80\x80\x80",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		char text[64];

		snprintf(text, sizeof(text), W "about = x\n#%s", texts[i]);
		bad(text, "a.scn:3: byte 0x", "UTF-8");
	}
	assert_int_equal(parse_bytes("a.scn", W "#\0\n", sizeof(W "#\0\n") - 1), -EINVAL);
	assert_string_equal(error.message, "a.scn:2: byte 0x00 is not text");
}

static void bad_sizes(void **state)
{
	char *text = malloc(SCENARIO_SIZE_MAX + 2);

	(void)state;
	assert_non_null(text);
	memset(text, '#', SCENARIO_SIZE_MAX + 1);
	assert_int_equal(parse_bytes("a.scn", text, SCENARIO_SIZE_MAX + 1), -EINVAL);
	assert_string_equal(error.message, "a.scn: the file is too long");
	for (size_t i = 100; i < SCENARIO_SIZE_MAX; i += 100)
		text[i] = '\n';
	memcpy(text, W, strlen(W));
	assert_int_equal(parse_bytes("a.scn", text, SCENARIO_SIZE_MAX), 0);
	memset(text, 'x', SCENARIO_LINE_MAX + 2);
	memcpy(text, "name = ", 7);
	text[SCENARIO_LINE_MAX] = '\n';
	text[SCENARIO_LINE_MAX + 1] = '\0';
	strcat(text, W);
	good(text);
	text[SCENARIO_LINE_MAX] = 'x';
	text[SCENARIO_LINE_MAX + 1] = '\n';
	bad(text, "a.scn:1: 'name = xxx", "1000 bytes");
	free(text);
}

/* Each error with its whole message and hint. */
static void errors_are_golden(void **state)
{
	static const char *const texts[] = {
		"",
		"about = x",
		"workload",
		"= x",
		"  workload = x",
		"worklaod = x",
		"completely_different = x",
		"workload =",
		"workload =\n\n# no\n",
		W "workload = false",
		W "\nname = a b",
		W "inject = colour=blue",
		W "inject = device=0000:01:00.0,tims=3",
		W "in_use_ok = vda",
		W "repeat = until spent",
		W "inject = device=0000:01:00.0\nrepeat = 3",
		W "timeout = 60",
		W "timeout = 0s",
		W "timeout = 10000m",
		W "budget.fence = fast",
		W "rules = R99",
		W "require = R1,",
		W "rules = R1,R2\nrequire = R1,R3,R4",
		W "rules = R1\nexpect = fails R3",
		W "require = R3\nexpect = fails R3",
		W "expect = fails R3\nexpect = fails R1",
		W "expect = fence 0000:01:00.0",
		W "expect = fenced",
		W "expect = fenced everything",
		W "expect = fenced 0000:01:00.0 twice",
		W "expect = fenced 0000:01:00.0 0 times",
		W "expect = not fences 3",
		W "expect = not",
		W "expect = fences",
		W "expect = fences -1",
		W "expect = fences 99999999999999999999",
		W "expect = a b c d e f g",
		W "expect = fenced 01:00.0\nexpect = not fenced 0000:01:00.0",
		W "expect = fences 1\nexpect = fences 2",
		W "expect = fences 1\nexpect = fenced 01:00.0\nexpect = fenced 02:00.0",
		W "expect = timeouts 1",
		W "inject = device=01:00.0\ninject = sid=1,times=2\nexpect = timeouts 4",
		W "needs = luck",
		W "needs = injection please",
		W "needs = hardirq please",
		W "needs = cpus many",
		W "needs = cpus",
		W "needs = device vda",
		W "needs = device\n\tvda\n\tvdb",
	};
	struct capture capture;
	char *said;

	(void)state;
	capture_begin(&capture);
	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_int_equal(parse_bytes("a.scn", texts[i], strlen(texts[i])), -EINVAL);
		fprintf(capture.file, "%s\n  hint: %s\n", error.message, error.hint);
	}
	said = capture_end(&capture);
	assert_golden("golden/scenario-errors.txt", said);
	free(said);
}

/* An expectation that is too long to be split into words. */
static void long_expectation(void **state)
{
	char text[400] = W "expect = ";

	(void)state;
	memset(text + strlen(text), 'x', 300);
	bad(text, "not something that can be expected", "fenced BDF");
}

static void too_many(void **state)
{
	char *text = malloc(SCENARIO_SIZE_MAX);
	static const struct {
		const char *line;
		size_t max;
	} keys[] = {
		{"inject = device=01:00.0\n", SCENARIO_INJECT_MAX},
		{"in_use_ok = 01:00.0\n", SCENARIO_IN_USE_MAX},
		{"needs = injection\n", SCENARIO_NEEDS_MAX},
	};

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < COUNT(keys); i++) {
		strcpy(text, W);
		for (size_t k = 0; k < keys[i].max; k++)
			strcat(text, keys[i].line);
		good(text);
		strcat(text, keys[i].line);
		bad(text, "times", "two scenarios");
	}
	strcpy(text, W);
	for (int k = 0; k <= SCENARIO_EXPECT_MAX; k++)
		sprintf(text + strlen(text), "expect = not fenced %02x:00.0\n", k);
	bad(text, "times", "two scenarios");
	free(text);
}

/* A scenario that is cut anywhere, or has any byte changed, is read or refused with a hint. */
static void any_damage(void **state)
{
	static const char text[] =
		"name = a\nneeds = cpus 4\nrules = R1,R3\nrequire = R3\n"
		"inject = device=01:00.0,times=2\nexpect = timeouts 2\n"
		"expect = fenced 01:00.0 2 times\nworkload =\n a\n  b \nsetup = c\n";
	char copy[sizeof(text)];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		parse_bytes("a.scn", text, i);
	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		memcpy(copy, text, sizeof(text));
		for (int byte = 0; byte < 256; byte++) {
			copy[i] = (char)byte;
			if (parse_bytes("a.scn", copy, sizeof(text) - 1))
				assert_true(error.message[0] && error.hint[0]);
		}
	}
}

/* ---- the documentation ---- */

/* docs/SCENARIOS.md has each key, in quotes as in the heading of its section. */
static void documented(void **state)
{
	static const char *const names[] = {
#define KEY_NAME(id, name, takes) name,
		SCENARIO_KEYS(KEY_NAME)
#undef KEY_NAME
	};
	char *text = repository_read("../../docs/SCENARIOS.md");

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		char heading[64];

		snprintf(heading, sizeof(heading), "`%s`", names[i]);
		if (!strstr(text, heading))
			fail_msg("docs/SCENARIOS.md does not have %s", heading);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),	     cmocka_unit_test(every_key),
		cmocka_unit_test(every_expectation), cmocka_unit_test(every_need),
		cmocka_unit_test(overridden),	     cmocka_unit_test(lines),
		cmocka_unit_test(name_of_the_file),  cmocka_unit_test(bad_bytes),
		cmocka_unit_test(bad_sizes),	     cmocka_unit_test(errors_are_golden),
		cmocka_unit_test(long_expectation),  cmocka_unit_test(too_many),
		cmocka_unit_test(any_damage),	     cmocka_unit_test(documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
