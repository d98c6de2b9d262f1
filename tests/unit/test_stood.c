// SPDX-License-Identifier: GPL-2.0
/*
 * The time for which the SMMU waited, and R17, which judges the driver by its own. Only R17 is
 * looked at: what the other rules make of errors of the hardware is in test_check_gerror.c and
 * elsewhere.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check/stood.h"

#include "check_stream.h"

/* ---- spans ---- */

static void spans_overlap(void **state)
{
	struct stood stood = {0};

	(void)state;
	stood_list(&stood, 10, 20, true);
	stood_list(&stood, 30, 40, true);
	assert_int_equal(stood_between(&stood, 0, 100), 20);
	assert_int_equal(stood_between(&stood, 15, 32), 7);
	/* A list that was under way during both. */
	stood_list(&stood, 5, 45, true);
	assert_int_equal(stood_between(&stood, 0, 100), 40);
	/* Within the one before, and from its end on. */
	stood_list(&stood, 40, 45, true);
	stood_list(&stood, 45, 50, true);
	assert_int_equal(stood_between(&stood, 0, 100), 45);
	assert_int_equal(stood_between(&stood, 60, 100), 0);
}

static void spans_end_with_the_error(void **state)
{
	struct stood stood = {0};

	(void)state;
	stood_list(&stood, 10, 20, false);
	assert_int_equal(stood_between(&stood, 0, 100), 0);
	stood_error(&stood, 30);
	stood_list(&stood, 25, 36, false);
	assert_int_equal(stood_between(&stood, 0, 100), 5);
	stood_list(&stood, 31, 50, false);
	assert_int_equal(stood_between(&stood, 0, 100), 5);
}

static void spans_are_many(void **state)
{
	struct stood stood = {0};

	(void)state;
	for (__u64 i = 0; i < 3 * STOOD_MAX; i++)
		stood_list(&stood, 10 * i + 1, 10 * i + 2, true);
	assert_int_equal(stood_between(&stood, 0, 1000 * STOOD_MAX), STOOD_MAX);
	stood_list(&stood, 0, 100 * STOOD_MAX, true);
	assert_int_equal(stood_between(&stood, 0, 1000 * STOOD_MAX), 100 * STOOD_MAX);
}

/* ---- R17 ---- */

/* A list for which the SMMU waited until it gave up, after `ns`. */
#define timed_out(ns, ...)                                                                         \
	do {                                                                                       \
		later(ns);                                                                         \
		lasting(ns);                                                                       \
		hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);                                       \
		atc(-EIO, __VA_ARGS__);                                                            \
	} while (0)

/* One for which the driver gave up. */
#define gave_up(...)                                                                               \
	do {                                                                                       \
		later(1 * S);                                                                      \
		lasting(1 * S);                                                                    \
		atc(-ETIMEDOUT, __VA_ARGS__);                                                      \
	} while (0)

static void only_r17(void)
{
	stream.options.rules = CHECK_RULE(17);
}

/* Row 4 of what real timeouts taught: at a limit of 100 ms a retry alone is beyond the budget. */
static void r17_retry_waits(void **state)
{
	(void)state;
	only_r17();
	other(0);
	timed_out(100 * MS, DEV, DEV2);
	atc(0, DEV2);
	timed_out(100 * MS, DEV);
	later(7 * MS);
	fence(DEV);
	returned(-EIO);
	rules("R17 pass 1");
	says("{\"what\":\"longest time to a fence\",\"ns\":7");
}

static void r17_own_time(void **state)
{
	(void)state;
	only_r17();
	other(0);
	timed_out(100 * MS, DEV, DEV2);
	timed_out(100 * MS, DEV);
	later(101 * MS);
	fence(DEV);
	returned(-EIO);
	rules("R17 fail 1");
	says("was fenced 201.");
	says("ms after the failure, the SMMU waited for 99.9 ms of them");
}

/* Two flows that fence: the second one waits for the first, whose list waits for the SMMU. */
static void r17_waits_of_others(void **state)
{
	(void)state;
	only_r17();
	other(0);
	timed_out(1 * MS, DEV);
	task(2);
	other(0);
	timed_out(300 * MS, DEV2);
	fence(DEV2);
	returned(-EIO);
	task(1);
	fence(DEV);
	returned(-EIO);
	rules("R17 pass 2");
}

/* Behind a device for which the SMMU waits longer than the driver: lists of everybody. */
static void r17_behind(void **state)
{
	(void)state;
	only_r17();
	other(0);
	gave_up(DEV);
	task(2);
	lasting(900 * MS);
	LIST(-ETIMEDOUT, SMMU_EVENT_SYNC, SMMU_OP_TLBI_NH_VA, 0);
	later(2 * S);
	lasting(2800 * MS);
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);
	other(0);
	task(1);
	fence(DEV);
	returned(-ETIMEDOUT);
	/* Nothing of the 2 s between the lists was hidden. */
	rules("R17 pass 1");
}

