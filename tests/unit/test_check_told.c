// SPDX-License-Identifier: GPL-2.0
/*
 * What the SMMU has been told of a StreamID decides who is fenced, whoever told it and by which
 * command: drivers that do it in another way than ours, right ones and wrong ones.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

/* Only these rules are judged. */
static void judge(unsigned int first, unsigned int second)
{
	stream.options.rules = CHECK_RULE(first) | (second ? CHECK_RULE(second) : 0);
}

static void fails(void)
{
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
}

/* ---- fences of all kinds ---- */

/* CFGI_STE without a CMD_SYNC: the SMMU may still use the old STE. */
static void never_confirmed(void **state)
{
	(void)state;
	judge(6, 0);
	fails();
	LIST(0, 0, SMMU_OP_CFGI_STE, DEV);
	returned(-EIO);
	rules("R6 fail 1");
}

/* The same as the BPF side sends it: queued, and confirmed by somebody's CMD_SYNC when it is too
 * late. */
static void confirmed_too_late(void **state)
{
	(void)state;
	judge(6, 0);
	fails();
	told(SMMU_EVENT_FENCE, DEV, SMMU_GRANT_UNTRANSLATED, -EINPROGRESS);
	returned(-EIO);
	ste(DEV, SMMU_GRANT_UNTRANSLATED)->ste[0] = 0xb;
	rules("R6 fail 2");
}

/* The queue stands beyond the poll's time, and nothing can be confirmed: no fault, and no pass. */
static void queued_behind_a_stop(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	inject_as(DEV, -ETIMEDOUT, 0);
	atc(-ETIMEDOUT, DEV);
	told(SMMU_EVENT_FENCE, DEV, SMMU_GRANT_UNTRANSLATED, -EINPROGRESS);
	returned(-ETIMEDOUT);
	later(1 * S);
	ste(DEV, SMMU_GRANT_UNTRANSLATED)->ste[0] = 0xb;
	rules("");
}

/* The poll gave up, and the list says that all is well. */
static void poll_dropped(void **state)
{
	(void)state;
	judge(3, 6);
	other(0);
	inject_as(DEV, -ETIMEDOUT, 0);
	atc(0, DEV, DEV2);
	returned(0);
	rules("R6 fail 1");
	says("0000:01:00.0 was neither answered nor fenced");
}

/* Asked again, it answers: nobody has to be fenced. */
static void poll_dropped_and_asked(void **state)
{
	(void)state;
	judge(3, 6);
	other(0);
	inject_as(DEV, -ETIMEDOUT, 0);
	atc(0, DEV, DEV2);
	atc(0, DEV);
	returned(0);
	rules("");
}

/* Queued by one list and confirmed by the next one: a fence like any other, and it has to last. */
static void queued_and_confirmed(void **state)
{
	(void)state;
	judge(6, 13);
	fails();
	told(SMMU_EVENT_FENCE, DEV, SMMU_GRANT_NOTHING, -EINPROGRESS);
	ste(DEV, SMMU_GRANT_NOTHING);
	returned(-EIO);
	unfence(DEV);
	rules("R6 pass 1, R13 fail 1");
}

/* What is queued there grants ATS: that is no fence. */
static void queued_grant(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	inject_as(DEV, -ETIMEDOUT, 0);
	atc(-ETIMEDOUT, DEV);
	told(SMMU_EVENT_STE, DEV, SMMU_GRANT_ATS, -EINPROGRESS);
	returned(-ETIMEDOUT);
	rules("R6 fail 1");
}

/* Of one StreamID of two. */
static void half_queued(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	inject_as(DEV2, -ETIMEDOUT, 0);
	atc(-ETIMEDOUT, 0x200, 0x201);
	told(SMMU_EVENT_FENCE, 0x200, SMMU_GRANT_UNTRANSLATED, -EINPROGRESS);
	returned(-ETIMEDOUT);
	rules("R6 fail 1");
}

