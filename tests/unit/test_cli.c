// SPDX-License-Identifier: GPL-2.0
/*
 * The command line: what is taken, and that what is not names the offending part.
 */
#include "command/cli.h"
#include "smmu_event.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ARGS_MAX 16

static struct cli cli;
static struct refusal error;

/* argv of its own: getopt moves its entries about. */
static int parse(enum cli_command command, const char *first, ...)
{
	static char *argv[ARGS_MAX];
	const char *word = first;
	int argc = 0;
	va_list args;

	va_start(args, first);
	for (; word; word = va_arg(args, const char *))
		argv[argc++] = (char *)word;
	va_end(args);
	argv[argc] = NULL;
	memset(&error, 0, sizeof(error));
	return cli_parse(command, argc, argv, &cli, &error);
}

static void names(const char *part)
{
	assert_non_null(strstr(error.message, part));
	assert_true(error.hint[0]);
}

static void test_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse(CLI_TRACE, "trace", NULL), 0);
	assert_int_equal(cli.run.ring_bytes, 8 << 20);
	assert_int_equal(cli.run.kinds, SMMU_KINDS_DEFAULT);
	assert_null(cli.run.argv);
	assert_int_equal(parse(CLI_REPLAY, "replay", "run.smr", NULL), 0);
	assert_int_equal(cli.run.kinds, SMMU_KINDS_ALL);
}

/* The suffix decides; a recording and the events may both be wanted. */
static void test_recording_is_an_output(void **state)
{
	(void)state;
	assert_int_equal(parse(CLI_TRACE, "trace", "-o", "run.smr", NULL), 0);
	assert_string_equal(cli.run.recording, "run.smr");
	assert_null(cli.run.output);
	assert_int_equal(parse(CLI_TRACE, "trace", "-o", "run.smr", "-o", "run.jsonl", NULL), 0);
	assert_string_equal(cli.run.recording, "run.smr");
	assert_string_equal(cli.run.output, "run.jsonl");
	assert_int_equal(parse(CLI_TRACE, "trace", "-o", ".smr", NULL), 0);
	assert_null(cli.run.recording);
}

static void test_verdict_options(void **state)
{
	(void)state;
	assert_int_equal(parse(CLI_CHECK, "check", "-r", "R1,R3", "-R", "R1", "--budget-fence",
			       "5ms", "--format", "ktap", "sid=1", "--", "true", NULL),
			 0);
	assert_int_equal(cli.run.check.rules, CHECK_RULE(1) | CHECK_RULE(3));
	assert_int_equal(cli.run.check.require, CHECK_RULE(1));
	assert_int_equal(cli.run.check.format, CHECK_KTAP);
	assert_int_equal(cli.run.check.budget_fence_ns, 5000000);
	assert_int_equal(cli.run.inject_rule_count, 1);
	assert_int_equal(cli.run.inject_rules[0].sid, 1);
	assert_string_equal(cli.run.argv[0], "true");
	/* A filter would hide what the rules look for. */
	assert_int_equal(parse(CLI_CHECK, "check", "-d", "0000:01:00.0", NULL), -EINVAL);
}

static void test_replay_and_run_take_files(void **state)
{
	(void)state;
	assert_int_equal(parse(CLI_REPLAY, "replay", NULL), -EINVAL);
	names("no recording");
	assert_int_equal(parse(CLI_REPLAY, "replay", "a.smr", "b.smr", NULL), -EINVAL);
	names("b.smr");
	assert_int_equal(parse(CLI_REPLAY, "replay", "--stat", "--check", "a.smr", NULL), -EINVAL);
	names("--stat and --check");
	assert_int_equal(parse(CLI_RUN, "run", NULL), -EINVAL);
	names("no scenario");
	assert_int_equal(parse(CLI_RUN, "run", "a.scn", "b.scn", NULL), 0);
	assert_int_equal(cli.file_count, 2);
	assert_int_equal(parse(CLI_RUN, "run", "a.scn", "--", "ls", NULL), -EINVAL);
	names("run runs no command");
}

