// SPDX-License-Identifier: GPL-2.0
/*
 * The rules about resets: R13 to R15. Each test tells a story and compares the results of all
 * rules.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

#define ONCE "R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, "

/* ---- R13 ---- */

static void r13_reset(void **state)
{
	(void)state;
	recovery(DEV);
	good_reset(DEV);
	unfence(DEV);
	ats(DEV, true, 0);
	rules(ONCE "R13 pass 1, R14 pass 1, R15 pass 1, R17 pass 1, R20 pass 1, R21 pass 1");
}

/* One thread that does nothing else: two invalidations, two recoveries. */
static void r12_reset_and_again(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		good_reset(DEV);
		unfence(DEV);
		inject(DEV);
		atc(-EIO, DEV);
		fence(DEV);
		later(S);
	}
	good_reset(DEV);
	unfence(DEV);
	rules("R1 pass 2, R3 pass 2, R4 pass 2, R5 pass 2, R6 pass 2, R8 pass 2, R13 pass 2, R14 "
	      "pass 3, "
	      "R15 pass 3, R17 pass 2, R20 pass 2");
}

/* As in Linux 7.3: done and unfence come inside the reset, before its result. */
static void r13_unfenced_inside(void **state)
{
	(void)state;
	recovery(DEV);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	unfence(DEV);
	ats(DEV, true, 0);
	reset(DEV, SMMU_RESET_END, 0);
	rules(ONCE "R13 pass 1, R14 pass 1, R15 pass 1, R17 pass 1, R20 pass 1, R21 pass 1");
}

static void r13_failed_inside(void **state)
{
	(void)state;
	recovery(DEV);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	unfence(DEV);
	reset(DEV, SMMU_RESET_END, -EIO);
	rules(ONCE "R13 fail 1, R14 pass 1, R15 pass 1, R17 pass 1, R20 pass 1");
	says("EATS of 0000:01:00.0 came back with a reset that failed (-5)");
}

static void r13_no_reset(void **state)
{
	(void)state;
	recovery(DEV);
	attach(DEV);
	unfence(DEV);
	rules(ONCE "R13 fail 1, R17 pass 1, R20 pass 1");
	says("EATS of 0000:01:00.0 came back without a reset that worked");
}

static void r13_failed_reset(void **state)
{
	(void)state;
	recovery(DEV);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_END, -ENOTTY);
	unfence(DEV);
	rules(ONCE "R13 fail 1, R17 pass 1, R20 pass 1");
}

/* A reset before the fence does not count. */
static void r13_earlier_reset(void **state)
{
	(void)state;
	good_reset(DEV);
	recovery(DEV);
	unfence(DEV);
	rules(ONCE "R13 fail 1, R14 pass 1, R15 pass 1, R17 pass 1, R20 pass 1");
}

static void r13_ats_on(void **state)
{
	(void)state;
	recovery(DEV);
	ats(DEV, true, 0);
	rules(ONCE "R13 fail 1, R17 pass 1, R20 pass 1");
	says("ATS of 0000:01:00.0 was switched on without a reset that worked");
}

/* ATS on was refused, or the device is not fenced. */
static void r13_ats_on_in_order(void **state)
{
	(void)state;
	recovery(DEV);
	ats(DEV, true, -EINVAL);
	ats(DEV2, true, 0);
	rules(ONCE "R17 pass 1, R20 pass 1");
}

static void r13_outlived_attach(void **state)
{
	(void)state;
	recovery(DEV);
	attach(DEV);
	attach(DEV2);
	rules(ONCE "R13 pass 1, R17 pass 1, R20 pass 1");
}

static void r13_outlived_failed_reset(void **state)
{
	(void)state;
	recovery(DEV);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_END, -EIO);
	rules(ONCE "R13 pass 1, R17 pass 1, R20 pass 1");
}

/* ---- R14 ---- */

static void r14_pass(void **state)
{
	(void)state;
	good_reset(DEV);
	reset(DEV, SMMU_RESET_PROBE_BEGIN, 0);
	reset(DEV, SMMU_RESET_PROBE_END, 0);
	rules("R14 pass 2, R15 pass 1");
}

static void r14_probe_prepares(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_PROBE_BEGIN, 0);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	reset(DEV, SMMU_RESET_PROBE_END, 0);
	rules("R14 fail 2, R15 pass 1");
	says("which was only asked for its reset methods");
	says("the IOMMU was prepared for a reset of 0000:01:00.0, and there was none");
}

