// SPDX-License-Identifier: GPL-2.0
/* R23: a device that gets ATS back without a reset, fails again, is fenced again. And then? */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

static void judge(void)
{
	stream.options.rules = CHECK_RULE(23);
	ats(DEV, true, 0);
	recovery(DEV);
}

/* ATS comes back, and the device still does not answer. */
static void relapse(void)
{
	unfence(DEV);
	recovery(DEV);
}

static void in_an_attach(void **state)
{
	(void)state;
	judge();
	relapse();
	attach(DEV);
	rules("R23 pass 1");
}

static void in_each_attach(void **state)
{
	(void)state;
	judge();
	for (int i = 0; i < 5; i++) {
		relapse();
		attach(DEV);
	}
	rules("R23 pass 1");
}

/* It tries once more, and leaves it at that. */
static void once(void **state)
{
	(void)state;
	judge();
	relapse();
	rules("R23 pass 1");
}

static void again_and_again(void **state)
{
	(void)state;
	judge();
	for (int i = 0; i < 4; i++)
		relapse();
	rules("R23 fail 3");
	says("0000:01:00.0 got ATS back without a reset and failed again, 2 times");
}

static void twice_in_an_attach(void **state)
{
	(void)state;
	judge();
	relapse();
	relapse();
	attach(DEV);
	rules("R23 fail 1");
}

static void not_fenced_again(void **state)
{
	(void)state;
	judge();
	unfence(DEV);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	returned(-EIO);
	later(1 * S);
	other(0);
	rules("R23 fail 1");
	says("failed again and is not fenced");
}

/* Half of a function with two StreamIDs. */
static void fenced_in_part(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(23);
	ats(DEV2, true, 0);
	recovery(DEV2);
	unfence(DEV2);
	other(0);
	inject(DEV2);
	atc(-EIO, DEV2, DEV2 + 1);
	fence_stream(DEV2);
	returned(-EIO);
	later(1 * S);
	other(0);
	rules("R23 fail 1");
}

static void answers(void **state)
{
	(void)state;
	judge();
	unfence(DEV);
	other(0);
	atc(0, DEV);
	later(1 * S);
	other(0);
	rules("");
}

static void cut_off(void **state)
{
	(void)state;
	judge();
	unfence(DEV);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	rules("");
}

/* A reset that worked may give ATS back as often as somebody resets it. */
static void after_resets(void **state)
{
	(void)state;
	judge();
	for (int i = 0; i < 3; i++) {
		good_reset(DEV);
		relapse();
	}
	rules("");
}

/* One that failed does not, but somebody asked for it. */
static void after_failed_resets(void **state)
{
	(void)state;
	judge();
	for (int i = 0; i < 3; i++) {
		reset(DEV, SMMU_RESET_BEGIN, 0);
		reset(DEV, SMMU_RESET_END, -EIO);
		relapse();
	}
	rules("R23 pass 1");
}

/* Fence, reset, and the device still does not answer. */
static void retry(unsigned int asker)
{
	stream.asker = (__u16)asker;
	reset(DEV, SMMU_RESET_PREPARE, 0);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_END, 0);
	reset(DEV, SMMU_RESET_DONE, 0);
	relapse();
}

static void its_own_reset(void **state)
{
	(void)state;
	judge();
	retry(SMMU_EVENT_BY_KERNEL);
	rules("R23 pass 1");
}

static void its_own_resets(void **state)
{
	(void)state;
	judge();
	for (int i = 0; i < 4; i++)
		retry(SMMU_EVENT_BY_KERNEL);
	rules("R23 fail 3");
	says("got ATS back after a reset of the kernel's own and failed again, 2 times");
}

/* Where ATS comes back inside the reset, as on Linux 7.3. */
static void its_own_resets_around(void **state)
{
	(void)state;
	judge();
	stream.asker = SMMU_EVENT_BY_KERNEL;
	for (int i = 0; i < 3; i++) {
		reset(DEV, SMMU_RESET_BEGIN, 0);
		reset(DEV, SMMU_RESET_PREPARE, 0);
		reset(DEV, SMMU_RESET_DONE, 0);
		unfence(DEV);
		reset(DEV, SMMU_RESET_END, 0);
		recovery(DEV);
	}
	rules("R23 fail 2");
}

