// SPDX-License-Identifier: GPL-2.0
/*
 * The rules on timeouts that hardware reports, without any injection: whose error it is, who was
 * harmed, who is to blame. Each test tells a story, as it was seen of an emulated SMMU whose
 * devices stop answering, and compares the results of all rules.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

#define CERROR SMMU_CERROR_ATC_INV_SYNC

static struct smmu_cmdq_error *found_by(enum smmu_finder finder, __u32 index)
{
	struct smmu_cmdq_error *error = error_at(index, CERROR, 0);

	error->found_by = (__u8)finder;
	error->shift = 8;
	return error;
}

/* ---- whose error it is: R3, R4, R5 ---- */

/* An issuer finds the error of its own list while it polls. */
static void found_by_issuer(void **state)
{
	(void)state;
	other(0);
	found_by(SMMU_FOUND_BY_ISSUER, stream.prod + 1);
	lasting(9 * US);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1, "
	      "R20 pass 1");
}

/* The error at that time is another list's, by its index. */
static void by_index_not_by_time(void **state)
{
	(void)state;
	other(0);
	found_by(SMMU_FOUND_BY_HANDLER, stream.prod + 40);
	lasting(9 * US);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 1, R4 fail 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 pass 1");
	says("this list got the error -5, and none was reported for its CMD_SYNC");
}

/* Nor is it this list's, if it is at the same index of another queue of the SMMU. */
static void by_queue_not_by_index(void **state)
{
	(void)state;
	other(0);
	on_queue(SMMU_A, QUEUE_A1);
	found_by(SMMU_FOUND_BY_OTHER, stream.prod + 1);
	on_queue(SMMU_A, QUEUE_A);
	lasting(9 * US);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 1, R4 fail 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 pass 1");
	says("this list got the error -5, and none was reported for its CMD_SYNC");
}

/* Where errors that issuers find are not seen, that is not known. */
static void not_seen_without_hook(void **state)
{
	(void)state;
	without("queue_error", "inlined");
	other(0);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 1, R3 not observable, R4 not observable, R6 pass 1, R8 pass 1, R17 pass "
	      "1, "
	      "R20 pass 1");
}

/* The list ran out of the poll's time and has returned, long before the SMMU reports it. */
static void error_after_return(void **state)
{
	(void)state;
	other(0);
	later(1 * S);
	lasting(1 * S);
	atc(-ETIMEDOUT, DEV, DEV2);
	fence(DEV);
	fence(DEV2);
	returned(-ETIMEDOUT);
	later(2 * S);
	task(2);
	later(1 * MS);
	found_by(SMMU_FOUND_BY_HANDLER, stream.prod - 1);
	lasting(9 * US);
	atc(0, 0x300);
	later(4 * S);
	other(0);
	rules("R1 pass 2, R3 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 2, R20 pass 2");
}

/* Over the wrap: 256 entries, indices modulo 512. */
static void index_wraps(void **state)
{
	(void)state;
	stream.prod = 509;
	other(0);
	found_by(SMMU_FOUND_BY_ISSUER, 0);
	lasting(9 * US);
	stream.prod = 511;
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1, "
	      "R20 pass 1");
}

/* Two lists on two CPUs read the same prod: one failed, one did not. */
static void race(__u64 before)
{
	const __u32 prod = 2;

	other(0);
	found_by(SMMU_FOUND_BY_HANDLER, prod + 1)->before.word[0] = before;
	lasting(9 * US);
	stream.prod = prod;
	atc(-EIO, DEV);
	task(2);
	lasting(19 * US);
	stream.prod = prod;
	atc(0, DEV2);
	task(1);
	fence(DEV);
	returned(-EIO);
}

static void race_is_not_seen(void **state)
{
	(void)state;
	race(0);
	rules("R1 pass 2, R2 pass 1, R3 not observable 1, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass "
	      "1, "
	      "R17 pass 1, R20 pass 1");
}

/* The command in front of the CMD_SYNC tells. */
static void race_is_decided(void **state)
{
	(void)state;
	race(ATC_INV(DEV));
	rules("R1 pass 2, R2 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 "
	      "pass 1, "
	      "R20 pass 1");
}