/* The CMD_SYNC for one of two StreamIDs failed, before that for the other one: no pass. */
static void half_unconfirmed(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	inject(DEV2);
	atc(-EIO, 0x200, 0x201);
	told(SMMU_EVENT_FENCE, 0x200, SMMU_GRANT_UNTRANSLATED, -ETIMEDOUT);
	told(SMMU_EVENT_FENCE, 0x201, SMMU_GRANT_UNTRANSLATED, 0);
	returned(-EIO);
	rules("");
}

/* An aborting STE takes more than ATS: that is a fence, too. */
static void fenced_by_abort(void **state)
{
	(void)state;
	judge(6, 7);
	fails();
	told(SMMU_EVENT_FENCE, DEV, SMMU_GRANT_NOTHING, 0);
	returned(-EIO);
	rules("R6 pass 1");
}

/* Two devices lose ATS although one failed, alone. */
static void neighbour_fenced(void **state)
{
	(void)state;
	judge(7, 20);
	fails();
	fence(DEV);
	fence(DEV2);
	returned(-EIO);
	rules("R7 fail 1, R20 fail 1");
	says("0000:02:00.0 was fenced, and was in no list that failed");
}

/* By a flow that had no failure, and that nobody asked. */
static void stranger_fenced(void **state)
{
	(void)state;
	judge(20, 0);
	other(0);
	atc(0, DEV);
	fence(DEV);
	rules("R20 fail 1");
}

/* Each StreamID has its own STE: one of two is not enough. */
static void half_fenced(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	inject(DEV2);
	atc(-EIO, 0x200, 0x201);
	fence_stream(0x200);
	returned(-EIO);
	rules("R6 fail 1");
}

/* ---- fences that do not last ---- */

/* In memory the SMMU may read it at any time, told or not. */
static void back_in_memory(void **state)
{
	(void)state;
	judge(6, 13);
	fails();
	fence(DEV);
	told(SMMU_EVENT_UNFENCE, DEV, SMMU_GRANT_ATS, 0)->told = SMMU_TOLD_MEMORY;
	returned(-EIO);
	rules("R6 fail 1, R13 fail 1");
}

/* An attach that gives ATS back to a device that did not answer. */
static void lifted_by_attach(void **state)
{
	(void)state;
	judge(13, 0);
	recovery(DEV);
	told(SMMU_EVENT_UNFENCE, DEV, SMMU_GRANT_ATS, 0);
	attach(DEV);
	rules("R13 fail 1");
}

/* Where the driver is told of a reset's end inside it, nothing was reset before that. */
static void lifted_in_prepare(void **state)
{
	(void)state;
	judge(13, 0);
	recovery(DEV);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	unfence(DEV);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	reset(DEV, SMMU_RESET_END, 0);
	rules("R13 fail 1");
	says("before its reset was over");
}

static void lifted_when_told(void **state)
{
	(void)state;
	judge(13, 0);
	recovery(DEV);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	unfence(DEV);
	reset(DEV, SMMU_RESET_END, 0);
	rules("R13 pass 1");
}

/* ---- attach and detach ---- */

/* The ATC_INV of an attach fails, and nobody takes ATS away again. */
static void attach_ignores_it(void **state)
{
	(void)state;
	judge(6, 0);
	ste(DEV, SMMU_GRANT_ATS);
	ats(DEV, true, 0);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	attach(DEV);
	rules("R6 fail 1");
}

/* ATS off and a CFGI_STE tell nothing by themselves: this one grants ATS. */
static void off_and_granted(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	ats(DEV, false, 0);
	cfgi(0, DEV);
	ste(DEV, SMMU_GRANT_ATS);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	rules("R6 fail 1");
}

/* Somebody detaches it between the failure and the question: nothing is left to fence. */
static void detached_meanwhile(void **state)
{
	(void)state;
	judge(6, 7);
	fails();
	task(2);
	ats(DEV, false, 0);
	cfgi(0, DEV);
	ste(DEV, SMMU_GRANT_NOTHING);
	task(1);
	inject_as(DEV, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV);
	returned(-EIO);
	rules("R6 pass 1");
}