/* Somebody who asks in between begins anew. */
static void somebody_in_between(void **state)
{
	(void)state;
	judge();
	for (int i = 0; i < 3; i++) {
		retry(SMMU_EVENT_BY_KERNEL);
		retry(SMMU_EVENT_BY_PROCESS);
	}
	rules("R23 pass 1");
}

/* A thread of the kernel attaches the device again: nobody asked for that. */
static void attaches_again(void **state)
{
	(void)state;
	judge();
	for (int i = 0; i < 3; i++) {
		retry(SMMU_EVENT_BY_KERNEL);
		attach(DEV);
	}
	rules("R23 fail 2");
}

/* A reset that the kernel does, and one that it does not need: together without end, too. */
static void by_any_means(void **state)
{
	(void)state;
	judge();
	relapse();
	retry(SMMU_EVENT_BY_KERNEL);
	rules("R23 fail 1");
}

static void answers_at_last(void **state)
{
	(void)state;
	judge();
	retry(SMMU_EVENT_BY_KERNEL);
	good_reset(DEV);
	unfence(DEV);
	other(0);
	atc(0, DEV);
	rules("");
}

/* It answers for a while after each reset. */
static void answers_each_time(void **state)
{
	(void)state;
	judge();
	stream.asker = SMMU_EVENT_BY_KERNEL;
	for (int i = 0; i < 4; i++) {
		good_reset(DEV);
		unfence(DEV);
		other(0);
		atc(0, DEV);
		recovery(DEV);
	}
	rules("");
}

/* Another device answers, and an answer that was on its way before the reset counts no more. */
static void others_answer(void **state)
{
	(void)state;
	judge();
	stream.asker = SMMU_EVENT_BY_KERNEL;
	for (int i = 0; i < 3; i++) {
		good_reset(DEV);
		unfence(DEV);
		other(0);
		atc(0, DEV2);
		lasting(1 * S);
		atc(0, DEV);
		recovery(DEV);
	}
	rules("R23 fail 2");
}

/* A recording of an older version does not say who asked. */
static void asker_unknown(void **state)
{
	(void)state;
	judge();
	retry(0);
	retry(0);
	rules("R23 not observable 1");
}

/* Who has fenced it resets it at once, which sleeps: the recovery is over by then. */
static void issuer_resets(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(8) | CHECK_RULE(23);
	ats(DEV, true, 0);
	other(0);
	inject(DEV);
	atc(-EIO, DEV);
	fence(DEV);
	forbidden(SMMU_FORBIDDEN_MUTEX, SMMU_FORBIDDEN_RECOVERY, 0);
	stream.asker = SMMU_EVENT_BY_KERNEL;
	reset(DEV, SMMU_RESET_PREPARE, 0);
	forbidden(SMMU_FORBIDDEN_SLEEP, SMMU_FORBIDDEN_RECOVERY, 0);
	reset(DEV, SMMU_RESET_BEGIN, 0);
	reset(DEV, SMMU_RESET_END, 0);
	returned(-EIO);
	rules("R8 pass 1");
}

/* The first one is over, and this is of the next. */
static void issuer_resets_and_allocates(void **state)
{
	(void)state;
	stream.options.rules = CHECK_RULE(8);
	ats(DEV, true, 0);
	recovery(DEV);
	good_reset(DEV);
	unfence(DEV);
	later(1 * MS);
	forbidden(SMMU_FORBIDDEN_KMALLOC, SMMU_FORBIDDEN_RECOVERY, 64);
	rules("R8 fail 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(in_an_attach),
		story(in_each_attach),
		story(once),
		story(again_and_again),
		story(twice_in_an_attach),
		story(not_fenced_again),
		story(fenced_in_part),
		story(answers),
		story(cut_off),
		story(after_resets),
		story(after_failed_resets),
		story(its_own_reset),
		story(its_own_resets),
		story(its_own_resets_around),
		story(somebody_in_between),
		story(attaches_again),
		story(by_any_means),
		story(answers_at_last),
		story(answers_each_time),
		story(others_answer),
		story(asker_unknown),
		story(issuer_resets),
		story(issuer_resets_and_allocates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
