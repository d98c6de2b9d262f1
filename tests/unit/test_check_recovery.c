// SPDX-License-Identifier: GPL-2.0
/*
 * The rules about one recovery: R6 to R8 and R17. Each test tells a story and compares the
 * results of all rules.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

/* Results of a recovery of one device that went well: the rules about lists, and all. */
#define BEFORE "R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, "
#define FENCED BEFORE "R6 pass 1, R8 pass 1"

/* ---- R6 ---- */

static void r6_pass(void **state)
{
	(void)state;
	recovery(DEV);
	rules(FENCED ", R17 pass 1, R20 pass 1");
}

static void r6_no_fence(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	rules(BEFORE "R6 fail 1, R8 pass 1");
	says("the invalidation ended, and 0000:01:00.0 was neither answered nor fenced");
}

/* The return of the invalidation is not seen: the flow's next one ends it. */
static void r6_no_fence_seen_by_next(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	other(0);
	rules("R1 pass 1, R3 pass 1, R4 pass 1, R5 pass 1, R6 fail 1, R8 pass 1");
}

/* Or the end of the stream does, if that is late enough. */
static void r6_no_fence_at_the_end(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	task(2);
	later(200 * MS);
	other(0);
	rules("R1 pass 1, R3 pass 1, R4 pass 1, R5 pass 1, R6 fail 1, R8 pass 1");
}

/* Not if it may have cut off the fence. */
static void r6_cut_off(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	task(2);
	later(50 * MS);
	other(0);
	rules("R1 pass 1, R3 pass 1, R4 pass 1, R5 pass 1");
}

static void r6_several_left(void **state)
{
	(void)state;
	other(0);
	inject(DEV2);
	atc(-EIO, DEV, DEV2, 0x300);
	returned(-EIO);
	rules(BEFORE "R6 fail 1, R8 pass 1");
	says("the invalidation ended, and 0000:02:00.0 and 2 more devices were neither answered "
	     "nor fenced");
}

static void r6_late(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	later(5 * MS);
	task(2);
	fence(DEV);
	rules(BEFORE "R6 fail 2, R8 pass 1, R20 pass 1");
	says("0000:01:00.0 was fenced 5.0 ms after the invalidation had returned");
}

/* The list swallowed the error, and the device is not fenced. */
static void r6_swallowed(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(0, DEV, DEV2);
	returned(-EIO);
	rules("R1 pass 1, R3 fail 1, R6 fail 1");
}

/* After a timeout of the poll all devices are fenced unasked. */
static void r6_software(void **state)
{
	(void)state;
	other(0);
	inject_as(DEV, -ETIMEDOUT, SMMU_EVENT_STALL);
	atc(-ETIMEDOUT, DEV, DEV2);
	fence(DEV);
	fence(DEV2);
	returned(-ETIMEDOUT);
	rules("R1 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 pass 2");
}

static void r6_software_left(void **state)
{
	(void)state;
	other(0);
	inject_as(DEV, -ETIMEDOUT, SMMU_EVENT_STALL);
	atc(-ETIMEDOUT, DEV, DEV2);
	fence(DEV);
	returned(-ETIMEDOUT);
	rules("R1 pass 1, R5 pass 1, R6 fail 1, R8 pass 1, R20 pass 1");
}

/* It answers in the first invalidation; in the second it answers, then fails again. */
static void r6_answered_and_not(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	atc(0, DEV);
	returned(-EIO);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	atc(0, DEV);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	rules("R1 pass 5, R3 pass 5, R4 pass 3, R5 pass 3, R6 fail 1, R8 pass 2");
}

/* A list without a CMD_SYNC is no answer. */
static void r6_no_answer(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	atc_unsynced(0, DEV);
	returned(-EIO);
	rules("R1 fail 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 fail 1, R8 pass 1");
}

/* Attach: ATS goes off, the STE is taken, then the ATC does not answer. */
static void r6_detached(void **state)
{
	(void)state;
	other(0);
	ats(DEV, false, 0);
	cfgi(0, DEV);
	ste(DEV, SMMU_GRANT_NOTHING);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	rules(FENCED);
}

/* ATS off and no STE after that: EATS is still on. */
static void r6_only_ats_off(void **state)
{
	(void)state;
	other(0);
	cfgi(0, DEV);
	ats(DEV, false, 0);
	cfgi(0, DEV2);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	rules(BEFORE "R6 fail 1, R8 pass 1");
}

/* ATS off only after the failure. */
static void r6_ats_off_too_late(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	ats(DEV, false, 0);
	cfgi(0, DEV);
	returned(-EIO);
	rules(BEFORE "R6 fail 1, R8 pass 1");
}