/* It does not answer while it is detached: nothing to fence, and nothing to give back. */
static void fails_in_detach(void)
{
	judge(13, 0);
	ats(DEV, false, 0);
	cfgi(0, DEV);
	ste(DEV, SMMU_GRANT_NOTHING);
	fails();
	returned(-EIO);
}

static void granted_to_a_silent_one(void **state)
{
	(void)state;
	fails_in_detach();
	cfgi(0, DEV);
	ste(DEV, SMMU_GRANT_ATS);
	rules("R13 fail 1");
}

static void granted_after_reset(void **state)
{
	(void)state;
	fails_in_detach();
	good_reset(DEV);
	cfgi(0, DEV);
	ste(DEV, SMMU_GRANT_ATS);
	rules("");
}

/* A reset empties its ATC, and by somebody else as well: nothing is left to fence. */
static void reset_meanwhile(void **state)
{
	(void)state;
	judge(6, 0);
	fails();
	task(2);
	good_reset(DEV);
	task(1);
	returned(-EIO);
	rules("R6 pass 1");
}

/* What fails after that is another matter. */
static void reset_too_early(void **state)
{
	(void)state;
	judge(6, 0);
	fails();
	task(2);
	good_reset(DEV);
	task(1);
	inject_as(DEV, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV);
	returned(-EIO);
	rules("R6 fail 1");
}

/* What it was asked before that needs no answer any more. */
static void reset_between(void **state)
{
	(void)state;
	judge(6, 0);
	fails();
	task(2);
	good_reset(DEV);
	task(1);
	inject(DEV2);
	atc(-EIO, DEV, DEV2);
	atc(0, DEV);
	fence(DEV2);
	returned(-EIO);
	rules("R6 pass 1");
}

/* ---- invalidations inside others ---- */

/* It asks again through a function of the same kind, which returns first. */
static void asks_through_another(void **state)
{
	(void)state;
	judge(3, 6);
	other(0);
	inject(DEV);
	atc(-EIO, DEV, DEV2);
	atc(0, DEV2);
	returned_inside(0);
	inject_as(DEV, -EIO, SMMU_EVENT_REPEAT);
	atc(-EIO, DEV);
	returned_inside(-EIO);
	fence(DEV);
	returned(-EIO);
	rules("R3 pass 3, R6 pass 1");
}

/* The outer one returns success. */
static void swallowed_outside(void **state)
{
	(void)state;
	judge(3, 6);
	fails();
	returned_inside(-EIO);
	fence(DEV);
	returned(0);
	rules("R3 fail 1, R6 pass 1");
}

/* ---- what was asked ---- */

#define PAGE(address, size) ((__u64)(address) | (size))

static void ask_as(int result, unsigned int flags, __u64 word0, __u64 word1)
{
	const struct smmu_command command = {.word = {ATC_INV(DEV) | word0, word1}};

	commands_send(result, flags, &command, 1);
}

static void ask(int result, __u64 word0, __u64 word1)
{
	ask_as(result, SMMU_EVENT_SYNC, word0, word1);
}

/* An answer for one address says nothing of another one. */
static void asks_for_another_page(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	inject(DEV);
	ask(-EIO, 0, PAGE(0x4000, 0));
	ask(0, 0, PAGE(0x8000, 0));
	returned(-EIO);
	rules("R6 fail 1");
}

/* SSV [11], SSID [31:12] */
static void asks_for_another_ssid(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	inject(DEV);
	ask(-EIO, 1 << 11 | 5 << 12, PAGE(0x4000, 0));
	ask(0, 1 << 11 | 6 << 12, PAGE(0x4000, 0));
	returned(-EIO);
	rules("R6 fail 1");
}

/* All addresses, of every SubstreamID: more than was asked. */
static void asks_for_all(void **state)
{
	(void)state;
	judge(6, 7);
	other(0);
	inject(DEV);
	ask(-EIO, 1 << 11 | 5 << 12, PAGE(0x4000, 2));
	ask(0, 1 << 9 | 1 << 11, PAGE(0, SMMU_ATC_SIZE_ALL));
	returned(0);
	rules("");
}