/* Hardware's error as -ETIMEDOUT, long before the poll's time is over. */
static void hardware_as_software(void **state)
{
	(void)state;
	other(0);
	found_by(SMMU_FOUND_BY_HANDLER, stream.prod + 1);
	lasting(9 * US);
	atc(-ETIMEDOUT, DEV);
	fence(DEV);
	returned(-ETIMEDOUT);
	rules("R1 pass 1, R3 pass 2, R5 fail 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 pass 1");
}

/* The poll's time was over, and the error was active, not found yet: it may have had both. */
static void hardware_and_software(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(5);
	later(1 * S);
	lasting(1 * S);
	atc(-ETIMEDOUT, DEV);
	stood_at(stream.prod - 1);
	stream.sent[stream.count - 1].record->registers.gerror = SMMU_GERROR_CMDQ_ERR;
	rules("");
}

/* The poll gives up at once, and the SMMU was through with the list. */
static void gives_up_at_once(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(5);
	later(1 * S);
	lasting(64 * US);
	atc(-ETIMEDOUT, DEV);
	stood_at(stream.prod);
	rules("R5 fail 1");
}

/* It has less time, as another list has failed before. */
static void gives_up_after_a_failure(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(5);
	later(1 * S);
	lasting(1 * S);
	atc(-ETIMEDOUT, DEV);
	stood_at(stream.prod - 1);
	lasting(20 * MS);
	atc(-ETIMEDOUT, DEV);
	stood_at(stream.prod);
	rules("R5 pass 1");
}

/* ---- R10: what happened on the issuer's CPU ---- */

/* Interrupts on again, and the handler finds what the issuer has waited for in vain. */
static void blocked(__u16 issuer, __u16 handler, int result)
{
	other(0);
	later(1 * S);
	stream.cpu = issuer;
	irq(handler);
	found_by(SMMU_FOUND_BY_HANDLER, stream.prod + 1);
	task(1);
	stream.cpu = issuer;
	lasting(1 * S + 9 * US);
	atc(result, DEV);
}

static void r10_interrupted(void **state)
{
	(void)state;
	blocked(0, 0, -ETIMEDOUT);
	rules("R1 pass 1, R3 pass 1, R10 fail 1");
	says("the issuer gave up after 1.0 s, and only then its CPU took the interrupt of the "
	     "GERROR "
	     "at index 3");
}

/* On another CPU, or before the list gave up: nobody was blocked. */
static void r10_not_blocked(void **state)
{
	(void)state;
	blocked(0, 1, -ETIMEDOUT);
	rules("R1 pass 1, R3 pass 1");
	stream_begin();
	blocked(0, 0, -EIO);
	rules("R1 pass 1, R3 pass 1, R4 pass 1, R5 pass 1");
}

/* The issuer finds it, and its CPU takes the interrupt afterwards. */
static void found_first(__u16 interrupt)
{
	other(0);
	found_by(SMMU_FOUND_BY_ISSUER, stream.prod + 1);
	later(20 * US);
	irq(interrupt);
	isr(3 * US, 0);
	task(1);
	stream.cpu = 0;
	lasting(35 * US);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
}

static void r10_upheld(void **state)
{
	(void)state;
	found_first(0);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R10 pass 1, "
	      "R17 pass 1, R20 pass 1");
}

static void r10_interrupt_elsewhere(void **state)
{
	(void)state;
	found_first(1);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1, "
	      "R20 pass 1");
}

/* ---- suspects: R6 ---- */

/* The silent one is in the list that was left unsynced; the list with the CMD_SYNC failed. */
static void unsynced_are_suspects(void **state)
{
	(void)state;
	other(0);
	atc_unsynced(0, DEV, DEV2);
	found_by(SMMU_FOUND_BY_HANDLER, stream.prod + 1);
	lasting(9 * US);
	atc(-EIO, 0x300);
	returned(-EIO);
	rules("R1 fail 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 fail 1, R8 pass 1");
	says("0000:01:00.0 and 2 more devices were neither answered nor fenced");
}