/* Wherever one is taken: the part that is wrong is named, and nothing is taken for nothing. */
static void test_addresses(void **state)
{
	static const char *const wrong[][2] = {
		{"0009:01:00", "no function"},
		{"00010000:01:00.0", "domain is above ffff"},
		{"0000:01:00.8", "its function"},
	};

	(void)state;
	assert_int_equal(parse(CLI_TRACE, "trace", "-d", "00000009:01:00.0", NULL), 0);
	assert_int_equal(parse(CLI_INJECT, "inject", "--in-use-ok", "00000009:01:00.0",
			       "device=00000009:01:00.0", NULL),
			 0);
	assert_int_equal(cli.run.inject_rules[0].bdf, 0x90100);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char rule[64];

		snprintf(rule, sizeof(rule), "device=%s", wrong[i][0]);
		assert_int_equal(parse(CLI_TRACE, "trace", "-d", wrong[i][0], NULL), -EINVAL);
		names(wrong[i][1]);
		assert_int_equal(parse(CLI_REPLAY, "replay", "-d", wrong[i][0], "a.smr", NULL),
				 -EINVAL);
		names(wrong[i][1]);
		assert_int_equal(
			parse(CLI_INJECT, "inject", "--in-use-ok", wrong[i][0], "sid=1", NULL),
			-EINVAL);
		names(wrong[i][1]);
		assert_int_equal(parse(CLI_INJECT, "inject", rule, NULL), -EINVAL);
		names(wrong[i][1]);
	}
	assert_int_equal(parse(CLI_TRACE, "trace", "-d", "vda", NULL), -EINVAL);
	names("neither a PCI address nor a StreamID");
}

static void test_command_behind_dashes(void **state)
{
	(void)state;
	assert_int_equal(parse(CLI_TRACE, "trace", "-j", "--", "ls", "-l", NULL), 0);
	assert_true(cli.run.json);
	assert_string_equal(cli.run.argv[0], "ls");
	assert_string_equal(cli.run.argv[1], "-l");
	assert_int_equal(parse(CLI_TRACE, "trace", "--", NULL), -EINVAL);
	names("no command");
}

static void test_kinds(void **state)
{
	(void)state;
	assert_int_equal(parse(CLI_TRACE, "trace", "-k", "fence,ats", NULL), 0);
	assert_int_equal(cli.run.kinds, 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_ATS);
	assert_int_equal(parse(CLI_TRACE, "trace", "-k", "fence,fences", NULL), -EINVAL);
	names("fences");
	assert_int_equal(parse(CLI_TRACE, "trace", "-k", "", NULL), -EINVAL);
}

static void test_ring_is_a_power_of_two_of_pages(void **state)
{
	static const char *const bad[] = {"0", "4095", "12K", "2K", "-4K", "4Kx", "2048M", ""};

	(void)state;
	assert_int_equal(parse(CLI_TRACE, "trace", "--ring", "4K", NULL), 0);
	assert_int_equal(cli.run.ring_bytes, 4096);
	assert_int_equal(parse(CLI_TRACE, "trace", "--ring", "1M", NULL), 0);
	assert_int_equal(cli.run.ring_bytes, 1 << 20);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(CLI_TRACE, "trace", "--ring", bad[i], NULL), -EINVAL);
		names("ring");
	}
}

static void test_errors_name_the_part(void **state)
{
	(void)state;
	assert_int_equal(parse(CLI_TRACE, "trace", "--colour", NULL), -EINVAL);
	names("--colour");
	assert_int_equal(parse(CLI_TRACE, "trace", "-xj", NULL), -EINVAL);
	names("-x");
	assert_int_equal(parse(CLI_TRACE, "trace", "-o", NULL), -EINVAL);
	names("a value is missing");
	assert_int_equal(parse(CLI_TRACE, "trace", "extra", NULL), -EINVAL);
	names("extra");
	assert_int_equal(parse(CLI_TRACE, "trace", "-t", "5", NULL), -EINVAL);
	names("duration");
	assert_int_equal(parse(CLI_PROBE, "probe", "--", "ls", NULL), -EINVAL);
	names("probe runs no command");
}