/* Without SSV a request has no PASID, and is for those with one, too. */
static void asks_without_ssid(void **state)
{
	(void)state;
	judge(6, 7);
	other(0);
	inject(DEV);
	ask(-EIO, 1 << 11 | 5 << 12, PAGE(0x4000, 2));
	ask(0, 0, PAGE(0, SMMU_ATC_SIZE_ALL));
	returned(0);
	rules("");
}

/* The other way round it is not. */
static void asks_for_ssid_only(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	inject(DEV);
	ask(-EIO, 0, PAGE(0x4000, 0));
	ask(0, 1 << 9 | 1 << 11 | 5 << 12, PAGE(0x4000, 0));
	returned(-EIO);
	rules("R6 fail 1");
}

/* Each of several has to be answered, and an answer to one stays good when another one fails. */
static void asks_one_by_one(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	inject(DEV);
	ask(-EIO, 0, PAGE(0, SMMU_ATC_SIZE_ALL));
	ask(0, 0, PAGE(0, SMMU_ATC_SIZE_ALL));
	inject(DEV);
	ask(-EIO, 0, PAGE(0x4000, 0));
	ask(0, 0, PAGE(0x4000, 0));
	returned(0);
	rules("");
}

/* The first one was left without a CMD_SYNC: the second one's is for it, too. */
static void asked_before_unsynced(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	ask_as(0, 0, 0, PAGE(0x4000, 0));
	inject(DEV);
	ask(-EIO, 0, PAGE(0x8000, 0));
	ask(0, 0, PAGE(0x8000, 0));
	returned(-EIO);
	rules("R6 fail 1");
}

/* On another queue there was one more, which does not undo the first. */
static void asked_on_two_queues(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	on_queue(SMMU_A, QUEUE_A0);
	ask_as(0, 0, 0, PAGE(0x4000, 0));
	on_queue(SMMU_A, QUEUE_A1);
	ask_as(0, 0, 0, PAGE(0x8000, 0));
	on_queue(SMMU_A, QUEUE_A0);
	inject(DEV);
	other(-EIO);
	on_queue(SMMU_A, QUEUE_A);
	ask(0, 0, PAGE(0x8000, 0));
	returned(-EIO);
	rules("R6 fail 1");
}

/* The list returned success, and what it had asked is known all the same. */
static void swallowed_and_asked_for_another_page(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	inject(DEV);
	ask(0, 0, PAGE(0x4000, 0));
	ask(0, 0, PAGE(0x8000, 0));
	returned(0);
	rules("R6 fail 1");
}

/* The same with the poll's timeout, which is no failure of the list then. */
static void poll_swallowed(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	inject_as(DEV, -ETIMEDOUT, 0);
	atc(0, DEV);
	returned(0);
	rules("R6 fail 1");
}

/* Another flow asked after that, and got the answer: what the device has dropped is gone. */
static void answered_to_another_flow(void **state)
{
	(void)state;
	judge(6, 0);
	fails();
	task(2);
	other(0);
	atc(0, DEV);
	task(1);
	returned(0);
	rules("");
}

/* It had asked before: its answer may be older than what this flow is about. */
static void answered_too_early(void **state)
{
	(void)state;
	judge(6, 0);
	fails();
	task(2);
	lasting(100 * US);
	atc(0, DEV);
	task(1);
	returned(-EIO);
	rules("R6 fail 1");
}

/* More than there is room for: no pass. */
static void asks_too_much(void **state)
{
	(void)state;
	judge(6, 0);
	other(0);
	for (__u64 page = 0; page < 9; page++) {
		inject(DEV);
		ask(-EIO, 0, PAGE(page << 16, 0));
	}
	fence(DEV);
	returned(-EIO);
	rules("R6 not observable 1");
}

/* ---- mixed lists ---- */

/* A list that begins with a CFGI may hold an ATC_INV. */
static void mixed_unsynced(void **state)
{
	const struct smmu_command commands[] = {{{SMMU_OP_CFGI_STE | (__u64)DEV << 32}},
						{{ATC_INV(DEV), SMMU_ATC_SIZE_ALL}}};

	(void)state;
	judge(1, 0);
	commands_send(0, 0, commands, 2);
	rules("R1 fail 1");
}

