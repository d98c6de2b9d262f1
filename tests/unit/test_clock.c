// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's clock, from a process whose own is ahead of it or behind it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"

#define DAY_NS 86400000000000ULL

/* What the kernel's clock says, which is `ahead` of ours; it takes 10 us to ask. */
static void ask(clockid_t clock, __u64 ahead)
{
	__u64 now = clock_ns(clock);

	clock_kernel_was(clock, now - 5000, now + ahead, now + 5000);
}

/* Between two looks at our own clock, the kernel's is `ahead` and less than 10 us + 5 us behind. */
static void is_ahead(clockid_t clock, __u64 ahead)
{
	__u64 before = clock_ns(clock), kernel = clock_kernel_ns(clock), after = clock_ns(clock);

	assert_true(kernel - ahead + 15000 >= before);
	assert_true(kernel - ahead <= after);
}

static void the_same_without_a_namespace(void **state)
{
	__u64 before, kernel;

	(void)state;
	ask(CLOCK_MONOTONIC, 0);
	before = clock_ns(CLOCK_MONOTONIC);
	kernel = clock_kernel_ns(CLOCK_MONOTONIC);
	assert_true(before <= kernel && kernel <= clock_ns(CLOCK_MONOTONIC));
}

static void ahead_and_behind(void **state)
{
	(void)state;
	ask(CLOCK_BOOTTIME, DAY_NS);
	is_ahead(CLOCK_BOOTTIME, DAY_NS);
	/* the other clock is none of this one's */
	is_ahead(CLOCK_MONOTONIC, 0);
	ask(CLOCK_MONOTONIC, -DAY_NS);
	is_ahead(CLOCK_MONOTONIC, -DAY_NS);
	is_ahead(CLOCK_BOOTTIME, DAY_NS);
}

/* A process that was interrupted between the two: the look that was not says more. */
static void the_best_of_several(void **state)
{
	__u64 now = clock_ns(CLOCK_BOOTTIME);

	(void)state;
	ask(CLOCK_BOOTTIME, 0);
	clock_kernel_was(CLOCK_BOOTTIME, now, now + DAY_NS, now + 3000000000ULL);
	is_ahead(CLOCK_BOOTTIME, DAY_NS - 3000000000ULL);
	ask(CLOCK_BOOTTIME, DAY_NS);
	is_ahead(CLOCK_BOOTTIME, DAY_NS);
	clock_kernel_was(CLOCK_BOOTTIME, now, now + DAY_NS, now + 3000000000ULL);
	is_ahead(CLOCK_BOOTTIME, DAY_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_without_a_namespace),
		cmocka_unit_test(ahead_and_behind),
		cmocka_unit_test(the_best_of_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