/* Nor was it alone to blame: the fence of the other list's device is no isolation. */
static void unsynced_is_not_alone(void **state)
{
	(void)state;
	other(0);
	atc_unsynced(0, DEV);
	found_by(SMMU_FOUND_BY_HANDLER, stream.prod + 1);
	lasting(9 * US);
	atc(-EIO, DEV2);
	fence(DEV2);
	atc(0, DEV);
	returned(-EIO);
	rules("R1 fail 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R7 fail 1, R8 pass 1, "
	      "R17 pass 1, R20 pass 1");
}

/* A driver that fences both when its poll runs out of time: one of them was silent. */
static void unsynced_is_fenced(void **state)
{
	(void)state;
	other(0);
	atc_unsynced(0, DEV);
	later(1 * S);
	lasting(1 * S);
	atc(-ETIMEDOUT, DEV2);
	fence(DEV);
	fence(DEV2);
	returned(-ETIMEDOUT);
	rules("R1 fail 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 2, R20 pass 2");
	says("not every device was asked again before it was fenced");
}

/* Hardware reported a timeout, and nobody was told. */
static void hidden_timeout(void **state)
{
	(void)state;
	other(0);
	atc_unsynced(0, DEV2);
	found_by(SMMU_FOUND_BY_HANDLER, stream.prod + 1);
	lasting(9 * US);
	atc(0, DEV);
	returned(0);
	rules("R1 fail 1, R3 fail 2, R6 fail 1");
	says("CERROR_ATC_INV_SYNC at index 4, and the list with that CMD_SYNC returned success");
}

/* The CMD_SYNC that it falls on is one of a list of TLBI. */
static void hidden_behind_others(void **state)
{
	(void)state;
	other(0);
	atc_unsynced(0, DEV);
	found_by(SMMU_FOUND_BY_HANDLER, stream.prod + 1);
	lasting(9 * US);
	LIST(0, SMMU_EVENT_SYNC, SMMU_OP_TLBI_NH_VA, 0);
	returned(0);
	rules("R1 fail 1, R3 fail 2, R6 fail 1");
}

/* ---- lists that fail at somebody else's expense: R19, R7, R20 ---- */

/* DEV is silent, and its list gives up; nothing more comes of it until the SMMU does. */
static __u32 falls_silent(void)
{
	const __u32 sync = stream.prod + 1;

	stream.options.rules = CHECK_ALL & ~CHECK_RULE(17); /* times are not the subject here */
	later(1 * S);
	lasting(1 * S);
	atc(-ETIMEDOUT, DEV);
	stood_at(sync);
	return sync;
}

/* None of its commands has begun, so none of its devices is to blame. */
static void victim_has_no_suspects(void **state)
{
	__u32 sync;

	(void)state;
	other(0);
	sync = falls_silent();
	fence(DEV);
	returned(-ETIMEDOUT);
	task(2);
	later(1 * S);
	lasting(1 * S);
	atc(-ETIMEDOUT, DEV2);
	stood_at(sync);
	returned(-ETIMEDOUT);
	rules("R1 pass 2, R5 pass 2, R6 pass 1, R8 pass 1, R19 pass 1, R20 pass 1");
}

static void victim_is_fenced(void **state)
{
	__u32 sync;

	(void)state;
	other(0);
	sync = falls_silent();
	fence(DEV);
	returned(-ETIMEDOUT);
	task(2);
	later(1 * S);
	lasting(1 * S);
	atc(-ETIMEDOUT, DEV2);
	stood_at(sync);
	fence(DEV2);
	returned(-ETIMEDOUT);
	rules("R1 pass 2, R5 pass 2, R6 pass 1, R7 fail 1, R8 pass 1, R19 pass 1, "
	      "R20 fail 1");
	says("0000:02:00.0 was fenced, and was in no list that failed after it had begun");
}

/* The device is known to be silent, is asked again, and another list waits for that. */
static void asked_again_and_again(void **state)
{
	__u32 sync;

	(void)state;
	other(0);
	falls_silent();
	returned(-ETIMEDOUT);
	other(0);
	sync = falls_silent();
	returned(-ETIMEDOUT);
	task(2);
	later(1 * S);
	lasting(1 * S);
	other(-ETIMEDOUT);
	stood_at(sync);
	rules("R1 pass 2, R5 pass 2, R6 fail 2, R8 pass 2, R19 fail 1");
	says("a list of 1 commands (TLBI_NH_VA) failed: the command queue of 9050000.smmuv3 stood "
	     "at "
	     "index 7, the CMD_SYNC of an ATC_INV for 0000:01:00.0, sent");
}

