// SPDX-License-Identifier: GPL-2.0
/*
 * The four words of a verdict on the whole, and the exit status that each ends with: what follows
 * from the rules, from what was demanded, from what could not be seen, and from hooks that were
 * off.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

#define ALLOW(result) CHECK_RESULT(CHECK_##result)

/* The last line has this word, and the run would end with this status. */
static void whole(const char *word, int code)
{
	char wanted[64];

	stream.options.format = CHECK_JSON;
	stream_end();
	snprintf(wanted, sizeof(wanted), "{\"type\":\"result\",\"verdict\":\"%s\"", word);
	says(wanted);
	assert_int_equal(stream.code, code);
}

static void expects(enum check_expect_kind kind, __u64 number)
{
	static struct check_expectation expectation;

	expectation = (struct check_expectation){kind, DEV, number, "this"};
	stream.options.expectations = &expectation;
	stream.options.expectation_count = 1;
}

/* As `check -- true`: nothing came. */
static void nothing(void **state)
{
	(void)state;
	whole("not exercised", EXIT_KERNEL);
	says("\"allowed\":false,\"reason\":\"no event was seen\"");
}

static void nothing_tested(void **state)
{
	(void)state;
	other(0);
	whole("not exercised", EXIT_KERNEL);
	says("\"reason\":\"nothing put a rule to the test\"");
}

static void nothing_allowed(void **state)
{
	(void)state;
	stream.options.allow = ALLOW(NOT_EXERCISED);
	whole("not exercised", EXIT_OK);
	says("\"allowed\":true");
}

static void other_word_allowed(void **state)
{
	(void)state;
	stream.options.allow = ALLOW(NOT_OBSERVABLE);
	whole("not exercised", EXIT_KERNEL);
}

static void something_held(void **state)
{
	(void)state;
	atc(0, DEV);
	whole("pass", EXIT_OK);
}

static void something_broken(void **state)
{
	(void)state;
	stream.options.allow = ALLOW(NOT_EXERCISED) | ALLOW(NOT_OBSERVABLE);
	atc_unsynced(0, DEV);
	whole("fail", EXIT_VERDICT);
	says("\"reason\":\"R1 is broken\"");
}

/* One rule of many is enough: it might have been the one that is broken. */
static void a_hook_is_missing(void **state)
{
	(void)state;
	without("reset_probe", "not there");
	atc(0, DEV);
	whole("not observable", EXIT_KERNEL);
	says("\"reason\":\"R14 is not observable: hook reset_probe: not there\"");
	says("\"not_observable\":[\"R14\"]");
}

static void a_rule_is_left_out(void **state)
{
	(void)state;
	stream.options.rules = CHECK_ALL & ~CHECK_RULE(14);
	without("reset_probe", "not there");
	atc(0, DEV);
	whole("pass", EXIT_OK);
}

static void broken_although_blind(void **state)
{
	(void)state;
	without("reset_probe", "not there");
	atc_unsynced(0, DEV);
	whole("fail", EXIT_VERDICT);
}

static void half_is_lost(void **state)
{
	(void)state;
	atc(0, DEV);
	stream.statistics.ledger[SMMU_EVENT_SUBMIT].lost = 1;
	stream.statistics.loss.lost = 1;
	whole("not observable", EXIT_KERNEL);
}

static void nothing_but_lost(void **state)
{
	(void)state;
	stream.statistics.loss.skipped_by_kernel = 1;
	whole("not observable", EXIT_KERNEL);
}

static void loss_allowed(void **state)
{
	(void)state;
	atc(0, DEV);
	stream.statistics.loss.skipped_by_kernel = 1;
	stream.options.allow = ALLOW(NOT_OBSERVABLE);
	whole("not observable", EXIT_OK);
}

/* As `replay -k fence`. */
static void other_kinds_left_out(void **state)
{
	(void)state;
	stream.info.kinds = 1U << SMMU_EVENT_FENCE;
	fence(DEV);
	whole("not observable", EXIT_KERNEL);
}

static void required(void **state)
{
	(void)state;
	stream.options.require = CHECK_RULE(18);
	stream.options.allow = ALLOW(NOT_EXERCISED);
	atc(0, DEV);
	whole("fail", EXIT_VERDICT);
	says("\"reason\":\"R18 has to pass, and was not exercised\"");
}

static void broken_as_expected(void **state)
{
	(void)state;
	stream.options.expect_fail = CHECK_RULE(1);
	atc_unsynced(0, DEV);
	whole("pass", EXIT_OK);
}

static void not_broken_as_expected(void **state)
{
	(void)state;
	stream.options.expect_fail = CHECK_RULE(1);
	atc(0, DEV);
	whole("fail", EXIT_VERDICT);
	says("\"reason\":\"R1 was expected to fail, and held\"");
}

/* What somebody expects of a run is put to the test by it. */
static void an_expectation_is_met(void **state)
{
	(void)state;
	expects(CHECK_EXPECT_FENCES, 0);
	other(0);
	whole("pass", EXIT_OK);
}

