// SPDX-License-Identifier: GPL-2.0
/*
 * Results and the verdict on all of them: lost events, missing hooks, records out of order,
 * requirements and expectations.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

/* ---- lost events ---- */

#define UNSEEN " not observable"

static void lost(unsigned int kind, const char *expected)
{
	stream_begin();
	stream.statistics.ledger[kind].lost = 3;
	stream.statistics.loss.lost = 3;
	rules(expected);
	if (*expected)
		says("\"reason\":\"lost 3\"");
	says("\"lost\":3,");
	assert_int_equal(stream.code, EXIT_KERNEL);
}

#define N(rule) "R" #rule UNSEEN
#define AND	", "

/* The rules that are not observable when events of a kind were lost. */
static void loss_by_kind(void **state)
{
	(void)state;
	lost(SMMU_EVENT_SUBMIT, N(1) AND N(2) AND N(3) AND N(4) AND N(5) AND N(6) AND N(7) AND N(8)
					AND N(9) AND N(10) AND N(11) AND N(12) AND N(16) AND N(17)
						AND N(18) AND N(19) AND N(20) AND N(22) AND N(23));
	lost(SMMU_EVENT_INJECT,
	     N(3) AND N(4) AND N(5) AND N(6) AND N(10) AND N(17) AND N(18) AND N(20));
	lost(SMMU_EVENT_CMDQ_ERROR, N(3) AND N(4) AND N(5) AND N(10));
	lost(SMMU_EVENT_FENCE,
	     N(4) AND N(6) AND N(7) AND N(9) AND N(11) AND N(12) AND N(13) AND N(16) AND N(17)
		     AND N(18) AND N(20) AND N(21) AND N(22) AND N(23));
	lost(SMMU_EVENT_UNFENCE, N(6) AND N(7) AND N(11) AND N(12) AND N(13) AND N(16) AND N(18)
					 AND N(19) AND N(20) AND N(21) AND N(22) AND N(23));
	lost(SMMU_EVENT_ATS, N(6) AND N(9) AND N(12) AND N(13) AND N(18) AND N(21) AND N(22));
	lost(SMMU_EVENT_STE, N(4) AND N(6) AND N(7) AND N(9) AND N(11) AND N(12) AND N(13) AND N(16)
				     AND N(17) AND N(18) AND N(20) AND N(21) AND N(22) AND N(23));
	lost(SMMU_EVENT_RESET, N(13) AND N(14) AND N(15) AND N(20) AND N(21) AND N(23));
	lost(SMMU_EVENT_ISR, N(9) AND N(10));
	lost(SMMU_EVENT_REGISTERS, N(10) AND N(19) AND N(20));
	lost(SMMU_EVENT_INVALIDATION, N(3) AND N(6) AND N(16) AND N(18));
	lost(SMMU_EVENT_FORBIDDEN, N(8) AND N(9) AND N(17));
	lost(SMMU_EVENT_ATTACH, N(23));
	lost(SMMU_EVENT_UNMAP, N(16));
}

/* A hit that the kernel skipped our program for may have been of any kind. */
static void skipped_by_kernel(void **state)
{
	(void)state;
	stream.statistics.loss.skipped_by_kernel = 7;
	other(0);
	atc(0, DEV);
	rules("R1 not observable 1" AND N(2) AND N(3) AND N(4) AND N(5) AND N(6) AND N(7) AND N(8)
		      AND N(9) AND N(10) AND N(11) AND N(12) AND N(13) AND N(14) AND N(15) AND N(16)
			      AND N(17) AND N(18) AND N(19) AND N(20) AND N(21) AND N(22)
				      AND N(23));
	says("lost 7");
	says("\"lost\":7,");
}

#define EVERYTHING                                                                                 \
	N(1)                                                                                       \
	AND N(2) AND N(3) AND N(4) AND N(5) AND N(6) AND N(7) AND N(8) AND N(9) AND N(10)          \
		AND N(11) AND N(12) AND N(13) AND N(14) AND N(15) AND N(16) AND N(17) AND N(18)    \
			AND N(19) AND N(20) AND N(21) AND N(22) AND N(23)