static void test_options_belong_to_commands(void **state)
{
	(void)state;
	assert_int_equal(parse(CLI_TRACE, "trace", "--dry-run", NULL), -EINVAL);
	assert_int_equal(parse(CLI_INJECT, "inject", "--dry-run", "sid=1", NULL), 0);
	assert_int_equal(parse(CLI_STAT, "stat", "-i", "1s", NULL), 0);
	assert_int_equal(cli.run.interval_ns, 1000000000);
}

static void test_attach(void **state)
{
	(void)state;
	assert_int_equal(parse(CLI_TRACE, "trace", NULL), 0);
	assert_false(cli.run.plan.kprobes || cli.run.plan.trampolines);
	assert_int_equal(parse(CLI_RUN, "run", "--attach=kprobe", "a.scn", NULL), 0);
	assert_true(cli.run.plan.kprobes);
	assert_int_equal(parse(CLI_PROBE, "probe", "--attach", "fentry", NULL), 0);
	assert_true(cli.run.plan.trampolines);
	assert_int_equal(parse(CLI_STAT, "stat", "--attach=kprobes", NULL), -EINVAL);
	names("kprobes");
	assert_int_equal(parse(CLI_REPLAY, "replay", "--attach=kprobe", "a.smr", NULL), -EINVAL);
	names("--attach");
}

static void test_kernel_that_is_not_running(void **state)
{
	(void)state;
	assert_int_equal(parse(CLI_PROBE, "probe", "--root", "dir", "--btf", "types",
			       "--module-btf=smmu", NULL),
			 0);
	assert_string_equal(cli.run.kernel.root, "dir");
	assert_string_equal(cli.run.kernel.btf, "types");
	assert_string_equal(cli.run.kernel.module_btf, "smmu");
	assert_int_equal(parse(CLI_PROBE, "probe", "--module-btf=smmu", NULL), -EINVAL);
	names("--module-btf");
	assert_int_equal(parse(CLI_TRACE, "trace", "--root", "dir", NULL), -EINVAL);
	names("--root");
	assert_int_equal(parse(CLI_RUN, "run", "--btf", "types", "a.scn", NULL), 0);
	assert_string_equal(cli.run.kernel.btf, "types");
	assert_int_equal(parse(CLI_CHECK, "check", "--wait", NULL), 0);
	assert_true(cli.run.wait);
	assert_int_equal(parse(CLI_PROBE, "probe", "--wait", NULL), -EINVAL);
	names("--wait");
}

static void test_inject_wants_rules(void **state)
{
	(void)state;
	assert_int_equal(parse(CLI_INJECT, "inject", NULL), -EINVAL);
	names("no rule");
	assert_int_equal(parse(CLI_INJECT, "inject", "--help", NULL), 0);
	assert_int_equal(parse(CLI_INJECT, "inject", "sid=1", "-q", "sid=2", NULL), 0);
	assert_int_equal(cli.inject_rule_count, 2);
	assert_string_equal(cli.inject_rules[1], "sid=2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_recording_is_an_output),
		cmocka_unit_test(test_verdict_options),
		cmocka_unit_test(test_replay_and_run_take_files),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_command_behind_dashes),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_ring_is_a_power_of_two_of_pages),
		cmocka_unit_test(test_errors_name_the_part),
		cmocka_unit_test(test_options_belong_to_commands),
		cmocka_unit_test(test_attach),
		cmocka_unit_test(test_kernel_that_is_not_running),
		cmocka_unit_test(test_inject_wants_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
