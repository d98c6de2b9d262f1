// SPDX-License-Identifier: GPL-2.0
/* Numbers of CPUs with holes, and above 1024. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/cpus.h"
#include "event/gaps.h"

static __u32 numbers[8];

static int parse(const char *list)
{
	return cpus_parse(list, numbers, 8);
}

static void lists(void **state)
{
	(void)state;
	assert_int_equal(parse("0\n"), 1);
	assert_int_equal(numbers[0], 0);
	assert_int_equal(parse("0-3\n"), 4);
	assert_int_equal(numbers[3], 3);
	assert_int_equal(parse("0-1,4,1022-1025"), 7);
	assert_int_equal(numbers[2], 4);
	assert_int_equal(numbers[3], 1022);
	assert_int_equal(numbers[6], 1025);
	/* More than there is room for: still counted. */
	assert_int_equal(parse("0-4095"), 4096);
	assert_int_equal(numbers[7], 7);
}

static void no_lists(void **state)
{
	static const char *const cases[] = {
		"",
		"\n",
		"-1",
		"3-1",
		"1,0",
		"0 1",
		"a",
		"0-",
		"0-3-5",
		"0-8192",
		"99999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(parse(cases[i]), -EINVAL);
}

static void of_a_machine(void **state)
{
	char root[] = "/tmp/smmuscope-test-XXXXXX", command[200];

	(void)state;
	assert_non_null(mkdtemp(root));
	assert_int_equal(cpus_possible(root, numbers, 8), -ENOENT);
	snprintf(command, sizeof(command),
		 "cd %s && mkdir -p sys/devices/system/cpu && echo 0,2-3 "
		 ">sys/devices/system/cpu/possible",
		 root);
	assert_int_equal(system(command), 0);
	assert_int_equal(cpus_possible(root, numbers, 8), 3);
	assert_int_equal(numbers[2], 3);
	snprintf(command, sizeof(command), "rm -r %s", root);
	assert_int_equal(system(command), 0);
}

/* A loss on a CPU above 1024 is in the stream where it is, as on any other. */
static void gaps_of_large_numbers(void **state)
{
	static struct gaps gaps;

	(void)state;
	gaps_init(&gaps);
	assert_int_equal(gaps_seen(&gaps, 4095, 1), 0);
	assert_int_equal(gaps_seen(&gaps, 4095, 4), 2);
	assert_int_equal(gaps_end(&gaps, 4095, 5), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(no_lists),
		cmocka_unit_test(of_a_machine),
		cmocka_unit_test(gaps_of_large_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
