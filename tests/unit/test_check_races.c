// SPDX-License-Identifier: GPL-2.0
/*
 * Stories of things that happen at the same time and look like trouble, but are none: no rule
 * may fail. Each test compares the results of all rules.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

/* Eight threads run into the same device; one of them fences it for all. */
static void same_culprit(void **state)
{
	(void)state;
	for (__u32 tid = 1; tid <= 8; tid++) {
		task(tid);
		other(0);
	}
	for (__u32 tid = 1; tid <= 8; tid++) {
		task(tid);
		inject(DEV);
		lasting(70 * US);
		atc(-EIO, DEV);
	}
	task(5);
	ats(DEV, false, 0);
	fence(DEV);
	for (__u32 tid = 1; tid <= 8; tid++) {
		task(tid);
		returned(-EIO);
		unmap(4096, 4096);
	}
	for (__u32 tid = 1; tid <= 8; tid++) {
		task(tid);
		other(0);
	}
	rules("R1 pass 8, R2 pass 8, R3 pass 16, R4 pass 8, R5 pass 8, R6 pass 8, R8 pass 8, "
	      "R11 pass 8, R12 pass 1, R16 pass 8, R17 pass 1, R20 pass 1");
}

/* The second flow's suspect is settled by the fence of the first one. */
static void fenced_by_another(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	task(2);
	other(0);
	inject(DEV);
	atc(-EIO, DEV, DEV2);
	atc(0, DEV2);
	task(1);
	fence(DEV);
	returned(-EIO);
	task(2);
	inject_as(DEV, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV);
	returned(-EIO);
	rules("R1 pass 4, R3 pass 5, R4 pass 3, R5 pass 3, R6 pass 2, R7 pass 1, R8 pass 2, "
	      "R12 pass 1, R17 pass 1, R20 pass 1");
}

/* A reset takes the device off ATS after a list of two failed, before it is asked alone. */
static void reset_between(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV, DEV2);
	task(2);
	ats(DEV, false, 0);
	cfgi(0, DEV);
	fence(DEV);
	task(1);
	atc(0, DEV2);
	cfgi(0, DEV);
	returned(-EIO);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R7 pass 1, R8 pass 1, R20 "
	      "pass 1");
}

/* Fenced and unfenced before the failed invalidation returned. */
static void back_before_return(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	task(2);
	fence(DEV);
	good_reset(DEV);
	unfence(DEV);
	task(1);
	returned(-EIO);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R13 pass 1, "
	      "R14 pass 1, R15 pass 1, R20 pass 1");
}

/* All devices of a list that failed answer when they are asked alone. */
static void retry_answers(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV, DEV2, 0x300);
	atc(0, DEV);
	atc(0, DEV2);
	atc(0, 0x300);
	returned(-EIO);
	rules("R1 pass 4, R3 pass 2, R4 pass 1, R5 pass 1, R7 pass 1, R8 pass 1");
}

/* The poll ran out of time: the other devices are fenced unasked, which R7 neither blames nor
 * praises. */
static void software_rest(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV, DEV2, 0x300);
	inject_as(DEV, -ETIMEDOUT, SMMU_EVENT_STALL);
	atc(-ETIMEDOUT, DEV);
	fence(DEV);
	fence(DEV2);
	fence(0x300);
	returned(-EIO);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 2, R6 pass 1, R8 pass 1, R17 pass 2, R20 "
	      "pass 3");
}

/* A stall keeps the whole queue waiting, until its poll limit. */
static void stall_holds_others(void **state)
{
	(void)state;
	other(0);
	later(1 * S);
	inject_as(DEV, -ETIMEDOUT, SMMU_EVENT_STALL);
	lasting(1 * S);
	atc(-ETIMEDOUT, DEV);
	task(2);
	lasting(1 * S);
	other(0);
	task(1);
	fence(DEV);
	returned(-ETIMEDOUT);
	rules("R1 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R20 pass 1");
}

