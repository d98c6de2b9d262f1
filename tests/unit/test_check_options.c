// SPDX-License-Identifier: GPL-2.0
/*
 * Options of a verdict: lists of rules, formats, contradictions.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check/check.h"

#include "golden.h"

static struct refusal error;

static void good(const char *text, __u32 expected)
{
	__u32 mask = ~0U;

	assert_int_equal(check_parse_rules("--rules", text, &mask, &error), 0);
	assert_int_equal(mask, expected);
}

static void bad(const char *text, const char *message, const char *hint)
{
	__u32 mask;

	assert_int_equal(check_parse_rules("--require", text, &mask, &error), -EINVAL);
	assert_string_equal(error.message, message);
	assert_string_equal(error.hint, hint);
}

static void rules_good(void **state)
{
	(void)state;
	good("R1", CHECK_RULE(1));
	good("r18,3", CHECK_RULE(18) | CHECK_RULE(3));
	good("own-sync,R1,every-queue", CHECK_RULE(1) | CHECK_RULE(18));
	good("all", CHECK_ALL);
}

#define ANY                                                                                        \
	"rules are " CHECK_RULE_RANGE ", or their names, as in R1,R3; smmuscope check --list "     \
	"names all"

static void rules_bad(void **state)
{
	char text[200];

	(void)state;
	bad("R99", "--require: there is no rule 'R99'", ANY);
	bad("R0", "--require: there is no rule 'R0'", ANY);
	bad("R1,,R2", "--require: there is no rule ''", ANY);
	bad("R1,", "--require: there is no rule ''", ANY);
	bad("", "--require: there is no rule ''", ANY);
	bad("R1x", "--require: there is no rule 'R1x'", ANY);
	bad("R01", "--require: there is no rule 'R01'", ANY);
	bad("R1 ", "--require: there is no rule 'R1 '", ANY);
	bad("-1", "--require: there is no rule '-1'", ANY);
	bad("R99999999999999999999", "--require: there is no rule 'R99999999999999999999'", ANY);
	bad("all,R1", "--require: there is no rule 'all'", ANY);
	bad("own-sink", "--require: there is no rule 'own-sink'",
	    "did you mean 'own-sync'? smmuscope check --list names all");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	bad(text,
	    "--require: there is no rule "
	    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
	    ANY);
}

static void formats(void **state)
{
	static const char *const names[] = {"text", "json", "ktap", "junit"};
	enum check_format format;

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(check_parse_format(names[i], &format, &error), 0);
		assert_int_equal(format, i);
	}
	assert_int_equal(check_parse_format("xml", &format, &error), -EINVAL);
	assert_string_equal(error.message, "--format: there is no format 'xml'");
	assert_string_equal(error.hint, "formats are text, json, ktap and junit");
}

static void allowed(void **state)
{
	__u32 mask = ~0U;

	(void)state;
	assert_int_equal(check_parse_allow("--allow", "not-exercised", &mask, &error), 0);
	assert_int_equal(mask, CHECK_RESULT(CHECK_NOT_EXERCISED));
	assert_int_equal(
		check_parse_allow("--allow", "not-observable,not-exercised", &mask, &error), 0);
	assert_int_equal(mask,
			 CHECK_RESULT(CHECK_NOT_EXERCISED) | CHECK_RESULT(CHECK_NOT_OBSERVABLE));
	assert_int_equal(check_parse_allow("--allow", "fail", &mask, &error), -EINVAL);
	assert_string_equal(error.message, "--allow: 'fail' is no verdict to allow");
	assert_string_equal(error.hint, "not-exercised, not-observable, or both with a comma");
	assert_int_equal(check_parse_allow("--allow", "", &mask, &error), -EINVAL);
	assert_int_equal(check_parse_allow("--allow", "not-exercised,", &mask, &error), -EINVAL);
	assert_int_equal(check_parse_allow("--allow", "not-exercise", &mask, &error), -EINVAL);
}

static void profiles(void **state)
{
	enum check_profile profile = CHECK_FIRST;

	(void)state;
	assert_int_equal(check_parse_profile("strict", &profile, &error), 0);
	assert_int_equal(profile, CHECK_STRICT);
	assert_int_equal(check_parse_profile("first", &profile, &error), 0);
	assert_int_equal(profile, CHECK_FIRST);
	assert_int_equal(check_parse_profile("lax", &profile, &error), -EINVAL);
	assert_string_equal(error.message, "--profile: there is no profile 'lax'");
	assert_string_equal(error.hint,
			    "strict: whatever a rule says; first: but for what the review "
			    "accepts of a first version");
}

static void contradictions(void **state)
{
	struct check_options options = check_defaults();

	(void)state;
	assert_int_equal(check_validate(&options, &error), 0);
	options.require = CHECK_RULE(2) | CHECK_RULE(3);
	options.expect_fail = CHECK_RULE(4);
	assert_int_equal(check_validate(&options, &error), 0);
	options.rules = CHECK_RULE(2) | CHECK_RULE(4);
	assert_int_equal(check_validate(&options, &error), -EINVAL);
	assert_string_equal(error.message, "R3 is required, and not among the rules to check");
	assert_string_equal(error.hint, "add it to the rules, or do not require it");
	options.rules = CHECK_RULE(2) | CHECK_RULE(3);
	assert_int_equal(check_validate(&options, &error), -EINVAL);
	assert_string_equal(error.message,
			    "R4 is expected to fail, and not among the rules to check");
	assert_string_equal(error.hint, "add it to the rules, or do not expect it");
	options.rules = CHECK_ALL;
	options.expect_fail = CHECK_RULE(3);
	assert_int_equal(check_validate(&options, &error), -EINVAL);
	assert_string_equal(error.message, "R3 is required to pass and expected to fail");
	assert_string_equal(error.hint, "say one of them");
}

static void list(void **state)
{
	struct capture capture;
	char *text;

	(void)state;
	capture_begin(&capture);
	check_list(capture.file);
	text = capture_end(&capture);
	assert_non_null(strstr(text, "R1  own-sync               every list with ATC_INV carries "
				     "its own CMD_SYNC\n"));
	assert_non_null(strstr(text, "\nR18 every-queue            secondary"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_good), cmocka_unit_test(rules_bad),
		cmocka_unit_test(formats),    cmocka_unit_test(contradictions),
		cmocka_unit_test(list),	      cmocka_unit_test(allowed),
		cmocka_unit_test(profiles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
