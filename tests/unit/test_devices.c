// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "device/devices.h"
#include "device/domain.h"

static struct smmu smmus[] = {
	{.name = "9050000.smmuv3", .class_name = "smmu3.0x0000000009050000", .address = 0x1000},
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
	assert_ptr_equal(devices_smmu_by_name(&devices, "smmu3.0x0000000009050000"), &smmus[0]);
	assert_null(devices_smmu_by_name(&devices, "9050000"));
	assert_null(devices_smmu_by_name(&devices, ""));
	assert_null(devices_smmu_by_name(&none, "9050000.smmuv3"));
}

/* Behind a bridge that gives all the same StreamID. */
static void says_who_shares(void **state)
{
	struct device three[] = {
		{.bdf = 0x100, .smmu = 0x1000, .sid = {0x100, 0x108}, .sids = 2},
		{.bdf = 0x200, .smmu = 0x1000, .sid = {0x108}, .sids = 1},
		{.bdf = 0x300, .smmu = 0x2000, .sid = {0x100}, .sids = 1},
		{.bdf = 0x400, .smmu = 0x1000, .sid = {0x100}, .sids = 1},
	};
	const struct devices four = {smmus, 2, three, 4};

	(void)state;
	assert_ptr_equal(devices_sharing(&four, &three[0], NULL), &three[1]);
	assert_ptr_equal(devices_sharing(&four, &three[0], &three[1]), &three[3]);
	assert_null(devices_sharing(&four, &three[0], &three[3]));
	assert_ptr_equal(devices_sharing(&four, &three[3], NULL), &three[0]);
	assert_null(devices_sharing(&four, &three[2], NULL));
}

static struct devices table(const struct device *first, size_t count)
{
	struct devices made = {.list = calloc(count, sizeof(*first)), .count = count};

	assert_non_null(made.list);
	memcpy(made.list, first, count * sizeof(*first));
	return made;
}

/* One is gone, one came back under another StreamID, one's StreamID is another's now. */
static void keeps_what_is_gone(void **state)
{
	static const struct device then[] = {
		{.bdf = 0x100,
		 .smmu = 0x1000,
		 .sid = {0x100, 0x108},
		 .sids = 2,
		 .ats_enabled = true},
		{.bdf = 0x200, .smmu = 0x1000, .sid = {0x200}, .sids = 1},
		{.bdf = 0x300, .smmu = 0x1000, .sid = {0x300}, .sids = 1},
		{.bdf = 0x400, .smmu = 0x1000, .sid = {0x400}, .sids = 1},
	};
	static const struct device now[] = {
		{.bdf = 0x200, .smmu = 0x1000, .sid = {0x2000}, .sids = 1},
		{.bdf = 0x400, .smmu = 0x1000, .sid = {0x400}, .sids = 1},
		{.bdf = 0x500, .smmu = 0x1000, .sid = {0x300, 0x108}, .sids = 2},
	};
	struct devices before = table(then, 4), fresh = table(now, 3), again = table(now, 3);

	(void)state;
	assert_int_equal(devices_keep(&fresh, &before), 0);
	assert_int_equal(fresh.count, 5);
	assert_true(devices_by_sid(&fresh, 0x1000, 0x100)->gone);
	assert_int_equal(devices_by_sid(&fresh, 0x1000, 0x100)->bdf, 0x100);
	assert_false(devices_by_sid(&fresh, 0x1000, 0x100)->ats_enabled);
	assert_int_equal(devices_by_sid(&fresh, 0x1000, 0x200)->bdf, 0x200);
	assert_int_equal(devices_by_sid(&fresh, 0x1000, 0x108)->bdf, 0x500);
	assert_int_equal(devices_by_sid(&fresh, 0x1000, 0x300)->bdf, 0x500);
	/* The one that is there comes first. */
	assert_int_equal(devices_by_bdf(&fresh, 0x200)->sid[0], 0x2000);
	for (size_t i = 1; i < fresh.count; i++)
		assert_true(fresh.list[i - 1].bdf <= fresh.list[i].bdf);
	/* And once more: nothing is kept twice. */
	assert_int_equal(devices_keep(&again, &fresh), 0);
	assert_int_equal(again.count, 5);
	devices_free(&before);
	devices_free(&fresh);
	devices_free(&again);
}

static void digests_names(void **state)
{
	struct devices one = table(list, 3), other = table(list, 3);

	(void)state;
	other.list[1].ats_enabled = true;
	assert_true(devices_digest(&one) == devices_digest(&other));
	other.list[1].sid[0]++;
	assert_true(devices_digest(&one) != devices_digest(&other));
	devices_free(&one);
	devices_free(&other);
}

static void keeps_smmus(void **state)
{
	struct devices before = {.smmus = malloc(sizeof(smmus)), .smmu_count = 2};
	struct devices fresh = {};

	(void)state;
	memcpy(before.smmus, smmus, sizeof(smmus));
	assert_int_equal(devices_keep(&fresh, &before), 0);
	assert_int_equal(fresh.smmu_count, 2);
	assert_string_equal(devices_smmu(&fresh, 0x2000)->name, "9060000.smmuv3");
	devices_free(&before);
	devices_free(&fresh);
}

/* As sysfs has it; what is not there is not known. */
static void reads_domains(void **state)
{
	char root[] = "/tmp/smmuscope-test-XXXXXX", command[300], type[DOMAIN_TYPE_LEN] = "x";
	struct device device = {.ats_enabled = false};

	(void)state;
	assert_non_null(mkdtemp(root));
	snprintf(command, sizeof(command),
		 "d=%s/sys/bus/pci/devices/0000:01:00.0/iommu_group; mkdir -p $d && "
		 "echo identity >$d/type",
		 root);
	assert_int_equal(system(command), 0);
	domain_type(root, "0000:01:00.0", type);
	assert_string_equal(type, "identity");
	domain_type(root, "0000:02:00.0", type);
	assert_string_equal(type, "");
	snprintf(command, sizeof(command), "rm -r %s", root);
	assert_int_equal(system(command), 0);
	assert_false(domain_idle(&device));
	strcpy(device.domain, "identity");
	assert_true(domain_idle(&device));
	assert_false(domain_lazy(&device));
	/* Somebody has attached another one. */
	device.ats_enabled = true;
	assert_false(domain_idle(&device));
	strcpy(device.domain, "DMA-FQ");
	assert_true(domain_lazy(&device));
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
		cmocka_unit_test(finds_by_bdf),	      cmocka_unit_test(finds_by_sid_of_its_smmu),
		cmocka_unit_test(finds_smmus),	      cmocka_unit_test(says_who_shares),
		cmocka_unit_test(keeps_what_is_gone), cmocka_unit_test(keeps_smmus),
		cmocka_unit_test(digests_names),      cmocka_unit_test(reads_domains),
		cmocka_unit_test(frees_and_clears),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