/* A refused prepare blocks nothing; a prepare after the probe is not part of it. */
static void r14_refused(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_PROBE_BEGIN, 0);
	reset(DEV, SMMU_RESET_PREPARE, -EINVAL);
	reset(DEV, SMMU_RESET_PROBE_END, 0);
	good_reset(DEV);
	rules("R14 pass 2, R15 pass 1");
}

/* A pair for each method that is tried: the first does not support this function. */
static void r14_methods(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	reset(DEV, SMMU_RESET_END, 0);
	rules("R14 pass 2, R15 pass 2");
}

/* The second pair has no reset of its own. */
static void r14_second_without(void **state)
{
	(void)state;
	good_reset(DEV);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	rules("R14 fail 1, R15 pass 2");
}

/* A pair around the reset of another function holds only if the same thread resets. */
static void r14_neighbours(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_PREPARE, 0);
	good_reset(DEV2);
	reset(DEV, SMMU_RESET_DONE, 0);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	task(2);
	good_reset(DEV2);
	task(1);
	reset(DEV, SMMU_RESET_DONE, 0);
	rules("R14 fail 1, R15 pass 4");
}

/* Another thread resets the function while its reset methods are asked for. */
static void r14_reset_meanwhile(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_PROBE_BEGIN, 0);
	task(2);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	task(1);
	reset(DEV, SMMU_RESET_PROBE_END, 0);
	task(2);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_END, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	rules("R14 pass 2, R15 pass 1");
}

/* Two threads ask at once: the second is still asking when the first has ended. */
static void r14_two_ask(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_PROBE_BEGIN, 0);
	task(2);
	reset(DEV, SMMU_RESET_PROBE_BEGIN, 0);
	task(1);
	reset(DEV, SMMU_RESET_PROBE_END, 0);
	task(2);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	reset(DEV, SMMU_RESET_PROBE_END, 0);
	rules("R14 fail 2, R15 pass 1");
}

/* The reset by another thread is not the one that this thread prepared for. */
static void r14_reset_by_another(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_PREPARE, 0);
	task(2);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_END, 0);
	task(1);
	reset(DEV, SMMU_RESET_DONE, 0);
	rules("R14 fail 1, R15 pass 1");
	says("the IOMMU was prepared for a reset of 0000:01:00.0, and there was none");
}

/* A pair within the reset by the same thread holds, by another thread it does not. */
static void r14_within(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	task(2);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	task(1);
	reset(DEV, SMMU_RESET_END, 0);
	rules("R14 fail 1, R15 pass 2");
}

/* ---- R15 ---- */

static void r15_nested(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_PREPARE, 0);
	good_reset(DEV);
	reset(DEV, SMMU_RESET_DONE, 0);
	rules("R14 pass 1, R15 pass 1");
}

static void r15_too_many(void **state)
{
	(void)state;
	good_reset(DEV);
	reset(DEV, SMMU_RESET_DONE, 0);
	rules("R14 pass 1, R15 fail 1");
	says("the end of a reset of 0000:01:00.0 that nobody prepared for");
}

/* The prepare was before the stream. */
static void r15_begun_before(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_DONE, 0);
	good_reset(DEV);
	rules("R14 pass 1, R15 pass 1");
}

static void r15_left(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_PREPARE, 0);
	good_reset(DEV);
	later(21 * MS);
	other(0);
	rules("R15 fail 1");
	says("1 of the preparations for a reset of 0000:01:00.0 have no end");
}

/* The reset itself is still running: it waits for the device. */
static void r15_running(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	later(50 * S);
	other(0);
	rules("");
}

static void r15_under_way(void **state)
{
	(void)state;
	reset(DEV, SMMU_RESET_PREPARE, 0);
	later(19 * MS);
	other(0);
	rules("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(r12_reset_and_again),
		story(r13_reset),
		story(r13_unfenced_inside),
		story(r13_failed_inside),
		story(r13_no_reset),
		story(r13_failed_reset),
		story(r13_earlier_reset),
		story(r13_ats_on),
		story(r13_ats_on_in_order),
		story(r13_outlived_attach),
		story(r13_outlived_failed_reset),
		story(r14_pass),
		story(r14_probe_prepares),
		story(r14_refused),
		story(r14_methods),
		story(r14_second_without),
		story(r14_neighbours),
		story(r14_reset_meanwhile),
		story(r14_two_ask),
		story(r14_reset_by_another),
		story(r14_within),
		story(r15_nested),
		story(r15_too_many),
		story(r15_begun_before),
		story(r15_left),
		story(r15_running),
		story(r15_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