/* Missing numbers are missing events, whatever the ledger says. */
static void holes(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(1) | CHECK_RULE(9) | CHECK_RULE(15);
	other(0);
	stream.seq[0] += 2;
	atc(0, DEV);
	task(2);
	stream.cpu = 3;
	other(0);
	stream.seq[3] += 5;
	other(0);
	rules("R1 not observable 1" AND N(9) AND N(15));
	says("\"reason\":\"lost 7\"");
	says("\"lost\":7,");
}

/* If a replay leaves events out, missing numbers may be those: not called lost. */
static void holes_of_a_filter(void **state)
{
	(void)state;
	stream.info.kinds &= ~(1U << SMMU_EVENT_ISR);
	stream.options.rules = CHECK_RULE(1);
	other(0);
	stream.seq[0] += 2;
	atc(0, DEV);
	rules("R1 not observable 1");
	says("\"reason\":\"lost or filtered 2\"");
	says("\"lost\":0,");
	stream_begin();
	stream.info.filtered = 1U << SMMU_EVENT_ATS;
	stream.options.rules = CHECK_RULE(1);
	stream.statistics.loss.skipped_by_kernel = 3;
	atc(0, DEV);
	rules("R1 not observable 1");
	says("\"reason\":\"lost 3\"");
	says("\"lost\":3,");
}

/* The ledger knows the kind of the missing events. */
static void holes_in_ledger(void **state)
{
	(void)state;
	stream.statistics.ledger[SMMU_EVENT_ISR].lost = 3;
	stream.statistics.loss.lost = 3;
	other(0);
	stream.seq[0] += 2;
	atc(0, DEV);
	rules("R1 pass 1" AND N(9) AND N(10));
	says("\"lost\":3,");
}

/* Numbers out of order, as when an interrupt comes in between, are no loss. */
static void overtaken(void **state)
{
	(void)state;
	other(0);
	atc(0, DEV);
	stream.sent[0].record->event.seq = 2;
	stream.sent[1].record->event.seq = 1;
	rules("R1 pass 1");
}

/* A list that was not captured whole may be any list. */
static void unread(unsigned int flags, __u16 captured)
{
	struct record *record;

	stream_begin();
	record = event_now(SMMU_EVENT_SUBMIT, flags);
	record->submit.smmu = stream.smmu;
	record->submit.queue = stream.queue;
	record->submit.commands = 2;
	record->submit.captured = captured;
	record->submit.command[0].word[0] = record->submit.command[1].word[0] = SMMU_OP_TLBI_NH_VA;
	record_send(record, sizeof(record->submit) + 2 * sizeof(struct smmu_command));
	rules(captured == 2 && !flags ? ""
				      : N(1) AND N(2) AND N(3) AND N(4) AND N(5) AND N(6) AND N(7)
						AND N(8) AND N(9) AND N(10) AND N(11) AND N(12)
							AND N(16) AND N(17) AND N(18) AND N(19)
								AND N(20) AND N(22) AND N(23));
	if (captured < 2)
		says("\"reason\":\"lost 1\"");
}

static void not_captured(void **state)
{
	(void)state;
	unread(0, 2);
	unread(0, 1);
	unread(SMMU_EVENT_UNREAD, 0);
	unread(SMMU_EVENT_UNREAD, 2);
}

/* R1 and R3 rest on what was seen; R2 and R6 on something that was not. */
static void seen_stays(void **state)
{
	(void)state;
	stream.statistics.ledger[SMMU_EVENT_SUBMIT].lost = 1;
	other(0);
	atc_unsynced(0, DEV);
	task(2);
	other(0);
	task(1);
	inject(DEV);
	atc(0, DEV);
	returned(0);
	rules("R1 fail 1" AND N(2) AND "R3 fail 2" AND N(4) AND N(5) AND N(6) AND N(7) AND N(8)
		      AND N(9) AND N(10) AND N(11) AND N(12) AND N(16) AND N(17) AND N(18) AND N(19)
			      AND N(20) AND N(22) AND N(23));
	assert_int_equal(stream.code, EXIT_VERDICT);
}

/* An unfence may be missing: the device may be allowed to do all that again. */
static void maybe_unfenced(void **state)
{
	(void)state;
	stream.statistics.ledger[SMMU_EVENT_UNFENCE].lost = 1;
	recovery(DEV);
	other(0);
	atc(0, DEV);
	fence(DEV);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 not observable 1" AND N(7) AND
	      "R8 pass 1, R11 not observable 1" AND N(12) AND N(13) AND N(16) AND
	      "R17 pass 1" AND N(18) AND N(19) AND "R20 not observable 2" AND N(21) AND N(22)
		      AND N(23));
}

