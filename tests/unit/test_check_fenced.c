// SPDX-License-Identifier: GPL-2.0
/*
 * The rules about fenced devices: R11, R12, R16 and R18. Each test tells a story and compares
 * the results of all rules.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

#define FENCED "R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, "

/* ---- R11 ---- */

static void r11_pass(void **state)
{
	(void)state;
	recovery(DEV);
	other(0);
	atc(0, DEV2);
	other(0);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R11 pass 2, "
	      "R17 pass 1, R20 pass 1");
}

static void r11_fail(void **state)
{
	(void)state;
	recovery(DEV);
	other(0);
	atc(0, DEV2, DEV);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R11 fail 1, "
	      "R17 pass 1, R20 pass 1");
	says("ATC_INV for 0000:01:00.0, which is fenced");
}

/* A fence is complete only at the end of its flow's invalidation. */
static void r11_while_fencing(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	fence(DEV);
	task(2);
	other(0);
	atc(0, DEV);
	task(1);
	other(0);
	other(0);
	task(2);
	other(0);
	atc(0, DEV);
	rules("R1 pass 3, R3 pass 1, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R11 fail 1, "
	      "R17 pass 1, R20 pass 1");
}

/* Fenced by a flow without an invalidation: there is no end to wait for. */
static void r11_fenced_by_worker(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	task(2);
	fence(DEV);
	other(0);
	atc(0, DEV);
	task(1);
	returned(-EIO);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R11 fail 1, R20 "
	      "pass 1");
}

/* Another flow's invalidation began before the fence: its list does not count. */
static void r11_racing(void **state)
{
	(void)state;
	task(2);
	other(0);
	task(1);
	recovery(DEV);
	task(2);
	atc(0, DEV);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 "
	      "pass 1");
}

/* Through the other StreamID of the fenced function. */
static void r11_other_function(void **state)
{
	(void)state;
	recovery(DEV2);
	other(0);
	atc(0, 0x201);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R11 fail 1, "
	      "R17 pass 1, R20 pass 1");
}

/* The same StreamID behind another SMMU is another device; an unfence allows ATC_INV. */
static void r11_not_exercised(void **state)
{
	(void)state;
	recovery(DEV);
	task(2);
	on_queue(SMMU_B, QUEUE_B);
	other(0);
	atc(0, DEV);
	on_queue(SMMU_A, QUEUE_A);
	good_reset(DEV);
	unfence(DEV);
	other(0);
	atc(0, DEV);
	rules("R1 pass 3, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R13 pass 1, "
	      "R14 pass 1, R15 pass 1, R17 pass 1, R20 pass 1");
}

/* Once the driver was told that the reset is over, it may send, though the reset still runs. */
static void r11_inside_reset(void **state)
{
	(void)state;
	recovery(DEV);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	other(0);
	atc(0, DEV);
	unfence(DEV);
	reset(DEV, SMMU_RESET_END, 0);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R13 pass 1, "
	      "R14 pass 1, R15 pass 1, R17 pass 1, R20 pass 1");
}

/* Before that it may not. */
static void r11_in_reset(void **state)
{
	(void)state;
	recovery(DEV);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	other(0);
	atc(0, DEV);
	reset(DEV, SMMU_RESET_DONE, 0);
	reset(DEV, SMMU_RESET_END, 0);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R11 fail 1, "
	      "R14 pass 1, R15 pass 1, R17 pass 1, R20 pass 1");
}

/* ---- R12 ---- */

static void two_timeouts(void)
{
	task(2);
	other(0);
	task(1);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	task(2);
	inject(DEV);
	atc(-EIO, DEV);
	task(1);
	ats(DEV, false, 0);
	fence(DEV);
	returned(-EIO);
	task(2);
	returned(-EIO);
}

#define TWO "R1 pass 2, R3 pass 4, R4 pass 2, R5 pass 2, R6 pass 2, R8 pass 2, "