/* The SMMU did not confirm the fence: no violation, and no pass. */
static void r6_unconfirmed(void **state)
{
	(void)state;
	on_queue(SMMU_A, QUEUE_A1);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	cfgi(-ETIMEDOUT, DEV);
	fence_unconfirmed(DEV);
	returned(-EIO);
	unmap(4096, 4096);
	rules(BEFORE "R8 pass 1, R17 pass 1, R20 pass 1");
	says("\"note\":\"not every fence was confirmed by the SMMU");
}

/* That concerns one fence: the next one can pass. */
static void r6_confirmed_later(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	fence_unconfirmed(DEV);
	returned(-EIO);
	unmap(4096, 4096);
	good_reset(DEV);
	unfence(DEV);
	recovery(DEV);
	unmap(4096, 4096);
	rules("R1 pass 2, R3 pass 4, R4 pass 2, R5 pass 2, R6 pass 1, R8 pass 2, R13 pass 1, "
	      "R14 pass 1, R15 pass 1, R16 pass 1, R17 pass 2, R20 pass 2");
}

/* Nor did it confirm the STE of a detach. */
static void r6_detached_unconfirmed(void **state)
{
	(void)state;
	other(0);
	ats(DEV, false, 0);
	cfgi(-ETIMEDOUT, DEV);
	told(SMMU_EVENT_STE, DEV, SMMU_GRANT_NOTHING, -ETIMEDOUT);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	rules(BEFORE "R8 pass 1");
}

/* ---- R7 ---- */

static void r7_pass(void **state)
{
	(void)state;
	other(0);
	inject(DEV2);
	atc(-EIO, DEV, DEV2, 0x300);
	atc(0, DEV);
	inject_as(DEV2, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV2);
	atc(0, 0x300);
	fence(DEV2);
	returned(-EIO);
	rules("R1 pass 4, R3 pass 3, R4 pass 2, R5 pass 2, R6 pass 1, R7 pass 1, R8 pass 1, "
	      "R17 pass 1, R20 pass 1");
}

static void r7_fail(void **state)
{
	(void)state;
	other(0);
	inject(DEV2);
	atc(-EIO, DEV, DEV2);
	fence(DEV2);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R7 fail 2, R8 pass 1, "
	      "R17 pass 2, R20 pass 2");
	says("0000:02:00.0 was fenced and has never failed alone");
}

/* The two StreamIDs of one function are one device: it failed alone. */
static void r7_one_function(void **state)
{
	(void)state;
	other(0);
	inject(DEV2);
	atc(-EIO, 0x200, 0x201);
	fence_stream(0x200);
	fence_stream(0x201);
	returned(-EIO);
	rules(FENCED ", R17 pass 1, R20 pass 1");
}

/* It failed alone in another flow's list; in the list of the flow that fences it did not. */
static void r7_alone_elsewhere(void **state)
{
	(void)state;
	task(2);
	other(0);
	task(1);
	other(0);
	inject(DEV);
	atc(-EIO, DEV, DEV2);
	task(2);
	inject(DEV);
	atc(-EIO, DEV);
	task(1);
	fence(DEV);
	atc(0, DEV2);
	returned(-EIO);
	task(2);
	returned(-EIO);
	rules("R1 pass 3, R3 pass 4, R4 pass 2, R5 pass 2, R6 pass 2, R7 fail 1, R8 pass 2, "
	      "R12 pass 1, R17 pass 1, R20 pass 1");
}

/* All devices were fenced by another flow before this one could ask: not exercised. */
static void r7_all_fenced_elsewhere(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	inject(DEV2);
	atc(-EIO, DEV, DEV2);
	task(2);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	fence(DEV);
	inject(DEV2);
	atc(-EIO, DEV2);
	fence(DEV2);
	returned(-EIO);
	task(1);
	returned(-EIO);
	rules("R1 pass 3, R3 pass 5, R4 pass 3, R5 pass 3, R6 pass 2, R8 pass 2, R12 pass 2, "
	      "R17 pass 2, R20 pass 2");
}

/* A failure alone before the last unfence does not count. */
static void r7_blame_ends(void **state)
{
	(void)state;
	recovery(DEV);
	unfence(DEV);
	other(0);
	inject(DEV2);
	atc(-EIO, DEV, DEV2);
	atc(0, DEV);
	atc(-EIO, DEV2);
	fence(DEV);
	fence(DEV2);
	returned(-EIO);
	rules("R1 pass 4, R3 pass 4, R4 fail 1, R5 pass 2, R6 pass 2, R7 fail 1, R8 pass 2, "
	      "R13 fail 1, R17 pass 3, R20 fail 1, R23 pass 1");
}

