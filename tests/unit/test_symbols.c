// SPDX-License-Identifier: GPL-2.0
/* Names for addresses: from a table, from a file like /proc/kallsyms, and for unknown ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "event/symbols.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check(const struct symbols *symbols, __u64 address, const char *expected)
{
	char name[SYMBOLS_NAME_LEN];

	assert_string_equal(symbols_name(symbols, address, name), expected);
}

static void test_table(void **state)
{
	static const struct symbol list[] = {
		{0x1000, "first"}, {0x1000, "alias"}, {0x2000, "last"}};
	struct symbols *symbols = symbols_table(list, 3);

	(void)state;
	assert_non_null(symbols);
	check(symbols, 0xfff, "?");
	check(symbols, 0x1000, "alias");
	check(symbols, 0x1fff, "alias+0xfff");
	check(symbols, 0x2000, "last");
	check(symbols, 0x2abc, "last+0xabc");
	check(symbols, 0xffffffffffffffffULL, "?");
	symbols_free(symbols);
	check(NULL, 0x1000, "?");
	symbols = symbols_table(NULL, 0);
	check(symbols, 0x1000, "?");
	symbols_free(symbols);
	symbols_free(NULL);
}

static void check_file(const char *text, __u64 address, const char *expected)
{
	char path[] = "/tmp/smmuscope-test-XXXXXX";
	struct symbols *symbols;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	symbols = symbols_file(path);
	assert_non_null(symbols);
	check(symbols, address, expected);
	unlink(path);
	check(symbols, address, expected);
	symbols_free(symbols);
}

static void test_frames(void **state)
{
	static const struct symbol list[] = {{0x1000, "first"},
					     {0x2000, "bpf_trampoline_12"},
					     {0x3000, "bpf_prog_0a_list_exit"},
					     {0x4000, "last"}};
	struct smmu_stack stack = {.depth = 5, .frame = {0x3008, 0x2004, 0x1004, 0x2004, 0x4004}};
	struct symbols *symbols = symbols_table(list, 4);
	char name[SYMBOLS_NAME_LEN];
	__u32 next = 0;

	(void)state;
	assert_string_equal(symbols_frame(symbols, &stack, &next, name), "first+0x4");
	assert_string_equal(symbols_frame(symbols, &stack, &next, name), "last+0x4");
	assert_null(symbols_frame(symbols, &stack, &next, name));
	/* Even with a depth that cannot be, nothing is read behind the array. */
	stack.depth = ~0U;
	while (symbols_frame(symbols, &stack, &next, name))
		assert_string_equal(name, "?");
	assert_int_equal(next, SMMU_STACK_MAX);
	symbols_free(symbols);
}

static void test_file(void **state)
{
	static const char text[] = "ffff800080002000 t second\n"
				   "ffff800080001000 T first\n"
				   "ffff800080001800 d data\n"
				   "ffff800080001804 t $x\n"
				   "ffff800000000100 t of_a_module\t[arm_smmu_v3]\n"
				   "not a line\n\n";

	(void)state;
	check_file(text, 0xffff800080001810ULL, "first+0x810");
	check_file(text, 0xffff800080002004ULL, "second+0x4");
	check_file(text, 0xffff800000000104ULL, "of_a_module+0x4");
	check_file(text, 0x10, "?");
	/* Without the permission to see addresses, all are 0. */
	check_file("0000000000000000 T first\n0000000000000000 T second\n", 0x10, "?");
	check_file("", 0x10, "?");
}

static void test_long_name(void **state)
{
	char name[SYMBOLS_NAME_LEN], longest[600];
	const struct symbol list[] = {{0x1000, longest}};
	struct symbols *symbols = symbols_table(list, 1);

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	symbols_name(symbols, 0x1000, name);
	assert_int_equal(strlen(name), SYMBOLS_NAME_LEN - 1);
	symbols_name(symbols, 0x1010, name);
	assert_string_equal(name + strlen(name) - 5, "+0x10");
	symbols_free(symbols);
}

static void test_no_file(void **state)
{
	struct symbols *symbols = symbols_file("/nonexistent/kallsyms");

	(void)state;
	check(symbols, 0x1000, "?");
	symbols_free(symbols);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),	cmocka_unit_test(test_frames),
		cmocka_unit_test(test_file),	cmocka_unit_test(test_long_name),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