static void mixed_failed(void **state)
{
	const struct smmu_command commands[] = {{{SMMU_OP_CFGI_CD | (__u64)DEV << 32}},
						{{ATC_INV(DEV), SMMU_ATC_SIZE_ALL}}};

	(void)state;
	judge(4, 6);
	other(0);
	inject(DEV);
	commands_send(-EIO, SMMU_EVENT_SYNC, commands, 2);
	returned(-EIO);
	rules("R4 pass 1, R6 fail 1");
}

/* ---- by somebody else ---- */

/* The issuer gets success, and a work item fences: too late for R6, and known as its recovery. */
static void by_a_work_item(void **state)
{
	(void)state;
	judge(6, 20);
	other(0);
	inject(DEV);
	atc(0, DEV);
	returned(0);
	task(2);
	fence(DEV);
	rules("R6 fail 2, R20 pass 1");
}

/* A work item tells the SMMU once more what it was told already. */
static void recovered_again(void **state)
{
	(void)state;
	judge(12, 0);
	recovery(DEV);
	task(2);
	cfgi(0, DEV);
	ste(DEV, SMMU_GRANT_UNTRANSLATED);
	rules("R12 fail 1");
}

/* Another STE that has no ATS either: a domain was attached. */
static void attached_without_ats(void **state)
{
	(void)state;
	judge(12, 0);
	recovery(DEV);
	task(2);
	cfgi(0, DEV);
	ste(DEV, SMMU_GRANT_UNTRANSLATED)->ste[0] = 0x123400b;
	attach(DEV);
	rules("");
}

/* Some SMMUs need each list of CFGI twice: that is no second recovery. */
static void doubled_by_an_erratum(void **state)
{
	(void)state;
	judge(12, 0);
	fails();
	cfgi(0, DEV);
	fence(DEV);
	cfgi(0, DEV);
	ste(DEV, SMMU_GRANT_UNTRANSLATED);
	returned(-EIO);
	rules("");
}

/* ---- order ---- */

static void in_order(void **state)
{
	(void)state;
	judge(21, 0);
	ste(DEV, SMMU_GRANT_ATS);
	ats(DEV, true, 0);
	ats(DEV, false, 0);
	ste(DEV, SMMU_GRANT_NOTHING);
	rules("R21 pass 2");
}

static void on_before_granted(void **state)
{
	(void)state;
	judge(21, 0);
	ste(DEV, SMMU_GRANT_UNTRANSLATED);
	ats(DEV, true, 0);
	ste(DEV, SMMU_GRANT_ATS);
	rules("R21 fail 1");
}

/* After a reset that worked R13 has nothing against ATS, but the STE still refuses it. */
static void on_after_reset(void **state)
{
	(void)state;
	judge(21, 13);
	fails();
	fence(DEV);
	returned(-EIO);
	good_reset(DEV);
	ats(DEV, true, 0);
	rules("R21 fail 1");
}

/* Inside the reset, as the driver of Linux 7.3 is told of it. */
static void on_in_reset(void **state)
{
	(void)state;
	judge(21, 0);
	fails();
	fence(DEV);
	returned(-EIO);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	unfence(DEV);
	ats(DEV, true, 0);
	reset(DEV, SMMU_RESET_END, 0);
	rules("R21 pass 1");
}

/* One of two StreamIDs is not there yet. */
static void on_before_both(void **state)
{
	(void)state;
	judge(21, 0);
	ste(0x200, SMMU_GRANT_ATS);
	ste(0x201, SMMU_GRANT_NOTHING);
	ats(DEV2, true, 0);
	rules("R21 fail 1");
}

static void off_after_taken(void **state)
{
	(void)state;
	judge(21, 0);
	told(SMMU_EVENT_FENCE, DEV, SMMU_GRANT_UNTRANSLATED, 0)->ats = SMMU_PCI_ATS_ON;
	ats(DEV, false, 0);
	rules("R21 fail 1");
}

