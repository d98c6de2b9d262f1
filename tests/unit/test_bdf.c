// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "device/devices.h"
#include "smmu_event.h"

#include <string.h>

static void parses_names(void **state)
{
	static const struct {
		const char *text;
		__u32 bdf;
	} cases[] = {
		{"0000:00:00.0", 0},	      {"0000:01:00.0", 0x100},
		{"01:00.0", 0x100},	      {"0002:ab:1f.7", 0x2abff},
		{"ABCD:EF:1F.7", 0xabcdefff}, {"ff:02.1", 0xff11},
		{"ffff:ff:1f.7", 0xffffffff}, {"00000009:01:00.0", 0x90100}, /* as NVML has it */
		{"9:01:00.0", 0x90100},	      {"0000000000000FFFF:00:00.0", 0xffff0000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		__u32 bdf = 1;

		assert_int_equal(bdf_parse(cases[i].text, &bdf), 0);
		assert_int_equal(bdf, cases[i].bdf);
	}
}

static void refuses_other_names(void **state)
{
	static const char *const cases[] = {
		"",
		"0000:01:00",
		"0000:01:00.8",
		"0000:01:20.0",
		"10000:01:00.0",
		"100000009:01:00.0", /* modulo 2^32 it would be 0009 */
		"0000:1:00.0",
		"0000:01:0.0",
		"0000:01:00.0 ",
		" 01:00.0",
		"0000:01:00.00",
		"0000:01:00:0",
		"0000-01-00.0",
		"0x00:01:00.0",
		"01:00",
		":01:00.0",
		"0000::00.0",
		"0000:01:00.",
		"g0:00.0",
		"0000:01",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		__u32 bdf = 42;

		assert_int_equal(bdf_parse(cases[i], &bdf), -EINVAL);
		assert_int_equal(bdf, 42);
	}
}

/* The error names the part that is wrong. */
static void says_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{"vda", "not a PCI address"},	    {"0009:01:00", "no function"},
		{"01:00", "no function"},	    {"00010000:01:00.0", "domain is above ffff"},
		{"000g:01:00.0", "its domain is"},  {"0000:0g:00.0", "its bus is"},
		{"0000:1:00.0", "its bus is"},	    {"0000:01:20.0", "its device is"},
		{"0000:01:0z.0", "its device is"},  {"0000:01:00.8", "its function is"},
		{"0000:01:00.", "its function is"}, {"0000:01:00.00", "its function is"},
	};

	(void)state;
	assert_null(bdf_wrong("0000:01:00.0"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_non_null(strstr(bdf_wrong(cases[i].text), cases[i].part));
}

static void formats_and_parses_back(void **state)
{
	static const __u32 cases[] = {0, 0x100, 0x2abff, 0xfffffffe, 0x7fff0008};
	char name[BDF_LEN];

	(void)state;
	assert_string_equal(bdf_format(0x2abff, name), "0002:ab:1f.7");
	/* In a domain that 16 bits have no room for. */
	assert_string_equal(bdf_format(SMMU_BDF_NONE, name), "unknown");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		__u32 bdf = ~cases[i];

		assert_ptr_equal(bdf_format(cases[i], name), name);
		assert_int_equal(bdf_parse(name, &bdf), 0);
		assert_int_equal(bdf, cases[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_names),
		cmocka_unit_test(refuses_other_names),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(formats_and_parses_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