/* A foreign injection does not name its device. */
static void foreign(void **state)
{
	(void)state;
	other(0);
	inject_as(SMMU_SID_NONE, -EIO, SMMU_EVENT_FOREIGN);
	atc(-EIO, DEV, DEV2);
	atc(0, DEV);
	inject_as(SMMU_SID_NONE, -EIO, SMMU_EVENT_FOREIGN);
	atc(-EIO, DEV2);
	fence(DEV2);
	returned(-EIO);
	rules("R1 pass 3, R3 pass 3, R4 pass 2, R5 pass 2, R6 pass 1, R7 pass 1, R8 pass 1, "
	      "R17 pass 1, R20 pass 1");
}

/* At a list without ATC_INV it is no ATC timeout, whatever the result of the list. */
static void foreign_elsewhere(void **state)
{
	static const int results[] = {0, -EIO, -ETIMEDOUT, -EINVAL};

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		inject_as(SMMU_SID_NONE, -EIO, SMMU_EVENT_FOREIGN);
		other(results[i]);
		inject_as(SMMU_SID_NONE, -EIO, SMMU_EVENT_FOREIGN);
		cfgi(results[i], DEV);
		inject_as(SMMU_SID_NONE, results[i], SMMU_EVENT_FOREIGN);
		other(results[i]);
	}
	rules("");
}

/* A foreign injection of another error is neither a hardware timeout nor the poll's. */
static void foreign_other_error(void **state)
{
	(void)state;
	other(0);
	inject_as(DEV, -EINVAL, SMMU_EVENT_FOREIGN);
	atc(-EINVAL, DEV);
	returned(-EINVAL);
	other(0);
	inject_as(DEV, -EINVAL, SMMU_EVENT_FOREIGN);
	atc(0, DEV);
	returned(0);
	rules("R1 pass 2");
}

/* Timeouts of two devices in one list. */
static void two_culprits(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	inject(DEV2);
	atc(-EIO, DEV, DEV2, 0x300);
	inject_as(DEV, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV);
	inject_as(DEV2, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV2);
	atc(0, 0x300);
	fence(DEV);
	fence(DEV2);
	returned(-EIO);
	rules("R1 pass 4, R3 pass 4, R4 pass 3, R5 pass 3, R6 pass 1, R7 pass 1, R8 pass 1, "
	      "R17 pass 2, R20 pass 2");
}

/* An interrupt of the same task has an invalidation of its own. */
static void interrupted(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	irq(1);
	other(0);
	atc(0, DEV2);
	task(1);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 "
	      "pass 1");
}

/* The idle tasks of two CPUs, both task 0, are two flows. */
static void idle(void **state)
{
	(void)state;
	task(0);
	stream.cpu = 1;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	stream.cpu = 2;
	other(0);
	returned(0);
	stream.cpu = 1;
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 "
	      "pass 1");
}

/*
 * An attach takes the device off ATS first, and its own ATC invalidation then fails. Nothing that
 * is stale can be used until ATS is granted again, with which it can.
 */
static void attach_path(void **state)
{
	(void)state;
	task(2);
	ats(DEV, false, 0);
	cfgi(0, DEV);
	ste(DEV, SMMU_GRANT_NOTHING);
	inject(DEV);
	atc(-EIO, DEV);
	returned_void();
	attach(DEV);
	ste(DEV, SMMU_GRANT_ATS);
	ats(DEV, true, 0);
	rules("R1 pass 1, R3 pass 1, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R13 fail 1, "
	      "R21 pass 1");
}

/* More lists, threads and devices than the tables of fixed size keep. */
static void many(void **state)
{
	(void)state;
	for (__u32 tid = 1; tid <= 300; tid++) {
		task(tid);
		other(0);
		inject(0x1000 + tid);
		atc(-EIO, 0x1000 + tid);
		fence(0x1000 + tid);
		returned(-EIO);
	}
	rules("R1 pass 300, R3 pass 600, R4 pass 300, R5 pass 300, R6 pass 300, R8 pass 300, "
	      "R17 pass 300, R20 pass 300");
}

