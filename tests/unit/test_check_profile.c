// SPDX-License-Identifier: GPL-2.0
/*
 * Profiles: what `first` tolerates, with a warning in every format, and what it does not. Each
 * story is a violation for `strict`.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

/* Ends the story: one rule's result, with so many warnings and the verdict on the whole. */
static void judged(enum check_profile profile, unsigned int rule, const char *expected,
		   unsigned int warned, const char *word)
{
	char text[64];

	stream.options.profile = profile;
	stream.options.rules = CHECK_RULE(rule);
	rules(expected);
	snprintf(text, sizeof(text), "\"warned\":%u,", warned);
	says(text);
	snprintf(text, sizeof(text), "\"type\":\"result\",\"verdict\":\"%s\"", word);
	says(text);
}

/* ---- R7: all of the batch are fenced ---- */

static void batch_fails(void)
{
	other(0);
	inject(DEV);
	atc(-EIO, DEV, DEV2);
}

static void all_fenced(void)
{
	batch_fails();
	fence(DEV);
	fence(DEV2);
	returned(-EIO);
}

static void all_fenced_strict(void **state)
{
	(void)state;
	all_fenced();
	judged(CHECK_STRICT, 7, "R7 fail 2", 0, "fail");
	says("\"profile\":\"strict\"");
}

static void all_fenced_first(void **state)
{
	(void)state;
	all_fenced();
	judged(CHECK_FIRST, 7, "R7 pass", 2, "pass");
	says("\"profile\":\"first\"");
	says("\"warn\":{\"count\":2,\"tolerated\":\"all devices of a list that failed may be "
	     "fenced, "
	     "instead of asking each again\",\"first\":\"0000:01:00.0 was fenced and has never "
	     "failed "
	     "alone\"}");
}

/* It was not in the list. */
static void another_fenced(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV, 0x900);
	fence(DEV2);
	judged(CHECK_FIRST, 7, "R7 fail 1", 0, "fail");
}

/* It was asked again, and answered. */
static void one_that_answered_fenced(void **state)
{
	(void)state;
	batch_fails();
	atc(0, DEV2);
	atc(-EIO, DEV);
	fence(DEV);
	fence(DEV2);
	judged(CHECK_FIRST, 7, "R7 fail 1", 0, "fail");
}

/* What is tolerated counts for --require, and can be broken as well. */
static void all_and_another_fenced(void **state)
{
	(void)state;
	batch_fails();
	fence(DEV);
	fence(DEV2);
	fence(0x900);
	judged(CHECK_FIRST, 7, "R7 fail 1", 2, "fail");
}

static void required(void **state)
{
	(void)state;
	all_fenced();
	stream.options.require = CHECK_RULE(7);
	judged(CHECK_FIRST, 7, "R7 pass", 2, "pass");
}

/* A warning is no pass where it cannot be seen what else there was. */
static void tolerated_and_lost(void **state)
{
	(void)state;
	all_fenced();
	stream.statistics.ledger[SMMU_EVENT_FENCE].lost = 1;
	stream.statistics.loss.lost = 1;
	judged(CHECK_FIRST, 7, "R7 not observable", 2, "not observable");
}

/* ---- R11: ATC_INV that race with the fence ---- */

static void sends(unsigned int times)
{
	for (unsigned int i = 0; i < times; i++) {
		task(10 + i);
		other(0);
		atc(0, DEV);
	}
}

static void racing_strict(void **state)
{
	(void)state;
	recovery(DEV);
	sends(1);
	judged(CHECK_STRICT, 11, "R11 fail 1", 0, "fail");
}

static void racing_first(void **state)
{
	(void)state;
	recovery(DEV);
	sends(8);
	judged(CHECK_FIRST, 11, "R11 pass", 8, "pass");
}

static void too_many(void **state)
{
	(void)state;
	recovery(DEV);
	sends(10);
	judged(CHECK_FIRST, 11, "R11 fail 2", 8, "fail");
}

/* The device's next fence may be raced with, too, and so may another device's. */
static void few_for_each_fence(void **state)
{
	(void)state;
	recovery(DEV);
	sends(8);
	good_reset(DEV);
	unfence(DEV);
	task(1);
	recovery(DEV);
	sends(8);
	task(2);
	recovery(DEV2);
	fence(0x201);
	task(30);
	other(0);
	atc(0, DEV2);
	stream.options.profile = CHECK_FIRST;
	stream.options.rules = CHECK_RULE(11);
	stream.options.format = CHECK_JSON;
	stream_end();
	says("\"warn\":{\"count\":17,");
	says("\"failed\":[]");
}

/* Nobody has a list of devices for so long. */
static void too_late(void **state)
{
	(void)state;
	recovery(DEV);
	later(20 * MS);
	sends(1);
	judged(CHECK_FIRST, 11, "R11 fail 1", 0, "fail");
}

