// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/duration.h"

static void parses_units(void **state)
{
	static const struct {
		const char *text;
		__u64 ns;
	} cases[] = {
		{"0s", 0},
		{"7ns", 7},
		{"12us", 12000},
		{"250ms", 250000000},
		{"10s", 10000000000ULL},
		{"2m", 120000000000ULL},
		{"010s", 10000000000ULL},
		{"18446744073709551615ns", 18446744073709551615ULL},
		{"18446744073s", 18446744073000000000ULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		__u64 ns = 1;

		assert_int_equal(duration_parse(cases[i].text, &ns), 0);
		assert_true(ns == cases[i].ns);
	}
}

static void refuses_what_is_no_duration(void **state)
{
	static const char *const cases[] = {"",	    "s",   "10",   "-1s",  "+1s", " 1s", "1 s",
					    "1.5s", "1sx", "1min", "0x1s", "1S",  "1s "};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		__u64 ns = 42;

		assert_int_equal(duration_parse(cases[i], &ns), -EINVAL);
		assert_true(ns == 42);
	}
}

static void refuses_overflow(void **state)
{
	static const char *const cases[] = {"18446744073709551616ns", "18446744073709551615us",
					    "18446744074s", "307445735m",
					    "99999999999999999999999s"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		__u64 ns = 42;

		assert_int_equal(duration_parse(cases[i], &ns), -ERANGE);
		assert_true(ns == 42);
	}
}

static void formats_exactly(void **state)
{
	char text[DURATION_LEN];

	(void)state;
	assert_string_equal(duration_format(0, text), "0 s");
	assert_string_equal(duration_format(10000000000ULL, text), "10 s");
	assert_string_equal(duration_format(120000000000ULL, text), "120 s");
	assert_string_equal(duration_format(1500000000ULL, text), "1500 ms");
	assert_string_equal(duration_format(1001000, text), "1001 us");
	assert_string_equal(duration_format(18446744073709551615ULL, text),
			    "18446744073709551615 ns");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_units),
		cmocka_unit_test(refuses_what_is_no_duration),
		cmocka_unit_test(refuses_overflow),
		cmocka_unit_test(formats_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