static void an_expectation_is_not_met(void **state)
{
	(void)state;
	expects(CHECK_EXPECT_ATC_LISTS, 1);
	other(0);
	whole("fail", EXIT_VERDICT);
	says("\"reason\":\"expected: this: not met\"");
}

/* That the workload ends is nothing about the driver. */
static void a_workload_is_no_test(void **state)
{
	int status = 0;

	(void)state;
	expects(CHECK_EXPECT_WORKLOAD, 0);
	stream.options.workload = &status;
	whole("not exercised", EXIT_KERNEL);
}

static void a_workload_fails(void **state)
{
	int status = 7;

	(void)state;
	expects(CHECK_EXPECT_WORKLOAD, 0);
	stream.options.workload = &status;
	stream.statistics.loss.skipped_by_kernel = 1;
	whole("fail", EXIT_VERDICT);
}

static void lose_fences(void)
{
	stream.options.rules = CHECK_RULE(1);
	stream.statistics.ledger[SMMU_EVENT_FENCE].lost = 1;
	stream.statistics.loss.lost = 1;
	atc(0, DEV);
}

/* It was fenced never, as far as can be seen: perhaps once. */
static void an_expectation_is_not_seen(void **state)
{
	(void)state;
	lose_fences();
	expects(CHECK_EXPECT_FENCED, 0);
	whole("not observable", EXIT_KERNEL);
	says("\"reason\":\"expected: this: not observable: lost 1\"");
	says("\"text\":\"this\",\"result\":\"not observable\",\"met\":false,\"found\":0,"
	     "\"reason\":\"lost 1\"");
}

static void too_few_are_seen(void **state)
{
	(void)state;
	lose_fences();
	expects(CHECK_EXPECT_FENCES, 2);
	whole("not observable", EXIT_KERNEL);
}

/* More than expected were seen: what is lost makes it no better. */
static void too_many_are_seen(void **state)
{
	(void)state;
	lose_fences();
	fence(DEV);
	expects(CHECK_EXPECT_FENCED, 0);
	whole("fail", EXIT_VERDICT);
}

/* As many as are expected at least were seen, whatever else there was. */
static void enough_are_seen(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(14);
	stream.statistics.ledger[SMMU_EVENT_SUBMIT].lost = 1;
	stream.statistics.loss.lost = 1;
	atc(0, DEV);
	expects(CHECK_EXPECT_ATC_LISTS, 1);
	whole("pass", EXIT_OK);
}

/* Else the exit status of a live run would say something else than its report. */
static void a_rule_never_fired(void **state)
{
	(void)state;
	stream.statistics.inject_rule_count = 2;
	stream.statistics.inject_rules[0].fired = 1;
	atc(0, DEV);
	whole("fail", EXIT_VERDICT);
	says("\"text\":\"injection rule 1 fires\",\"result\":\"fail\",\"met\":false");
	says("\"reason\":\"expected: injection rule 1 fires: not met\"");
}

/* ---- hooks that were off for a while ---- */

/* Hooks by this method did not fire for 1.2 s of 5 s. */
static void blind(enum blind_method method, enum blind_cause cause)
{
	stream.statistics.blind.ns[method] = 1200 * MS;
	stream.statistics.blind.cause[method] = cause;
}

static void hooked_by(const char *id, const char *method)
{
	size_t at = 0;

	while (strcmp(stream.hooks[at].id, id) != 0)
		assert_true(++at < stream.info.hook_count);
	stream.hooks[at].method = method;
}

static void off_for_a_while(void **state)
{
	(void)state;
	blind(BLIND_TRAMPOLINE, BLIND_SWITCH);
	atc(0, DEV);
	whole("not observable", EXIT_KERNEL);
	says("\"rule\":\"R1\",\"id\":\"own-sync\",\"result\":\"not observable\",\"count\":1");
	says("\"reason\":\"hook list: did not fire for 1.2 s of 5.0 s, "
	     "/proc/sys/kernel/ftrace_enabled was 0\"");
	says("\"duration_ns\":5000000000,\"blind\":[{\"method\":\"fentry\",\"ns\":1200000000,"
	     "\"cause\":\"switch\"}]}");
}

static void off_and_nothing_came(void **state)
{
	(void)state;
	blind(BLIND_TRAMPOLINE, BLIND_SILENT);
	whole("not observable", EXIT_KERNEL);
}

/* It was seen. */
static void broken_and_off(void **state)
{
	(void)state;
	blind(BLIND_TRAMPOLINE, BLIND_SWITCH);
	unmap(8192, 4096);
	inject(DEV);
	atc(-EIO, DEV);
	unmap(8192, 4096);
	stream.options.format = CHECK_JSON;
	stream_end();
	says("\"verdict\":\"fail\"");
	assert_int_equal(stream.code, EXIT_VERDICT);
}

/* That a fence did not come before the invalidation returned proves nothing. */
static void not_seen_and_off(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(6);
	blind(BLIND_TRAMPOLINE, BLIND_SWITCH);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	whole("not observable", EXIT_KERNEL);
}

