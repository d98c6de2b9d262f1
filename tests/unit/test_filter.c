// SPDX-License-Identifier: GPL-2.0
/*
 * --device and --smmu, where a StreamID is in use behind more than one SMMU.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "session/filter.h"

#include "fixture.h"
#include <errno.h>
#include <stdio.h>

static struct filter filter;

static int resolve_among(const struct devices *devices, const char *device, const char *smmu)
{
	struct run_options options = {.smmu = smmu};

	if (device)
		options.devices[options.device_count++] = device;
	return filter_resolve(&filter, &options, devices);
}

static int resolve(const char *device, const char *smmu)
{
	return resolve_among(&fixture_devices, device, smmu);
}

static void assert_key(size_t index, __u64 smmu, __u32 sid)
{
	assert_true(index < filter.sid_count);
	assert_int_equal(filter.sids[index].smmu, smmu);
	assert_int_equal(filter.sids[index].sid, sid);
	/* It is a key of a map: all of its bytes count. */
	assert_int_equal(filter.sids[index].reserved, 0);
}

static void test_function(void **state)
{
	(void)state;
	assert_int_equal(resolve("0001:03:00.0", NULL), 0);
	assert_int_equal(filter.sid_count, 1);
	assert_key(0, SMMU_B, 0x100);
	assert_int_equal(resolve("02:00.0", NULL), 0);
	assert_int_equal(filter.sid_count, 2);
	assert_key(0, SMMU_A, 0x200);
	assert_key(1, SMMU_A, 0x201);
}

static void test_number_of_both(void **state)
{
	(void)state;
	assert_int_equal(resolve("0x100", NULL), 0);
	assert_int_equal(filter.sid_count, 2);
	assert_key(0, SMMU_A, 0x100);
	assert_key(1, SMMU_B, 0x100);
}

static void test_number_of_one(void **state)
{
	(void)state;
	assert_int_equal(resolve("0x100", "9060000.smmuv3"), 0);
	assert_int_equal(filter.smmu, SMMU_B);
	assert_int_equal(filter.sid_count, 1);
	assert_key(0, SMMU_B, 0x100);
	/* 0x201 is in use, but not there. */
	assert_int_equal(resolve("0x201", "9060000.smmuv3"), -EINVAL);
}

/* Both together would let nothing through, without a word. */
static void test_function_of_the_other(void **state)
{
	(void)state;
	assert_int_equal(resolve("0001:03:00.0", "9060000.smmuv3"), 0);
	assert_int_equal(resolve("0001:03:00.0", "9050000.smmuv3"), -EINVAL);
	assert_int_equal(resolve("0000:01:00.0", "9060000.smmuv3"), -EINVAL);
}

#define MANY (DEVICE_SIDS_MAX + 2)

/* More SMMUs than a filter has room for: not the first of them, and no word on it. */
static void test_number_of_many(void **state)
{
	static struct smmu smmus[MANY];
	static struct device list[MANY];
	static const struct devices devices = {smmus, MANY, list, MANY};

	(void)state;
	for (unsigned int i = 0; i < MANY; i++) {
		smmus[i].address = list[i].smmu = SMMU_A + i * 0x10000;
		snprintf(smmus[i].name, sizeof(smmus[i].name), "smmu%u", i);
		list[i].bdf = i << 16 | 0x100;
		list[i].sid[0] = 0x100;
		list[i].sids = 1;
	}
	assert_int_equal(resolve_among(&devices, "0x100", NULL), -EINVAL);
	assert_int_equal(resolve_among(&devices, "0x100", "smmu9"), 0);
	assert_key(0, SMMU_A + 9 * 0x10000, 0x100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_function),       cmocka_unit_test(test_number_of_both),
		cmocka_unit_test(test_number_of_one),  cmocka_unit_test(test_function_of_the_other),
		cmocka_unit_test(test_number_of_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