static void r12_pass(void **state)
{
	(void)state;
	two_timeouts();
	rules(TWO "R12 pass 1, R17 pass 1, R20 pass 1");
}

static void r12_pass_unfenced(void **state)
{
	(void)state;
	two_timeouts();
	good_reset(DEV);
	unfence(DEV);
	ats(DEV, true, 0);
	recovery(DEV);
	rules("R1 pass 3, R3 pass 6, R4 pass 3, R5 pass 3, R6 pass 3, R8 pass 3, "
	      "R12 pass 1, R13 pass 1, R14 pass 1, R15 pass 1, R17 pass 2, R20 pass 2, R21 pass 1");
}

static void r12_fenced_twice(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	fence(DEV);
	fence(DEV);
	returned(-EIO);
	rules(FENCED "R12 fail 1, R17 pass 2, R20 pass 2");
	says("0000:01:00.0 was fenced twice");
}

/* A fence for each StreamID of a function is no second fence. */
static void r12_two_streams(void **state)
{
	(void)state;
	other(0);
	inject(DEV2);
	atc(-EIO, 0x200, 0x201);
	fence_stream(0x200);
	fence_stream(0x201);
	returned(-EIO);
	rules(FENCED "R17 pass 1, R20 pass 1");
}

/* In any order; each StreamID has its own STE. */
static void r12_two_stes(void **state)
{
	(void)state;
	other(0);
	inject(DEV2);
	atc(-EIO, 0x200, 0x201);
	LIST(0, 0, SMMU_OP_CFGI_STE, 0x201);
	fence_stream(0x201);
	cfgi(0, 0x200);
	fence_stream(0x200);
	returned(-EIO);
	stream.options.rules &= ~CHECK_RULE(17);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R20 pass 1");
}

/* Each StreamID fenced twice breaks R12 twice, and is two fences of the function. */
static void r12_two_streams_twice(void **state)
{
	static const struct check_expectation twice = {CHECK_EXPECT_FENCED, 0x200, 2, "it"};

	(void)state;
	stream.options.expectations = &twice;
	stream.options.expectation_count = 1;
	other(0);
	inject(DEV2);
	atc(-EIO, 0x200, 0x201);
	fence_stream(0x201);
	fence_stream(0x200);
	cfgi(0, 0x201);
	fence_stream(0x201);
	fence_stream(0x200);
	returned(-EIO);
	stream.options.rules = CHECK_RULE(12);
	rules("R12 fail 2");
	says("0000:02:00.0 was fenced twice");
	says("its STE was written again");
	says("\"text\":\"it\",\"result\":\"pass\",\"met\":true");
}

static void r12_ats_off_twice(void **state)
{
	(void)state;
	two_timeouts();
	task(2);
	ats(DEV, false, 0);
	rules(TWO "R12 fail 1, R17 pass 1, R20 pass 1");
	says("ATS of 0000:01:00.0 was switched off twice");
}

/* Without a timeout there is no recovery; nor is it twice if ATS was on in between. */
static void r12_ats_toggled(void **state)
{
	(void)state;
	ats(DEV, false, 0);
	ats(DEV, false, 0);
	ats(DEV2, false, 0);
	ats(DEV2, true, 0);
	ats(DEV2, false, 0);
	rules("");
}

/* Switching ATS on was refused: it is still off. */
static void r12_ats_refused(void **state)
{
	(void)state;
	two_timeouts();
	ats(DEV, true, -EINVAL);
	ats(DEV, false, 0);
	rules(TWO "R12 fail 1, R17 pass 1, R20 pass 1");
}

static void r12_ste_again(void **state)
{
	(void)state;
	two_timeouts();
	task(3);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	cfgi(0, DEV);
	returned(-EIO);
	rules("R1 pass 3, R3 pass 6, R4 pass 3, R5 pass 3, R6 pass 3, R8 pass 3, R11 fail 1, "
	      "R12 fail 1, R17 pass 1, R20 pass 1");
	says("0000:01:00.0 is fenced, and its STE was written again by an invalidation that "
	     "failed");
}