/* Whatever the SMMU does: no longer than one poll limit in one invalidation. */
static void r17_one_limit(void **state)
{
	(void)state;
	only_r17();
	other(0);
	gave_up(DEV);
	fence(DEV);
	returned(-ETIMEDOUT);
	other(0);
	gave_up(DEV2);
	fence(DEV2);
	returned(-ETIMEDOUT);
	rules("R17 pass 2");
}

static void r17_several_limits(void **state)
{
	(void)state;
	only_r17();
	other(0);
	gave_up(DEV, DEV2);
	gave_up(DEV);
	gave_up(DEV2);
	later(1 * S);
	lasting(1 * S);
	cfgi(-ETIMEDOUT, DEV);
	fence(DEV);
	returned(-ETIMEDOUT);
	/* Once, as long as it lasts. */
	rules("R17 fail 1");
	says("the lists of one invalidation took 2.0 s with interrupts off, the driver's limit for "
	     "one is 1 s");
}

/* Without the errors the time of the SMMU is not known, and nobody is blamed for it. */
static void r17_unknown(void **state)
{
	(void)state;
	only_r17();
	without("gerror", "no such function");
	other(0);
	later(200 * MS);
	lasting(200 * MS);
	atc(-EIO, DEV, DEV2);
	later(200 * MS);
	lasting(200 * MS);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R17 not observable");
}

/* But an injected timeout has no time of the SMMU in it. */
static void r17_unknown_injected(void **state)
{
	(void)state;
	only_r17();
	without("gerror", "no such function");
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	later(101 * MS);
	fence(DEV);
	returned(-EIO);
	rules("R17 fail 1");
}

/* ---- the end of the stream ---- */

/* The stream goes on for a while, with something else. */
static void goes_on(__u64 ns)
{
	task(9);
	later(ns);
	on_queue(SMMU_B, QUEUE_B);
	other(0);
	on_queue(SMMU_A, QUEUE_A);
}

static void only_r6(void)
{
	stream.options.rules = CHECK_RULE(6);
}

/* Row 8: 5 s after the failure the SMMU may still wait, and the recovery with it. */
/* The poll gave up, and the error was found and acknowledged before the list returned. */
static void error_ends_a_stop(void **state)
{
	struct stood stood = {};

	(void)state;
	stood_error(&stood, 9 * S);
	stood_list(&stood, 10 * S, 11 * S, true);
	assert_true(stood_open(&stood, 12 * S));
	stood_error(&stood, 13 * S);
	stood_list(&stood, 12 * S, 14 * S, true);
	assert_false(stood_open(&stood, 15 * S));
}

static void end_while_waiting(void **state)
{
	(void)state;
	only_r6();
	other(0);
	gave_up(DEV);
	goes_on(5 * S);
	rules("R6 not observable");
	says("the run ended while the SMMU may have waited for a device");
}

static void end_after_the_longest_wait(void **state)
{
	(void)state;
	only_r6();
	other(0);
	gave_up(DEV);
	goes_on(91 * S);
	rules("R6 fail 1");
}

/* The queue went on: whoever did not fence by then did not wait for the SMMU. */
static void end_after_the_queue_went_on(void **state)
{
	(void)state;
	only_r6();
	other(0);
	gave_up(DEV);
	task(2);
	other(0);
	/* As long as the list before may have waited, and 100 ms. */
	goes_on(1200 * MS);
	rules("R6 fail 1");
}

static void end_in_the_next_wait(void **state)
{
	(void)state;
	only_r6();
	other(0);
	timed_out(300 * MS, DEV, DEV2);
	goes_on(350 * MS);
	rules("R6 not observable");
}

static void end_after_the_next_wait(void **state)
{
	(void)state;
	only_r6();
	other(0);
	timed_out(300 * MS, DEV, DEV2);
	goes_on(450 * MS);
	rules("R6 fail 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_overlap),
		cmocka_unit_test(spans_end_with_the_error),
		cmocka_unit_test(spans_are_many),
		story(r17_retry_waits),
		story(r17_own_time),
		story(r17_waits_of_others),
		story(r17_behind),
		story(r17_one_limit),
		story(r17_several_limits),
		story(r17_unknown),
		story(r17_unknown_injected),
		cmocka_unit_test(error_ends_a_stop),
		story(end_while_waiting),
		story(end_after_the_longest_wait),
		story(end_after_the_queue_went_on),
		story(end_in_the_next_wait),
		story(end_after_the_next_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