/* Sent by another flow before the one in which it failed has fenced it: nobody could know. */
static void being_recovered(void **state)
{
	__u32 sync;

	(void)state;
	other(0);
	falls_silent();
	task(2);
	sync = falls_silent();
	task(3);
	later(1 * S);
	lasting(1 * S);
	other(-ETIMEDOUT);
	stood_at(sync);
	stream.options.rules = CHECK_RULE(19);
	rules("R19 pass 1");
}

/* Its fence is queued behind the CMD_SYNC at which the queue stands: it is known to be silent. */
static void asked_behind_its_fence(void **state)
{
	__u32 sync;

	(void)state;
	other(0);
	falls_silent();
	told(SMMU_EVENT_FENCE, DEV, SMMU_GRANT_UNTRANSLATED, -EINPROGRESS);
	returned(-ETIMEDOUT);
	task(2);
	later(1 * S);
	sync = falls_silent();
	task(3);
	later(1 * S);
	lasting(1 * S);
	other(-ETIMEDOUT);
	stood_at(sync);
	stream.options.rules = CHECK_RULE(19);
	rules("R19 fail 1");
}

/* Whose CMD_SYNC it is comes out later; nobody had failed before. */
static void culprit_not_back(void **state)
{
	(void)state;
	other(0);
	later(1 * S);
	lasting(1 * S);
	other(-ETIMEDOUT);
	stood_at(stream.prod - 10);
	rules("R19 pass 1");
}

/* It had answered in between: it fell silent anew. */
static void silent_anew(void **state)
{
	__u32 sync;

	(void)state;
	other(0);
	falls_silent();
	atc(0, DEV);
	returned(-ETIMEDOUT);
	other(0);
	sync = falls_silent();
	returned(-ETIMEDOUT);
	task(2);
	later(1 * S);
	lasting(1 * S);
	other(-ETIMEDOUT);
	stood_at(sync);
	rules("R1 pass 3, R5 pass 2, R6 fail 1, R8 pass 2, R19 pass 1");
}

/* R7 wants each to be asked, so that the question is no fault, whoever waits behind it. */
static void asked_alone(void **state)
{
	__u32 sync;

	(void)state;
	other(0);
	found_by(SMMU_FOUND_BY_ISSUER, stream.prod + 2);
	lasting(9 * US);
	atc(-EIO, DEV, DEV2);
	sync = falls_silent();
	stream.options.rules = CHECK_RULE(19);
	task(2);
	later(1 * S);
	lasting(1 * S);
	other(-ETIMEDOUT);
	stood_at(sync);
	rules("R19 pass 1");
}

/* Sent for a device that is known to be silent and for one that is not: either may be it now. */
static void one_of_two_was_known(void **state)
{
	__u32 sync;

	(void)state;
	other(0);
	falls_silent();
	returned(-ETIMEDOUT);
	other(0);
	sync = stream.prod + 2;
	later(1 * S);
	lasting(1 * S);
	atc(-ETIMEDOUT, DEV, DEV2);
	stood_at(sync);
	returned(-ETIMEDOUT);
	task(2);
	later(1 * S);
	lasting(1 * S);
	other(-ETIMEDOUT);
	stood_at(sync);
	rules("R1 pass 2, R5 pass 2, R6 fail 2, R8 pass 2, R19 not observable");
}

/* The list at whose CMD_SYNC the queue stood was not seen. */
static void stood_at_unknown(void **state)
{
	(void)state;
	stream.prod = 40;
	later(1 * S);
	lasting(1 * S);
	other(-ETIMEDOUT);
	stood_at(20);
	rules("R19 not observable");
}