static void other_method_off(void **state)
{
	(void)state;
	blind(BLIND_KPROBE, BLIND_SWITCH);
	atc(0, DEV);
	whole("pass", EXIT_OK);
}

static void kprobe_off(void **state)
{
	(void)state;
	blind(BLIND_KPROBE, BLIND_SWITCH);
	hooked_by("list", "kprobe");
	atc(0, DEV);
	whole("not observable", EXIT_KERNEL);
	says("hook list: did not fire for 1.2 s of 5.0 s, /sys/kernel/debug/kprobes/enabled was 0");
}

/* It cannot be switched off. */
static void tracepoint_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < stream.info.hook_count; i++)
		stream.hooks[i].method = "tp_btf";
	blind(BLIND_KPROBE, BLIND_SWITCH);
	blind(BLIND_TRAMPOLINE, BLIND_SWITCH);
	atc(0, DEV);
	whole("pass", EXIT_OK);
}

/* A recording of a version that did not look. */
static void nobody_looked(void **state)
{
	(void)state;
	stream.statistics.blind.looks = 0;
	atc(0, DEV);
	whole("not observable", EXIT_KERNEL);
	says("\"reason\":\"hook list: nobody looked whether it fired all the time\"");
	says("\"blind\":null}");
}

static void expectation_while_off(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(14);
	for (size_t i = 0; i < stream.info.hook_count; i++)
		stream.hooks[i].method = strcmp(stream.hooks[i].id, "list") ? "tp_btf" : "fentry";
	blind(BLIND_TRAMPOLINE, BLIND_SWITCH);
	other(0);
	expects(CHECK_EXPECT_FENCES, 0);
	whole("not observable", EXIT_KERNEL);
}

/* What CI servers see of a verdict that is none. */
static void in(enum check_format format, const char *text)
{
	stream.options.format = format;
	stream_end();
	says(text);
}

static void in_text(void **state)
{
	(void)state;
	in(CHECK_TEXT, "\nverdict: not exercised (0 pass, 0 fail, 23 not exercised, 0 not "
		       "observable; 0 events, 0 lost)\n  no event was seen\n");
}

static void in_text_allowed(void **state)
{
	(void)state;
	stream.options.allow = ALLOW(NOT_EXERCISED);
	in(CHECK_TEXT, "\nverdict: not exercised, which is allowed (");
}

static void in_ktap(void **state)
{
	(void)state;
	in(CHECK_KTAP, "    # not exercised: no event was seen\n    not ok 24 verdict\n"
		       "# verdict: not exercised\n# reason: no event was seen\nnot ok 1 check\n");
	says("    1..24\n");
}

static void in_ktap_allowed(void **state)
{
	(void)state;
	stream.options.allow = ALLOW(NOT_EXERCISED);
	in(CHECK_KTAP, "    ok 24 verdict # SKIP not exercised: no event was seen\n"
		       "# verdict: not exercised\n# reason: no event was seen\n"
		       "ok 1 check # SKIP not exercised\n");
}

static void in_junit(void **state)
{
	(void)state;
	in(CHECK_JUNIT,
	   "<testcase time=\"0\" classname=\"smmuscope.check\" name=\"verdict\">\n"
	   "      <failure type=\"not exercised\" message=\"not exercised\">no event was "
	   "seen</failure>\n");
	says("tests=\"24\" failures=\"1\" skipped=\"23\" errors=\"0\"");
	says("<property name=\"verdict\" value=\"not exercised\"/>");
}

static void in_junit_allowed(void **state)
{
	(void)state;
	stream.options.allow = ALLOW(NOT_EXERCISED);
	in(CHECK_JUNIT, "<skipped message=\"not exercised: no event was seen\"/>");
	says("tests=\"24\" failures=\"0\" skipped=\"24\" errors=\"0\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(nothing),
		story(nothing_tested),
		story(nothing_allowed),
		story(other_word_allowed),
		story(something_held),
		story(something_broken),
		story(a_hook_is_missing),
		story(a_rule_is_left_out),
		story(broken_although_blind),
		story(half_is_lost),
		story(nothing_but_lost),
		story(loss_allowed),
		story(other_kinds_left_out),
		story(required),
		story(broken_as_expected),
		story(not_broken_as_expected),
		story(an_expectation_is_met),
		story(an_expectation_is_not_met),
		story(a_workload_is_no_test),
		story(a_workload_fails),
		story(an_expectation_is_not_seen),
		story(too_few_are_seen),
		story(too_many_are_seen),
		story(enough_are_seen),
		story(a_rule_never_fired),
		story(off_for_a_while),
		story(off_and_nothing_came),
		story(broken_and_off),
		story(not_seen_and_off),
		story(other_method_off),
		story(kprobe_off),
		story(tracepoint_stays),
		story(nobody_looked),
		story(expectation_while_off),
		story(in_text),
		story(in_text_allowed),
		story(in_ktap),
		story(in_ktap_allowed),
		story(in_junit),
		story(in_junit_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