/* An attach writes the STE, too, and is not a recovery. */
static void r12_attach(void **state)
{
	(void)state;
	recovery(DEV);
	task(2);
	cfgi(0, DEV);
	rules(FENCED "R17 pass 1, R20 pass 1");
}

/* ---- R16 ---- */

static void r16_pass(void **state)
{
	(void)state;
	recovery(DEV);
	unmap(4096, 4096);
	unmap(4096, 4096);
	rules(FENCED "R16 pass 1, R17 pass 1, R20 pass 1");
}

static void r16_not_exercised(void **state)
{
	(void)state;
	other(0);
	atc(0, DEV);
	unmap(4096, 4096);
	rules("R1 pass 1");
}

static void r16_fail(void **state)
{
	(void)state;
	recovery(DEV);
	unmap(8192, 4096);
	rules(FENCED "R16 fail 1, R17 pass 1, R20 pass 1");
	says("iommu_unmap() of 8192 bytes returned 4096");
}

static void r16_late(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	unmap(4096, 4096);
	later(2 * MS);
	fence(DEV);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 fail 2, R8 pass 1, R16 fail 1, R20 "
	      "pass 1");
	says("0000:01:00.0 was fenced 2.0 ms after iommu_unmap() had returned");
}

/* A fence by another thread counts, too. */
static void r16_fenced_by_another(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	task(2);
	fence(DEV);
	task(1);
	returned(-EIO);
	unmap(4096, 4096);
	rules(FENCED "R16 pass 1, R20 pass 1");
}

/* ---- R18 ---- */

static void r18_pass(void **state)
{
	(void)state;
	on_queue(SMMU_A, QUEUE_A1);
	recovery(DEV);
	rules(FENCED "R17 pass 1, R18 pass 1, R20 pass 1");
}

static void r18_swallowed(void **state)
{
	(void)state;
	on_queue(SMMU_A, QUEUE_A1);
	other(0);
	inject(DEV);
	atc(0, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 1, R3 fail 1, R6 pass 1, R7 fail 1, R17 pass 1, R18 fail 1, R20 pass 1");
	says("an ATC timeout on a secondary queue, and the list returned success");
}

static void r18_no_fence(void **state)
{
	(void)state;
	on_queue(SMMU_A, QUEUE_A1);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 fail 1, R8 pass 1, R18 fail 1");
	says("an ATC timeout of 0000:01:00.0 on a secondary queue, and it was not fenced");
}

/* Behind B it is not known which queue is the SMMU's own; and a stall is no ATC timeout. */
static void r18_not_exercised(void **state)
{
	(void)state;
	on_queue(SMMU_B, QUEUE_B);
	recovery(DEV);
	on_queue(SMMU_A, QUEUE_A1);
	other(0);
	inject_as(DEV, -ETIMEDOUT, SMMU_EVENT_STALL);
	atc(-ETIMEDOUT, DEV);
	fence(DEV);
	returned(-ETIMEDOUT);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 2, R6 pass 2, R8 pass 2, R17 pass 1, R20 "
	      "pass 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(r11_pass),
		story(r11_fail),
		story(r11_while_fencing),
		story(r11_fenced_by_worker),
		story(r11_racing),
		story(r11_other_function),
		story(r11_not_exercised),
		story(r12_pass),
		story(r12_pass_unfenced),
		story(r12_fenced_twice),
		story(r12_two_streams),
		story(r12_two_stes),
		story(r12_two_streams_twice),
		story(r12_ats_off_twice),
		story(r12_ats_toggled),
		story(r12_ats_refused),
		story(r12_ste_again),
		story(r12_attach),
		story(r16_pass),
		story(r16_not_exercised),
		story(r16_fail),
		story(r16_late),
		story(r16_fenced_by_another),
		story(r18_pass),
		story(r18_swallowed),
		story(r18_no_fence),
		story(r11_inside_reset),
		story(r11_in_reset),
		story(r18_not_exercised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
