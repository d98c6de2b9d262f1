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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
