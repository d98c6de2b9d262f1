// SPDX-License-Identifier: GPL-2.0
/*
 * The rules about lists and their errors: R1 to R5. Each test tells a story and compares the
 * results of all rules.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

static void nothing(void **state)
{
	(void)state;
	rules("");
	assert_int_equal(stream.code, EXIT_KERNEL);
}

static void no_atc(void **state)
{
	(void)state;
	other(0);
	cfgi(0, DEV);
	rules("");
}

/* ---- R1 ---- */

static void r1_pass(void **state)
{
	(void)state;
	other(0);
	atc(0, DEV, DEV2);
	atc(0, DEV);
	rules("R1 pass 2");
}

static void r1_fail(void **state)
{
	(void)state;
	other(0);
	atc_unsynced(0, DEV, DEV2);
	atc(0, DEV);
	rules("R1 fail 1");
	says("a list of 2 ATC_INV was issued without a CMD_SYNC");
	assert_int_equal(stream.code, EXIT_VERDICT);
}

/* ---- R2 ---- */

/* Another flow's CMD_SYNC was under way meanwhile, but the list has its own. */
static void r2_pass(void **state)
{
	(void)state;
	task(2);
	other(0);
	task(1);
	lasting(30 * US);
	atc(0, DEV);
	rules("R1 pass 1, R2 pass 1");
}

/* On another queue, or before: it could not have come in between anyway. */
static void r2_not_exercised(void **state)
{
	(void)state;
	task(2);
	on_queue(SMMU_B, QUEUE_B);
	other(0);
	task(1);
	on_queue(SMMU_A, QUEUE_A);
	lasting(30 * US);
	atc(0, DEV);
	other(0);
	task(2);
	atc(0, DEV);
	task(1);
	other(0);
	lasting(30 * US);
	atc(0, DEV);
	rules("R1 pass 3, R2 pass 1");
}

static void r2_fail(void **state)
{
	(void)state;
	atc_unsynced(0, DEV);
	task(2);
	other(0);
	task(1);
	atc(0, DEV2);
	rules("R1 fail 1, R2 fail 1");
	says("between a list of ATC_INV and its CMD_SYNC thread 2 issued a CMD_SYNC of its own");
}

/*
 * No other flow's CMD_SYNC began and ended in between: one overlaps the first list, one is on
 * another queue, one list has none, one overlaps the flow's own, and one comes after that.
 */
static void r2_not_between(void **state)
{
	(void)state;
	lasting(25 * US);
	later(20 * US);
	atc_unsynced(0, DEV);
	task(2);
	lasting(15 * US);
	other(0);
	LIST(0, 0, SMMU_OP_TLBI_NH_VA, 0);
	on_queue(SMMU_A, QUEUE_A1);
	other(0);
	on_queue(SMMU_A, QUEUE_A);
	lasting(20 * US);
	other(0);
	task(1);
	lasting(15 * US);
	atc(0, DEV2);
	task(2);
	other(0);
	task(1);
	atc(0, DEV2);
	/* The list with its own CMD_SYNC overlaps another flow's: that exercises R2. */
	rules("R1 fail 1, R2 pass 1");
}

/* The flow's own CMD_SYNC on another queue does not end the wait on this one. */
static void r2_own_sync_elsewhere(void **state)
{
	(void)state;
	atc_unsynced(0, DEV);
	on_queue(SMMU_A, QUEUE_A1);
	other(0);
	on_queue(SMMU_A, QUEUE_A);
	task(2);
	other(0);
	task(1);
	atc(0, DEV2);
	rules("R1 fail 1, R2 fail 1");
}

/* ---- R3 ---- */

#define RECOVERED "R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1"

static void r3_pass(void **state)
{
	(void)state;
	recovery(DEV);
	rules(RECOVERED ", R20 pass 1");
	assert_null(strstr(stream.report, "note"));
}

/* A repeat of the timeout, at the retry, is an error for the retry's list. */
static void r3_repeat(void **state)
{
	(void)state;
	other(0);
	inject(DEV2);
	atc(-EIO, DEV, DEV2);
	atc(0, DEV);
	inject_as(DEV2, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV2);
	fence(DEV2);
	returned(-EIO);
	rules("R1 pass 3, R3 pass 3, R4 pass 2, R5 pass 2, R6 pass 1, R7 pass 1, R8 pass 1, "
	      "R17 pass 1, R20 pass 1");
}

static void r3_list_fails(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(0, DEV);
	rules("R1 pass 1, R3 fail 1");
	says("an ATC timeout was reported for this list of 1 commands, and it returned success");
	says("EIO injected at index 2 for 0000:01:00.0");
}

static void r3_invalidation_fails(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	fence(DEV);
	returned(0);
	rules("R1 pass 1, R3 fail 1, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 "
	      "pass 1");
	says("the invalidation returned success although one of its lists timed out");
}

static void r3_void(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	fence(DEV);
	returned_void();
	rules("R1 pass 1, R3 pass 1, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 "
	      "pass 1");
	says("not every invalidation's own return value could be seen");
}

/* A timeout of the poll is not one of the hardware. */
static void r3_software(void **state)
{
	(void)state;
	other(0);
	inject_as(DEV, -ETIMEDOUT, SMMU_EVENT_STALL);
	atc(-ETIMEDOUT, DEV);
	fence(DEV);
	returned(0);
	rules("R1 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R20 pass 1");
}

/* Timeouts from before the list began, or on another queue, are not for this list. */
static void r3_not_this_list(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	later(100 * US);
	atc(0, DEV);
	inject(DEV);
	on_queue(SMMU_A, QUEUE_A1);
	atc(0, DEV);
	rules("R1 pass 2");
}

