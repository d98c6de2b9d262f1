// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "device/devices.h"

static struct smmu smmus[] = {
	{.name = "9050000.smmuv3", .address = 0x1000},
	{.name = "9060000.smmuv3", .address = 0x2000},
};

static struct device list[] = {
	{.bdf = 0x100, .smmu = 0x1000, .sid = {0x100, 0x108}, .sids = 2},
	{.bdf = 0x200, .smmu = 0x1000, .sid = {0x200}, .sids = 1},
	{.bdf = 0x300, .smmu = 0x2000, .sid = {0x100}, .sids = 1},
	{.bdf = 0x10100, .smmu = 0x2000, .sid = {0x7fff}, .sids = 1},
	{.bdf = 0xffff0000, .smmu = 0, .sids = 0},
};

static const struct devices devices = {smmus, 2, list, 5};
static const struct devices none;

static void finds_by_bdf(void **state)
{
	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_ptr_equal(devices_by_bdf(&devices, list[i].bdf), &list[i]);
	assert_null(devices_by_bdf(&devices, 0));
	assert_null(devices_by_bdf(&devices, 0x101));
	assert_null(devices_by_bdf(&devices, 0xffffffff));
	assert_null(devices_by_bdf(&none, 0x100));
}

static void finds_by_sid_of_its_smmu(void **state)
{
	(void)state;
	assert_ptr_equal(devices_by_sid(&devices, 0x1000, 0x100), &list[0]);
	assert_ptr_equal(devices_by_sid(&devices, 0x1000, 0x108), &list[0]);
	assert_ptr_equal(devices_by_sid(&devices, 0x2000, 0x100), &list[2]);
	assert_null(devices_by_sid(&devices, 0x2000, 0x108));
	assert_null(devices_by_sid(&devices, 0x3000, 0x100));
	/* the unused rest of sid[] holds zeroes, not StreamID 0 */
	assert_null(devices_by_sid(&devices, 0x1000, 0));
	assert_null(devices_by_sid(&none, 0x1000, 0x100));
}

static void finds_smmus(void **state)
{
	(void)state;
	assert_ptr_equal(devices_smmu(&devices, 0x2000), &smmus[1]);
	assert_null(devices_smmu(&devices, 0x3000));
	assert_null(devices_smmu(&none, 0x1000));
	assert_ptr_equal(devices_smmu_by_name(&devices, "9050000.smmuv3"), &smmus[0]);
	assert_null(devices_smmu_by_name(&devices, "9050000"));
	assert_null(devices_smmu_by_name(&devices, ""));
	assert_null(devices_smmu_by_name(&none, "9050000.smmuv3"));
}

static void frees_and_clears(void **state)
{
	struct devices own = {malloc(sizeof(smmus)), 2, malloc(sizeof(list)), 5};

	(void)state;
	/* the leak sanitizer fails the program if something is left */
	devices_free(&own);
	assert_null(own.smmus);
	assert_null(own.list);
	assert_int_equal(own.count, 0);
	assert_int_equal(own.smmu_count, 0);
	devices_free(&own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_by_bdf),
		cmocka_unit_test(finds_by_sid_of_its_smmu),
		cmocka_unit_test(finds_smmus),
		cmocka_unit_test(frees_and_clears),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
