// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/number.h"

static void takes_numbers(void **state)
{
	__u64 number;

	(void)state;
	assert_int_equal(number_parse("0", 0, &number), 0);
	assert_true(number == 0);
	assert_int_equal(number_parse("0x1F", 31, &number), 0);
	assert_true(number == 31);
	assert_int_equal(number_parse("010", 10, &number), 0);
	assert_true(number == 10);
	assert_int_equal(number_parse_decimal("18446744073709551615", ~0ULL, &number), 0);
	assert_true(number == ~0ULL);
}

static void refuses_what_is_none(void **state)
{
	static const char *const wrong[] = {"", " 1", "1 ", "+1", "-1", "1x", "0x", "x1", "0x0x1"};
	__u64 number = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(number_parse(wrong[i], ~0ULL, &number), -EINVAL);
		assert_int_equal(number_parse_decimal(wrong[i], ~0ULL, &number), -EINVAL);
	}
	assert_int_equal(number_parse_decimal("0x1", ~0ULL, &number), -EINVAL);
	assert_int_equal(number_parse("32", 31, &number), -ERANGE);
	assert_int_equal(number_parse("18446744073709551616", ~0ULL, &number), -ERANGE);
	assert_int_equal(number_parse("0x10000000000000000", ~0ULL, &number), -ERANGE);
	assert_true(number == 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_numbers),
		cmocka_unit_test(refuses_what_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