/* What counts is when it began: the SMMU may wait. */
static void waits_long(void **state)
{
	(void)state;
	recovery(DEV);
	task(2);
	other(0);
	later(500 * MS);
	lasting(500 * MS);
	atc(0, DEV);
	judged(CHECK_FIRST, 11, "R11 pass", 1, "pass");
}

/* ---- R13: an attach lifts the fence ---- */

static void lifted(bool fenced, __u32 attaches)
{
	recovery(DEV);
	task(2);
	unfence(DEV);
	if (fenced) {
		inject(DEV);
		atc(-EIO, DEV);
		fence(DEV);
	}
	if (attaches) {
		task(attaches);
		attach(DEV);
	}
}

static void attach_strict(void **state)
{
	(void)state;
	lifted(true, 2);
	judged(CHECK_STRICT, 13, "R13 fail 1", 0, "fail");
}

static void attach_converges(void **state)
{
	(void)state;
	lifted(true, 2);
	judged(CHECK_FIRST, 13, "R13 pass 1", 1, "pass");
	says("\"first\":\"EATS of 0000:01:00.0 came back without a reset that worked\"");
}

static void attach_does_not_converge(void **state)
{
	(void)state;
	lifted(false, 2);
	judged(CHECK_FIRST, 13, "R13 fail 1", 0, "fail");
	says("EATS of 0000:01:00.0 came back without a reset that worked");
	says("\"evidence\":[{");
}

static void no_attach(void **state)
{
	(void)state;
	lifted(true, 0);
	judged(CHECK_FIRST, 13, "R13 fail 1", 0, "fail");
}

static void attach_of_somebody_else(void **state)
{
	(void)state;
	lifted(true, 3);
	judged(CHECK_FIRST, 13, "R13 fail 1", 0, "fail");
}

/* The reset told that it failed: nobody accepts that. */
static void failed_reset(void **state)
{
	(void)state;
	recovery(DEV);
	task(2);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	unfence(DEV);
	reset(DEV, SMMU_RESET_END, -ENOTTY);
	fence(DEV);
	attach(DEV);
	judged(CHECK_FIRST, 13, "R13 fail 1", 0, "fail");
}

/* More than can be kept open at a time: each is a violation or a warning, and none is lost. */
static void many_attaches(void **state)
{
	(void)state;
	recovery(DEV);
	for (__u32 i = 0; i < 40; i++) {
		task(100 + i);
		unfence(DEV);
		fence(DEV);
	}
	stream.options.profile = CHECK_FIRST;
	stream.options.rules = CHECK_RULE(13);
	rules("R13 fail 40");
	for (__u32 i = 0; i < 3; i++)
		says("came back without");
}

/* ---- other rules ---- */

static void nothing_else(void **state)
{
	(void)state;
	atc_unsynced(0, DEV);
	judged(CHECK_FIRST, 1, "R1 fail 1", 0, "fail");
}

/* ---- in every format ---- */

static void in(enum check_format format, const char *text)
{
	all_fenced();
	stream.options.profile = CHECK_FIRST;
	stream.options.rules = CHECK_RULE(7);
	stream.options.format = format;
	stream_end();
	says(text);
}

#define WARN                                                                                       \
	"warn: 2 tolerated, as all devices of a list that failed may be fenced, instead of "       \
	"asking "                                                                                  \
	"each again; the first: 0000:01:00.0 was fenced and has never failed alone"

static void in_text(void **state)
{
	(void)state;
	in(CHECK_TEXT, "    " WARN "\n");
	says("\nverdict: pass, with 2 warnings (");
	says(", profile first\n");
}

static void in_ktap(void **state)
{
	(void)state;
	in(CHECK_KTAP, "    # " WARN "\n    ok 1 R7 isolate\n");
	says("# warnings: 2, profile first\n");
}

static void in_junit(void **state)
{
	(void)state;
	in(CHECK_JUNIT, "<system-out>" WARN "</system-out>");
	says("<property name=\"profile\" value=\"first\"/>");
	says("<property name=\"warnings\" value=\"2\"/>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(all_fenced_strict),
		story(all_fenced_first),
		story(another_fenced),
		story(one_that_answered_fenced),
		story(all_and_another_fenced),
		story(required),
		story(tolerated_and_lost),
		story(racing_strict),
		story(racing_first),
		story(too_many),
		story(few_for_each_fence),
		story(too_late),
		story(waits_long),
		story(attach_strict),
		story(attach_converges),
		story(attach_does_not_converge),
		story(no_attach),
		story(attach_of_somebody_else),
		story(failed_reset),
		story(many_attaches),
		story(nothing_else),
		story(in_text),
		story(in_ktap),
		story(in_junit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