/* It did not answer: the SMMU first. */
static void failed_and_taken_first(void **state)
{
	(void)state;
	judge(21, 0);
	fails();
	told(SMMU_EVENT_FENCE, DEV, SMMU_GRANT_UNTRANSLATED, 0)->ats = SMMU_PCI_ATS_ON;
	ats(DEV, false, 0);
	returned(-EIO);
	rules("");
}

/* What is reset next loses what it has under way anyhow; and nobody has to have failed for it. */
static void reset_and_taken_first(void **state)
{
	(void)state;
	judge(20, 21);
	told(SMMU_EVENT_FENCE, DEV, SMMU_GRANT_UNTRANSLATED, 0)->ats = SMMU_PCI_ATS_ON;
	ats(DEV, false, 0);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	unfence(DEV);
	rules("");
}

/* A fence that leaves ATS on in the function, and a switch that was refused, are no matter of it.
 */
static void left_on(void **state)
{
	(void)state;
	judge(21, 0);
	fails();
	told(SMMU_EVENT_FENCE, DEV, SMMU_GRANT_UNTRANSLATED, 0)->ats = SMMU_PCI_ATS_ON;
	returned(-EIO);
	ste(0x200, SMMU_GRANT_NOTHING);
	ste(0x201, SMMU_GRANT_NOTHING);
	ats(DEV2, true, -EINVAL);
	rules("");
}

/* ---- who may be fenced ---- */

/* What a reset prepares for is no fence of an innocent, nor is it one that only a reset may lift.
 */
static void prepared_for_reset(void **state)
{
	(void)state;
	judge(13, 20);
	ats(DEV, false, 0);
	fence(DEV);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	unfence(DEV);
	rules("");
}

/* Nor does it count as one, nor as an unfence. */
static void off_for_reset_is_no_fence(void **state)
{
	static const struct check_expectation none = {CHECK_EXPECT_FENCES, 0, 0, "fences 0"};

	(void)state;
	judge(20, 0);
	stream.options.expectations = &none;
	stream.options.expectation_count = 1;
	ats(DEV, false, 0);
	fence(DEV);
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	unfence(DEV);
	rules("");
	assert_int_equal(stream.code, 0);
}

/* The same without a reset. */
static void taken_without_reason(void **state)
{
	(void)state;
	judge(20, 0);
	ats(DEV, false, 0);
	fence(DEV);
	other(0);
	rules("R20 fail 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(never_confirmed),
		story(confirmed_too_late),
		story(queued_behind_a_stop),
		story(poll_dropped),
		story(poll_dropped_and_asked),
		story(queued_and_confirmed),
		story(queued_grant),
		story(half_queued),
		story(half_unconfirmed),
		story(fenced_by_abort),
		story(neighbour_fenced),
		story(stranger_fenced),
		story(half_fenced),
		story(back_in_memory),
		story(lifted_by_attach),
		story(lifted_in_prepare),
		story(lifted_when_told),
		story(attach_ignores_it),
		story(off_and_granted),
		story(detached_meanwhile),
		story(granted_to_a_silent_one),
		story(granted_after_reset),
		story(reset_between),
		story(reset_meanwhile),
		story(reset_too_early),
		story(asks_through_another),
		story(swallowed_outside),
		story(asks_for_another_page),
		story(asks_for_another_ssid),
		story(asks_for_all),
		story(asks_without_ssid),
		story(asks_for_ssid_only),
		story(asks_one_by_one),
		story(asked_before_unsynced),
		story(asked_on_two_queues),
		story(swallowed_and_asked_for_another_page),
		story(poll_swallowed),
		story(answered_to_another_flow),
		story(answered_too_early),
		story(asks_too_much),
		story(mixed_unsynced),
		story(mixed_failed),
		story(by_a_work_item),
		story(recovered_again),
		story(attached_without_ats),
		story(doubled_by_an_erratum),
		story(in_order),
		story(on_before_granted),
		story(on_after_reset),
		story(on_in_reset),
		story(on_before_both),
		story(off_after_taken),
		story(left_on),
		story(failed_and_taken_first),
		story(reset_and_taken_first),
		story(prepared_for_reset),
		story(off_for_reset_is_no_fence),
		story(taken_without_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