/* A device that answered the flow that asked again is fenced all the same. */
static void answered_and_fenced(void **state)
{
	(void)state;
	other(0);
	found_by(SMMU_FOUND_BY_ISSUER, stream.prod + 2);
	lasting(9 * US);
	atc(-EIO, DEV, DEV2);
	atc(0, DEV2);
	found_by(SMMU_FOUND_BY_ISSUER, stream.prod + 1);
	lasting(9 * US);
	atc(-EIO, DEV);
	fence(DEV);
	fence(DEV2);
	returned(-EIO);
	rules("R1 pass 3, R3 pass 3, R4 pass 2, R5 pass 2, R6 pass 1, R7 fail 1, R8 pass 1, "
	      "R17 pass 2, R20 fail 1");
	says("0000:02:00.0 was fenced after it had answered again");
}

/* A reset takes its device off ATS, silent or not. */
static void fenced_for_a_reset(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(20);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	fence(DEV);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_END, 0);
	unfence(DEV);
	reset(DEV, SMMU_RESET_DONE, 0);
	rules("");
	stream_begin();
	stream.options.rules = CHECK_RULE(20);
	good_reset(DEV);
	fence(DEV);
	rules("R20 fail 1");
}

/* A poll that runs out of time allows to fence unasked: no violation and no pass, and it is said.
 */
static void r7_says_unasked(void **state)
{
	(void)state;
	other(0);
	later(1 * S);
	lasting(1 * S);
	atc(-ETIMEDOUT, DEV, DEV2);
	fence(DEV);
	fence(DEV2);
	returned(-ETIMEDOUT);
	rules("R1 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 2, R20 pass 2");
	says("not every device was asked again before it was fenced");
}

/* The queue goes on, and the driver asks each: that is isolation, too. */
static void r7_asked_after_a_poll(void **state)
{
	(void)state;
	other(0);
	later(1 * S);
	lasting(1 * S);
	atc(-ETIMEDOUT, DEV, DEV2);
	atc(0, DEV2);
	found_by(SMMU_FOUND_BY_ISSUER, stream.prod + 1);
	lasting(9 * US);
	atc(-EIO, DEV);
	fence(DEV);
	returned(-EIO);
	rules("R1 pass 3, R3 pass 2, R4 pass 1, R5 pass 2, R6 pass 1, R7 pass 1, R8 pass 1, R17 "
	      "pass 1, "
	      "R20 pass 1");
}

/* A list that begins with other commands and holds an ATC_INV is one of ATC_INV, too. */
static void mixed_list(void **state)
{
	struct record *record;

	(void)state;
	record = event_now(SMMU_EVENT_SUBMIT, 0);
	record->submit.smmu = stream.smmu;
	record->submit.queue = stream.queue;
	record->submit.duration_ns = 8 * US;
	record->submit.commands = record->submit.captured = 2;
	record->submit.command[0].word[0] = SMMU_OP_CFGI_STE | (__u64)DEV << 32;
	record->submit.command[1].word[0] = ATC_INV(DEV);
	record_send(record, sizeof(record->submit) + 2 * sizeof(struct smmu_command));
	rules("R1 fail 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(found_by_issuer),
		story(by_index_not_by_time),
		story(by_queue_not_by_index),
		story(not_seen_without_hook),
		story(error_after_return),
		story(index_wraps),
		story(race_is_not_seen),
		story(race_is_decided),
		story(hardware_as_software),
		story(hardware_and_software),
		story(gives_up_at_once),
		story(gives_up_after_a_failure),
		story(r10_interrupted),
		story(r10_not_blocked),
		story(r10_upheld),
		story(r10_interrupt_elsewhere),
		story(unsynced_are_suspects),
		story(unsynced_is_not_alone),
		story(unsynced_is_fenced),
		story(hidden_timeout),
		story(hidden_behind_others),
		story(victim_has_no_suspects),
		story(victim_is_fenced),
		story(asked_again_and_again),
		story(being_recovered),
		story(asked_behind_its_fence),
		story(culprit_not_back),
		story(silent_anew),
		story(asked_alone),
		story(one_of_two_was_known),
		story(stood_at_unknown),
		story(answered_and_fenced),
		story(fenced_for_a_reset),
		story(r7_says_unasked),
		story(r7_asked_after_a_poll),
		story(mixed_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