/* ---- hooks ---- */

static void without_hook(const char *id, const char *expected)
{
	static const char *const reasons[] = {"gone", NULL};
	char reason[80];

	for (size_t i = 0; i < 2; i++) {
		stream_begin();
		without(id, reasons[i]);
		rules(expected);
		snprintf(reason, sizeof(reason), "\"reason\":\"hook %s: %s\"", id,
			 i ? "not attached in this run" : "gone");
		if (*expected)
			says(reason);
	}
}

static void missing_hooks(void **state)
{
	(void)state;
	without_hook("list",
		     N(1) AND N(2) AND N(3) AND N(4) AND N(5) AND N(6) AND N(7) AND N(8) AND N(9)
			     AND N(10) AND N(11) AND N(12) AND N(13) AND N(16) AND N(17) AND N(18)
				     AND N(19) AND N(20) AND N(21) AND N(22) AND N(23));
	without_hook("gerror", N(3) AND N(4) AND N(9) AND N(10));
	without_hook("queue_error", N(3));
	without_hook("queue_work", N(9));
	without_hook("timer_start", N(9));
	without_hook("hrtimer_start", N(9));
	without_hook("softirq_raise", N(9));
	without_hook("ipi_raise", N(9));
	without_hook("kthread_queue_work", N(9));
	without_hook("irq_exit", N(17));
	without_hook("kmalloc", N(8) AND N(9));
	without_hook("kmem_cache_alloc", N(8) AND N(9));
	without_hook("mm_page_alloc", N(8) AND N(9));
	without_hook("mutex_lock", N(8));
	without_hook("mutex_lock_interruptible", N(8));
	without_hook("mutex_lock_killable", N(8));
	without_hook("down_read", N(8));
	without_hook("down_write", N(8));
	without_hook("down", N(8));
	without_hook("schedule", N(8));
	without_hook("ats_disable", N(6) AND N(9) AND N(12) AND N(18) AND N(21) AND N(22));
	without_hook("ats_enable", N(9) AND N(12) AND N(13) AND N(21) AND N(22));
	without_hook("reset", N(13) AND N(14) AND N(15) AND N(20) AND N(21) AND N(23));
	without_hook("reset_prepare", N(14) AND N(15));
	without_hook("reset_done", N(14) AND N(15));
	without_hook("reset_probe", N(14));
	without_hook("unmap", N(16));
	without_hook("attach", N(23));
}

/* One of the two is enough to see an invalidation end. */
static void alternative_hooks(void **state)
{
	(void)state;
	without_hook("invalidation_domain", "");
	without_hook("invalidation_master", "");
	stream_begin();
	without("invalidation_master", "inlined");
	without("invalidation_domain", "gone");
	rules(N(6) AND N(16) AND N(18));
	says("\"reason\":\"hook invalidation_domain: gone\"");
}