/* An error without an injection: one of the lists under way has to fail. */
static void r3_hardware_pass(void **state)
{
	(void)state;
	other(0);
	error_at(stream.prod + 3, SMMU_CERROR_ATC_INV_SYNC, 0)->before.word[0] = ATC_INV(DEV);
	task(2);
	lasting(9 * US);
	atc(0, DEV2);
	task(1);
	lasting(19 * US);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 2, R2 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 "
	      "pass 1, R20 pass 1");
}

static void r3_hardware_fail(void **state)
{
	(void)state;
	other(0);
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);
	lasting(9 * US);
	atc(0, DEV);
	rules("R1 pass 1, R3 fail 1");
	says("CERROR_ATC_INV_SYNC at index 3, and the list with that CMD_SYNC returned success");
}

/* Settled long before the end, and only once. */
static void r3_hardware_fail_early(void **state)
{
	(void)state;
	other(0);
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);
	atc(0, DEV);
	later(4 * S);
	atc(0, DEV);
	atc(0, DEV);
	rules("R1 pass 3, R3 fail 1");
}

/* No list under way, another error, an injected error, a list without a CMD_SYNC. */
static void r3_hardware_nobody(void **state)
{
	(void)state;
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);
	other(0);
	lasting(2 * US);
	atc(0, DEV);
	hardware_error(1, 0);
	atc(0, DEV);
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, SMMU_EVENT_SYNTHETIC);
	atc(0, DEV);
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);
	atc_unsynced(0, DEV);
	rules("R1 fail 1");
}

/* ---- R4 ---- */

static void r4_no_atc(void **state)
{
	(void)state;
	other(-EIO);
	rules("R4 fail 1");
	says("a list without ATC_INV got the error -5");
}

/* A poll that ran out of time blames no device. */
static void r4_poll(void **state)
{
	(void)state;
	other(-ETIMEDOUT);
	rules("");
}

static void r4_no_report(void **state)
{
	(void)state;
	other(0);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 1, R4 fail 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 pass 1");
	says("this list got the error -5, and none was reported for its CMD_SYNC");
}

/* Errors before and after the list are not for this list. */
static void r4_other_time(void **state)
{
	(void)state;
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);
	other(0);
	atc(-EIO, DEV);
	fence(DEV);
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);
	returned(-EIO);
	rules("R1 pass 1, R4 fail 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 pass 1");
}

/* The device of the command before the CMD_SYNC was blamed. */
static void r4_wrong_device(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV, DEV2);
	fence(DEV2);
	returned(-EIO);
	rules("R1 pass 1, R3 pass 2, R4 fail 1, R5 pass 1, R6 fail 1, R7 fail 1, R8 pass 1, "
	      "R17 pass 1, R20 pass 1");
	says("0000:01:00.0 timed out and 0000:02:00.0 was fenced for it");
}

/* Both are fenced: one too many (R7), but the culprit is among them. */
static void r4_both(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV, DEV2);
	inject_as(DEV, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV);
	fence(DEV);
	fence(DEV2);
	returned(-EIO);
	rules("R1 pass 2, R3 pass 3, R4 pass 2, R5 pass 2, R6 pass 1, R7 fail 1, R8 pass 1, "
	      "R17 pass 2, R20 pass 2");
}

/* ---- R5 ---- */

static void r5_hardware_fail(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-ETIMEDOUT, DEV);
	fence(DEV);
	returned(-ETIMEDOUT);
	rules("R1 pass 1, R3 pass 2, R5 fail 1, R6 pass 1, R8 pass 1, R20 pass 1");
	says("hardware reported the timeout, and the issuer got -ETIMEDOUT as from its own poll");
}

static void r5_software_fail(void **state)
{
	(void)state;
	other(0);
	inject_as(DEV, -ETIMEDOUT, SMMU_EVENT_STALL);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 1, R4 fail 1, R5 fail 1, R6 pass 1, R8 pass 1, R20 pass 1");
	says("the poll ran out of time, and the issuer got the error -5");
}

/* While the GERROR waited to be seen, the poll's time may have run out as well. */
static void r5_held(void **state)
{
	(void)state;
	other(0);
	inject_as(DEV, -EIO, SMMU_EVENT_GERROR);
	lasting(9 * US);
	atc(-ETIMEDOUT, DEV);
	fence(DEV);
	returned(-ETIMEDOUT);
	rules("R1 pass 1, R3 pass 2, R6 pass 1, R8 pass 1, R20 pass 1");
}

/* Both kinds of timeout for one list cannot be told apart. */
static void r5_not_exercised(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	inject_as(DEV2, -ETIMEDOUT, 0);
	atc(-ETIMEDOUT, DEV, DEV2);
	fence(DEV);
	fence(DEV2);
	returned(-ETIMEDOUT);
	rules("R1 pass 1, R3 pass 2, R6 pass 1, R8 pass 1, R20 pass 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(nothing),
		story(no_atc),
		story(r1_pass),
		story(r1_fail),
		story(r2_pass),
		story(r2_not_exercised),
		story(r2_fail),
		story(r2_not_between),
		story(r2_own_sync_elsewhere),
		story(r3_pass),
		story(r3_repeat),
		story(r3_list_fails),
		story(r3_invalidation_fails),
		story(r3_void),
		story(r3_software),
		story(r3_not_this_list),
		story(r3_hardware_pass),
		story(r3_hardware_fail),
		story(r3_hardware_fail_early),
		story(r3_hardware_nobody),
		story(r4_no_atc),
		story(r4_poll),
		story(r4_no_report),
		story(r4_other_time),
		story(r4_wrong_device),
		story(r4_both),
		story(r5_hardware_fail),
		story(r5_software_fail),
		story(r5_held),
		story(r5_not_exercised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
