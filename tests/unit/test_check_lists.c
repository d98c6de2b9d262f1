// SPDX-License-Identifier: GPL-2.0
/*
 * The rules about lists and their errors: R1 to R5. Each test tells a story and what all
 * of the rules say about it.
 *
 * test_check_lists_SRC := src/check.c src/check_options.c src/checks/[a-z]*.c
 * test_check_lists_SRC += src/verdict_[jkt]*.c src/nearest.c src/json.c src/decode.c src/text.c src/symbols.c
 * test_check_lists_SRC += src/devices.c src/bdf.c
 */
#define _GNU_SOURCE
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
	assert_int_equal(stream.code, EXIT_OK);
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

static void recovered(void **state)
{
	(void)state;
	recovery(DEV);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(nothing), story(no_atc), story(r1_pass), story(r1_fail), story(recovered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