/* As of `trace`: without the hooks and the events that only a verdict needs. */
static void plain_trace(void **state)
{
	static const char *const absent[] = {
		"invalidation_domain",
		"invalidation_master",
		"unmap",
		"kmalloc",
		"kmem_cache_alloc",
		"mm_page_alloc",
		"mutex_lock",
		"mutex_lock_interruptible",
		"mutex_lock_killable",
		"down_read",
		"down_write",
		"down",
		"schedule",
		"queue_work",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		without(absent[i], NULL);
	stream.info.kinds = SMMU_KINDS_DEFAULT;
	recovery(DEV);
	rules("R1 pass 1, R3 not observable 2, R4 pass 1, R5 pass 1, R6 not observable 1, "
	      "R8 not observable 1" AND N(9) AND N(16) AND "R17 not observable 1" AND N(18) AND
	      "R20 pass 1");
	says("hook kmalloc: not attached in this run");
	says("invalidation events: not traced in this run");
}

/* The flow's next invalidation shows a missing fence, too, without those hooks. */
static void broken_without_end(void **state)
{
	(void)state;
	without("invalidation_domain", NULL);
	without("invalidation_master", NULL);
	stream.info.kinds &= ~(1U << SMMU_EVENT_INVALIDATION);
	stream.options.rules = CHECK_RULE(6);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	other(0);
	rules("R6 fail 1");
}

static void partly(__u32 kinds, __u32 filtered, const char *expected, const char *reason)
{
	stream_begin();
	stream.info.kinds = kinds;
	stream.info.filtered = filtered;
	rules(expected);
	says(reason);
}

/* An attached hook does not mean that all its kinds of events were traced. */
static void not_traced(void **state)
{
	const __u32 submit = 1U << SMMU_EVENT_SUBMIT, reset = 1U << SMMU_EVENT_RESET;

	(void)state;
	partly(SMMU_KINDS_ALL & ~reset, 0, N(13) AND N(14) AND N(15) AND N(20) AND N(21) AND N(23),
	       "\"reason\":\"reset events: not traced in this run\"");
	partly(SMMU_KINDS_ALL, reset, N(13) AND N(14) AND N(15) AND N(20) AND N(21) AND N(23),
	       "\"reason\":\"reset events: filtered in this run\"");
	partly(reset, submit | reset, EVERYTHING,
	       "\"reason\":\"submit events: not traced in this run\"");
	stream_begin();
	stream.info.kinds = 0;
	stream.options.rules = CHECK_RULE(1);
	atc(0, DEV);
	rules("R1 not observable 1");
	says("the recording does not say what was traced");
}

/* A violation that rests on an event stays, one that rests on an absence does not. */
static void hooks_and_violations(void **state)
{
	(void)state;
	without("list", "gone");
	stream.options.rules = CHECK_RULE(4);
	other(-EIO);
	rules("R4 fail 1");
	stream_begin();
	without("reset", NULL);
	stream.options.rules = CHECK_RULE(13);
	recovery(DEV);
	unfence(DEV);
	rules("R13 not observable");
}

/* ---- order ---- */

static void whole_story(void)
{
	other(0);
	inject(DEV2);
	atc(-EIO, DEV, DEV2);
	atc(0, DEV);
	inject_as(DEV2, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV2);
	ats(DEV2, false, 0);
	fence(DEV2);
	returned(-EIO);
	unmap(4096, 4096);
	good_reset(DEV2);
	unfence(DEV2);
	ats(DEV2, true, 0);
}

#define WHOLE                                                                                      \
	"R1 pass 3, R3 pass 3, R4 pass 2, R5 pass 2, R6 pass 1, R7 pass 1, R8 pass 1, "            \
	"R13 pass 1, R14 pass 1, R15 pass 1, R16 pass 1, R17 pass 1"

static void in_order(void **state)
{
	(void)state;
	whole_story();
	rules(WHOLE ", R20 pass 1, R21 pass 1");
}

/* Arrival in the opposite order, as from several CPUs. */
static void backwards(void **state)
{
	(void)state;
	whole_story();
	later(190 * MS);
	other(0);
	for (size_t i = 0; i < stream.count / 2; i++) {
		__typeof__(stream.sent[0]) one = stream.sent[i];

		stream.sent[i] = stream.sent[stream.count - 1 - i];
		stream.sent[stream.count - 1 - i] = one;
	}
	rules(WHOLE ", R20 pass 1, R21 pass 1");
}

/* Events of the same instant stay in the order of their arrival. */
static void same_instant(void **state)
{
	(void)state;
	recovery(DEV);
	for (size_t i = 0; i < stream.count; i++)
		stream.sent[i].record->event.ts_ns = 1 * S;
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 "
	      "pass 1");
}

static void cut_off_record(void **state)
{
	(void)state;
	struct sink sink = {.ops = &sink_check, .info = &stream.info, .options = &stream.options};
	struct record *record = record_new(SMMU_EVENT_FENCE, 0);

	assert_int_equal(sink.ops->close(&sink, &stream.statistics, "end"), 0);
	sink.file = fopen("/dev/null", "w");
	assert_int_equal(sink.ops->open(&sink), 0);
	assert_int_equal(sink_give(&sink, &record->event, sizeof(record->event) + 8), -EINVAL);
	assert_int_equal(sink.ops->close(&sink, &stream.statistics, "end"), 0);
	fclose(sink.file);
	free(record);
}

/* ---- the verdict on all results ---- */

static void require(void **state)
{
	(void)state;
	stream.options.require = CHECK_RULE(1);
	atc(0, DEV);
	rules("R1 pass 1");
	assert_int_equal(stream.code, EXIT_OK);
}

