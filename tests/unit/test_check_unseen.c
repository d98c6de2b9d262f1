// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of which only the return was seen, and more suspects or timeouts than there is room for:
 * a rule that this may hide something from is not observable, and does not fail. Each test tells
 * a story and compares the results of all rules.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

/* Lists whose entry was not seen. */
#define late_atc(result, ...)                                                                      \
	LIST(result, SMMU_EVENT_SYNC | SMMU_EVENT_NO_START, SMMU_OP_ATC_INV, __VA_ARGS__)
#define late_other()   LIST(0, SMMU_EVENT_SYNC | SMMU_EVENT_NO_START, SMMU_OP_TLBI_NH_VA, 0)
#define late_cfgi(...) LIST(0, SMMU_EVENT_SYNC | SMMU_EVENT_NO_START, SMMU_OP_CFGI_STE, __VA_ARGS__)

/* Lists that were under way when the stream began are no loss. */
static void begun_before(void **state)
{
	(void)state;
	late_other();
	task(2);
	late_atc(0, DEV);
	task(3);
	late_cfgi(DEV);
	rules("R1 pass 1");
}

/* The other flow's CMD_SYNC may have come in between. */
static void r2_foreign(void **state)
{
	(void)state;
	atc_unsynced(0, DEV);
	task(2);
	late_other();
	task(1);
	atc(0, DEV2);
	rules("R1 fail 1, R2 not observable");
	says("\"reason\":\"what would decide was not seen, 1 times\"");
}

/* The flow's own CMD_SYNC may have come before the other one. */
static void r2_own(void **state)
{
	(void)state;
	atc_unsynced(0, DEV);
	task(2);
	other(0);
	task(1);
	late_atc(0, DEV2);
	rules("R1 fail 1, R2 not observable");
}

/* The error may have been for the second list. */
static void r3_hardware(void **state)
{
	(void)state;
	other(0);
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);
	lasting(9 * US);
	atc(0, DEV);
	task(2);
	late_atc(-EIO, DEV2);
	fence(DEV2);
	returned(-EIO);
	rules("R1 pass 2, R3 not observable, R4 not observable, R6 pass 1, R8 pass 1, "
	      "R17 not observable 1, R20 pass 1");
}

/* Another flow fenced, before the invalidation ended or after. */
static void r6_end(void **state)
{
	(void)state;
	on_queue(SMMU_A, QUEUE_A1);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	task(2);
	fence(DEV);
	task(1);
	late_other();
	rules("R1 pass 1, R3 pass 1, R4 pass 1, R5 pass 1, R6 not observable 1, R8 pass 1, "
	      "R11 not observable, R17 not observable, R18 not observable 1, R20 pass 1");
}

static void r10_wait(void **state)
{
	(void)state;
	other(0);
	inject_as(DEV, -EIO, SMMU_EVENT_GERROR | SMMU_EVENT_BLOCKED);
	late_atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, "
	      "R10 not observable, R17 pass 1, R20 pass 1");
}

#define ONCE "R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, "

/* The list may have begun before the fence, and so the next one is allowed. */
static void r11_begun(void **state)
{
	(void)state;
	recovery(DEV);
	task(2);
	late_other();
	atc(0, DEV);
	rules(ONCE "R11 not observable, R17 not observable 1, R20 pass 1");
}

/* The ATC_INV itself may have begun before the fence. */
static void r11_sent(void **state)
{
	(void)state;
	recovery(DEV);
	task(2);
	late_atc(0, DEV);
	rules(ONCE "R11 not observable, R17 not observable 1, R20 pass 1");
}

/* Lists for another device or another SMMU do not matter. */
static void r11_other_device(void **state)
{
	(void)state;
	recovery(DEV);
	task(2);
	late_atc(0, DEV2);
	on_queue(SMMU_B, QUEUE_B);
	late_other();
	rules(ONCE "R17 not observable 1, R20 pass 1");
}

static void r12_ste(void **state)
{
	(void)state;
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	task(2);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	fence(DEV);
	task(1);
	late_cfgi(DEV);
	returned(-EIO);
	rules("R1 pass 2, R3 pass 3, R4 pass 2, R5 pass 2, R6 pass 1, R8 pass 1, "
	      "R12 not observable, R17 not observable 1, R20 pass 1");
}

/* ---- more than there is room for ---- */

static void suspects(void **state)
{
	__u32 sids[SMMU_LIST_MAX];

	(void)state;
	other(0);
	for (__u32 list = 0; list < 3; list++) {
		for (__u32 i = 0; i < SMMU_LIST_MAX; i++)
			sids[i] = 0x1000 + list * SMMU_LIST_MAX + i;
		inject(sids[0]);
		list_send(-EIO, SMMU_EVENT_SYNC, SMMU_OP_ATC_INV, sids, list < 2 ? 64 : 1);
	}
	for (__u32 i = 0; i <= 2 * SMMU_LIST_MAX; i++)
		fence(0x1000 + i);
	returned(-EIO);
	stream.options.rules = CHECK_RULE(1) | CHECK_RULE(6) | CHECK_RULE(7) | CHECK_RULE(17);
	rules("R1 pass 3, R6 not observable 1, R7 not observable, R17 not observable 128");
}

static void timeouts(void **state)
{
	__u32 sids[17];

	(void)state;
	other(0);
	for (__u32 i = 0; i < 17; i++) {
		sids[i] = 0x1000 + i;
		inject(sids[i]);
	}
	list_send(-EIO, SMMU_EVENT_SYNC, SMMU_OP_ATC_INV, sids, 17);
	fence(0x1010);
	returned(-EIO);
	stream.options.rules = CHECK_RULE(1) | CHECK_RULE(6);
	rules("R1 pass 1, R6 not observable");
}

/* A correct recovery, and what would be wrong, without the stream table: no fence is an event. */
static void no_stream_table(void **state)
{
	(void)state;
	stream.hooks[stream.info.hook_count++] =
		(struct stream_hook){STREAM_TABLE, "", "", "not known"};
	inject(DEV);
	atc(-EIO, DEV);
	later(1 * S);
	returned(-EIO);
	atc(0, DEV);
	unfence(DEV);
	rules("R1 pass 2, R3 pass 2, R4 not observable 1, R5 pass 1, R6 not observable, "
	      "R7 not observable, R8 pass 1, R9 not observable, R11 not observable, "
	      "R12 not observable, R13 not observable, R16 not observable, R17 not observable, "
	      "R18 not observable, R19 not observable, R20 not observable, R21 not observable, "
	      "R22 not observable, R23 not observable");
	says("\"reason\":\"stream_table: not known\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(begun_before),	 story(r2_foreign), story(r2_own),    story(r3_hardware),
		story(r6_end),		 story(r10_wait),   story(r11_begun), story(r11_sent),
		story(r11_other_device), story(r12_ste),    story(suspects),  story(timeouts),
		story(no_stream_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