/* ---- R8 ---- */

static void r8_fail(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	forbidden(SMMU_FORBIDDEN_KMALLOC, SMMU_FORBIDDEN_RECOVERY, 96);
	forbidden(SMMU_FORBIDDEN_MUTEX, SMMU_FORBIDDEN_RECOVERY, 0);
	fence(DEV);
	returned(-EIO);
	rules(BEFORE "R6 pass 1, R8 fail 2, R17 pass 1, R20 pass 1");
	says("kmalloc of 96 bytes, 41.0 us after the failed list, before the fence");
	says("mutex_lock, 41.0 us after the failed list, before the fence");
}

/* ---- R17 ---- */

static void r17_fence(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	later(100 * MS - 10 * US);
	fence(DEV);
	returned(-EIO);
	rules(FENCED ", R17 pass 1, R20 pass 1");
	says("{\"what\":\"longest time to a fence\",\"ns\":100000000}");
}

static void r17_late_fence(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	later(100 * MS);
	fence(DEV);
	returned(-EIO);
	rules(FENCED ", R17 fail 1, R20 pass 1");
	says("0000:01:00.0 was fenced 100.0 ms after the failure");
}

/* The budget begins at the first failure, also if each device is asked first. */
static void r17_budget(void **state)
{
	(void)state;
	stream.options.budget_fence_ns = 15 * US;
	other(0);
	inject(DEV);
	atc(-EIO, DEV, DEV2);
	atc(0, DEV2);
	inject_as(DEV, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 3, R3 pass 3, R4 pass 2, R5 pass 2, R6 pass 1, R7 pass 1, R8 pass 1, "
	      "R17 fail 1, R20 pass 1");
}

/* A list of the flow that recovers, and one of another flow meanwhile. */
static void long_lists(__u64 ns)
{
	other(0);
	inject(DEV);
	atc(-EIO, DEV, DEV2);
	later(ns);
	task(2);
	lasting(ns);
	other(0);
	task(1);
	lasting(ns);
	atc(0, DEV2);
	inject_as(DEV, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
}

static void r17_waits(void **state)
{
	(void)state;
	stream.options.budget_fence_ns = 10 * S;
	long_lists(500 * MS);
	rules("R1 pass 3, R2 pass 1, R3 pass 3, R4 pass 2, R5 pass 2, R6 pass 1, R7 pass 1, "
	      "R8 pass 1, R17 pass 1, R20 pass 1");
	says("{\"what\":\"longest list meanwhile\",\"ns\":500000000}");
}

static void r17_long_waits(void **state)
{
	(void)state;
	stream.options.budget_fence_ns = 10 * S;
	long_lists(501 * MS);
	rules("R1 pass 3, R2 pass 1, R3 pass 3, R4 pass 2, R5 pass 2, R6 pass 1, R7 pass 1, "
	      "R8 pass 1, R17 fail 2, R20 pass 1");
	says("a list took 501.0 ms with interrupts off while a device was recovered");
}

/* Long lists before a recovery, after it, and on another queue meanwhile. */
static void r17_not_meanwhile(void **state)
{
	(void)state;
	later(1 * S);
	lasting(900 * MS);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	later(10 * MS);
	task(2);
	on_queue(SMMU_B, QUEUE_B);
	lasting(900 * MS);
	other(0);
	on_queue(SMMU_A, QUEUE_A);
	task(1);
	fence(DEV);
	returned(-EIO);
	later(2 * S);
	task(2);
	lasting(1 * S);
	other(0);
	rules(FENCED ", R17 pass 1, R20 pass 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(r6_pass),
		story(r6_no_fence),
		story(r6_no_fence_seen_by_next),
		story(r6_no_fence_at_the_end),
		story(r6_cut_off),
		story(r6_several_left),
		story(r6_late),
		story(r6_swallowed),
		story(r6_software),
		story(r6_software_left),
		story(r6_answered_and_not),
		story(r6_no_answer),
		story(r6_detached),
		story(r6_only_ats_off),
		story(r6_ats_off_too_late),
		story(r6_unconfirmed),
		story(r6_confirmed_later),
		story(r6_detached_unconfirmed),
		story(r7_pass),
		story(r7_fail),
		story(r7_one_function),
		story(r7_alone_elsewhere),
		story(r7_all_fenced_elsewhere),
		story(r7_blame_ends),
		story(r8_fail),
		story(r17_fence),
		story(r17_late_fence),
		story(r17_budget),
		story(r17_waits),
		story(r17_long_waits),
		story(r17_not_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