static void require_not_exercised(void **state)
{
	(void)state;
	stream.options.require = CHECK_RULE(3);
	atc(0, DEV);
	rules("R1 pass 1");
	assert_int_equal(stream.code, EXIT_VERDICT);
	says("\"verdict\":\"fail\",\"reason\":\"R3 has to pass, and was not "
	     "exercised\",\"failed\":[]");
}

static void require_not_observable(void **state)
{
	(void)state;
	stream.options.require = CHECK_RULE(15);
	stream.statistics.ledger[SMMU_EVENT_RESET].lost = 1;
	rules(N(13) AND N(14) AND N(15) AND N(20) AND N(21) AND N(23));
	assert_int_equal(stream.code, EXIT_VERDICT);
}

static void expected_failure(void **state)
{
	(void)state;
	stream.options.expect_fail = CHECK_RULE(1);
	atc_unsynced(0, DEV);
	rules("R1 fail 1");
	assert_int_equal(stream.code, EXIT_OK);
	says("\"verdict\":\"pass\",\"failed\":[\"R1\"]");
}

static void expected_failure_missing(void **state)
{
	(void)state;
	stream.options.expect_fail = CHECK_RULE(1);
	atc(0, DEV);
	rules("R1 pass 1");
	assert_int_equal(stream.code, EXIT_VERDICT);
}

static void expected_failure_and_another(void **state)
{
	(void)state;
	stream.options.expect_fail = CHECK_RULE(1);
	other(-EIO);
	atc_unsynced(0, DEV);
	rules("R1 fail 1, R4 fail 1");
	assert_int_equal(stream.code, EXIT_VERDICT);
}

/* A rule that is not wanted does not decide. */
static void not_wanted(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(3);
	atc_unsynced(0, DEV);
	rules("");
	assert_int_equal(stream.code, EXIT_KERNEL);
	assert_null(strstr(stream.report, "\"R1\""));
}

static void expect(enum check_expect_kind kind, __u32 bdf, __u64 number, bool met)
{
	const struct check_expectation expectation = {kind, bdf, number, "it"};

	stream_begin();
	stream.options.expectations = &expectation;
	stream.options.expectation_count = 1;
	recovery(DEV2);
	good_reset(DEV2);
	unfence_stream(0x200);
	unfence_stream(0x201);
	other(0);
	inject_as(DEV2, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV2);
	fence(DEV2);
	returned(-EIO);
	stream.options.format = CHECK_JSON;
	stream_end();
	says(met ? "\"text\":\"it\",\"result\":\"pass\",\"met\":true"
		 : "\"text\":\"it\",\"result\":\"fail\",\"met\":false");
	assert_int_equal(stream.code, met ? EXIT_OK : EXIT_VERDICT);
}

static void expectations(void **state)
{
	(void)state;
	expect(CHECK_EXPECT_FENCED, 0x200, 2, true);
	expect(CHECK_EXPECT_FENCED, 0x200, 1, false);
	expect(CHECK_EXPECT_FENCED, 0x100, 0, true);
	expect(CHECK_EXPECT_UNFENCED, 0x200, 1, true);
	expect(CHECK_EXPECT_UNFENCED, 0x200, 2, false);
	expect(CHECK_EXPECT_FENCES, 0, 2, true);
	expect(CHECK_EXPECT_FENCES, 0, 3, false);
	expect(CHECK_EXPECT_TIMEOUTS, 0, 1, true);
	expect(CHECK_EXPECT_TIMEOUTS, 0, 2, false);
	expect(CHECK_EXPECT_ATC_LISTS, 0, 1, true);
	expect(CHECK_EXPECT_ATC_LISTS, 0, 2, true);
	expect(CHECK_EXPECT_ATC_LISTS, 0, 3, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(loss_by_kind),
		story(skipped_by_kernel),
		story(holes),
		story(holes_of_a_filter),
		story(holes_in_ledger),
		story(overtaken),
		story(not_captured),
		story(seen_stays),
		story(maybe_unfenced),
		story(missing_hooks),
		story(alternative_hooks),
		story(plain_trace),
		story(broken_without_end),
		story(not_traced),
		story(hooks_and_violations),
		story(in_order),
		story(backwards),
		story(same_instant),
		story(cut_off_record),
		story(require),
		story(require_not_exercised),
		story(require_not_observable),
		story(expected_failure),
		story(expected_failure_missing),
		story(expected_failure_and_another),
		story(not_wanted),
		story(expectations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