/* A list of three ATC_INV, and beside it thread 2 issues two, of which PROD is known. */
static void beside(__u32 first, __u32 second)
{
	stream.options.rules = CHECK_RULE(2);
	task(2);
	stream.prod = first;
	other(0);
	stream.prod = second;
	other(0);
	task(1);
	stream.prod = 0;
	lasting(40 * US);
	atc(0, 0x300, 0x301, 0x302);
	later(1 * S);
	stream.prod = 8;
	other(0);
}

static void sync_apart(void **state)
{
	(void)state;
	beside(3, 5);
	rules("R2 fail 1");
	says("thread 2 put a list with a CMD_SYNC between these 3 ATC_INV and their own");
}

static void list_in_two(void **state)
{
	(void)state;
	beside(1, 3);
	rules("R2 fail 1");
}

/* The other one has seen a part of it, and waited until it was whole. */
static void sync_apart_locked(void **state)
{
	(void)state;
	beside(3, 6);
	rules("R2 pass 1");
}

static void before_or_behind(void **state)
{
	(void)state;
	beside(0, 2);
	rules("R2 pass 1");
	stream_begin();
	beside(4, 6);
	rules("R2 pass 1");
}

/* With a third one nobody knows who was where. */
static void in_a_crowd(void **state)
{
	(void)state;
	task(3);
	stream.prod = 0;
	lasting(20 * US);
	other(0);
	stream.now -= 15 * US;
	beside(3, 5);
	rules("R2 pass 1");
}

static void not_put(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(18);
	stream.prod = 7;
	other(0);
	stream.prod = 7;
	other(0);
	rules("R18 fail 1");
	says("a list of 1 commands of thread 1 returned success, and PROD of its queue has moved "
	     "by 0");
}

/* Its CMD_SYNC may be another one's, if it has no ATC_INV. */
static void put_without_sync(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(18);
	stream.prod = 7;
	other(0);
	stream.prod = 8;
	other(0);
	rules("");
}

static void not_put_and_failed(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(18);
	stream.prod = 7;
	other(-ETIMEDOUT);
	stream.prod = 7;
	other(0);
	rules("");
}

/* It began before the other one was put. */
static void not_put_yet(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(18);
	stream.prod = 7;
	other(0);
	task(2);
	stream.prod = 7;
	lasting(15 * US);
	other(0);
	rules("");
}

/* While it was under way, others have moved PROD once around. */
static void once_around(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(18);
	task(2);
	for (int i = 0; i < 40; i++)
		LIST(0, SMMU_EVENT_SYNC, SMMU_OP_TLBI_NH_VA, 0, 0, 0, 0, 0, 0, 0);
	task(1);
	stream.prod = 7;
	lasting(500 * US);
	other(0);
	stream.prod = 7;
	other(0);
	rules("");
}

static void left_out(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(18);
	recovery(DEV);
	stream.prod = 100;
	atc(0, DEV);
	stream.prod = 100;
	other(0);
	rules("");
}

static void not_left_out(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(18);
	recovery(DEV);
	stream.prod = 100;
	atc(0, DEV2);
	stream.prod = 100;
	other(0);
	rules("R18 fail 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(same_culprit),
		story(reset_between),
		story(fenced_by_another),
		story(back_before_return),
		story(retry_answers),
		story(software_rest),
		story(stall_holds_others),
		story(foreign),
		story(foreign_elsewhere),
		story(foreign_other_error),
		story(two_culprits),
		story(interrupted),
		story(idle),
		story(attach_path),
		story(many),
		story(sync_apart),
		story(list_in_two),
		story(sync_apart_locked),
		story(before_or_behind),
		story(in_a_crowd),
		story(not_put),
		story(put_without_sync),
		story(not_put_and_failed),
		story(not_put_yet),
		story(once_around),
		story(left_out),
		story(not_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
