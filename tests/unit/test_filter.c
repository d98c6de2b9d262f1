// SPDX-License-Identifier: GPL-2.0
/*
 * --device and --smmu, where a StreamID is in use behind more than one SMMU; and which events
 * of a recording the filters let through.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "session/filter.h"

#include "fixture.h"
#include "smmu_arch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

/* ---- events of a recording ---- */

static struct {
	struct smmu_event event;
	union {
		struct smmu_submit submit;
		struct smmu_fence fence;
		struct smmu_ats ats;
		struct smmu_reset reset;
		struct smmu_attach attach;
		unsigned char bytes[256];
	};
} record;

static const struct run_options all = {.kinds = SMMU_KINDS_ALL};

static void event_is(unsigned int kind)
{
	memset(&record, 0, sizeof(record));
	record.event.kind = (__u8)kind;
}

/* A list of two commands on SMMU A that went through in 10 us. */
static void list_of(__u64 first, __u64 second)
{
	event_is(SMMU_EVENT_SUBMIT);
	record.submit.smmu = SMMU_A;
	record.submit.duration_ns = 10000;
	record.submit.commands = record.submit.captured = 2;
	record.submit.command[0].word[0] = first;
	record.submit.command[1].word[0] = second;
}

static bool wanted(const struct run_options *options)
{
	return filter_wants(&filter, options, &record.event);
}

static __u64 command(__u64 opcode, __u64 sid)
{
	return opcode | sid << 32;
}

static void test_lists_of_a_device(void **state)
{
	(void)state;
	assert_int_equal(resolve("0000:01:00.0", NULL), 0);
	list_of(command(SMMU_OP_ATC_INV, 0x200), command(SMMU_OP_ATC_INV, 0x100));
	assert_true(wanted(&all));
	list_of(command(SMMU_OP_CFGI_STE, 0x100), 0);
	assert_true(wanted(&all));
	list_of(command(SMMU_OP_ATC_INV, 0x200), command(SMMU_OP_ATC_INV, 0x201));
	assert_false(wanted(&all));
	/* No StreamID is in a TLBI, whatever the bits say. */
	list_of(command(SMMU_OP_TLBI_NH_VA, 0x100), command(SMMU_OP_TLBI_NH_VA, 0x100));
	assert_false(wanted(&all));
	/* The same number behind the other SMMU. */
	list_of(command(SMMU_OP_ATC_INV, 0x100), 0);
	record.submit.smmu = SMMU_B;
	assert_false(wanted(&all));
}

static void test_lists_of_an_smmu(void **state)
{
	(void)state;
	assert_int_equal(resolve(NULL, "9060000.smmuv3"), 0);
	list_of(command(SMMU_OP_TLBI_NH_VA, 0), 0);
	assert_false(wanted(&all));
	record.submit.smmu = SMMU_B;
	assert_true(wanted(&all));
}

static void test_lists_that_failed_or_took_long(void **state)
{
	struct run_options failed = {.kinds = SMMU_KINDS_ALL, .failed_only = true};
	struct run_options slow = {.kinds = SMMU_KINDS_ALL, .latency_above_ns = 9999};

	(void)state;
	assert_int_equal(resolve(NULL, NULL), 0);
	list_of(command(SMMU_OP_ATC_INV, 0x100), 0);
	assert_false(wanted(&failed));
	assert_true(wanted(&slow));
	slow.latency_above_ns = 10000;
	assert_false(wanted(&slow));
	record.submit.result = -EIO;
	assert_true(wanted(&failed));
	/* Neither is about anything but lists. */
	event_is(SMMU_EVENT_FENCE);
	assert_true(wanted(&failed));
	assert_true(wanted(&slow));
}

static void test_events_of_a_device(void **state)
{
	(void)state;
	assert_int_equal(resolve("0000:01:00.0", NULL), 0);
	event_is(SMMU_EVENT_FENCE);
	record.fence.smmu = SMMU_A;
	record.fence.sid = 0x100;
	assert_true(wanted(&all));
	record.fence.sid = 0x200;
	assert_false(wanted(&all));
	record.fence.sid = 0x100;
	record.fence.smmu = SMMU_B;
	assert_false(wanted(&all));
	event_is(SMMU_EVENT_ATS);
	record.ats.sid = 0x100;
	assert_true(wanted(&all));
	record.ats.sid = 0x200;
	assert_false(wanted(&all));
	event_is(SMMU_EVENT_RESET);
	record.reset.sid = 0x100;
	assert_true(wanted(&all));
	record.reset.sid = SMMU_SID_NONE;
	assert_false(wanted(&all));
	event_is(SMMU_EVENT_ATTACH);
	record.attach.sid = 0x100;
	assert_true(wanted(&all));
	record.attach.sid = 0x201;
	assert_false(wanted(&all));
}

static void test_kinds(void **state)
{
	const struct run_options fences = {.kinds = 1U << SMMU_EVENT_FENCE};

	(void)state;
	assert_int_equal(resolve(NULL, NULL), 0);
	for (unsigned int kind = 0; kind < SMMU_EVENT_KIND_COUNT; kind++) {
		event_is(kind);
		assert_true(wanted(&all));
		assert_int_equal(wanted(&fences), kind == SMMU_EVENT_FENCE);
	}
}

/* Nothing may come only if each function that the run is about is in an identity domain. */
static void test_idle(void **state)
{
	struct device list[] = {fixture_list[0], fixture_list[1], fixture_list[2]};
	const struct devices devices = {fixture_smmus, 2, list, 3};
	const struct devices bare = {fixture_smmus, 2, list, 0};

	(void)state;
	list[0].ats_enabled = false;
	assert_false(filter_idle(NULL, &devices));
	strcpy(list[0].domain, "identity");
	strcpy(list[1].domain, "identity");
	assert_false(filter_idle(NULL, &devices));
	assert_int_equal(resolve_among(&devices, "0000:01:00.0", NULL), 0);
	assert_true(filter_idle(&filter, &devices));
	assert_int_equal(resolve_among(&devices, "0001:03:00.0", NULL), 0);
	assert_false(filter_idle(&filter, &devices));
	assert_int_equal(resolve_among(&devices, NULL, "9050000.smmuv3"), 0);
	assert_true(filter_idle(&filter, &devices));
	strcpy(list[2].domain, "identity");
	assert_true(filter_idle(NULL, &devices));
	/* VFIO, iommufd or SVA has attached another domain: ATS is on. */
	list[1].ats_enabled = true;
	assert_false(filter_idle(NULL, &devices));
	assert_false(filter_idle(NULL, &bare));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_function),
		cmocka_unit_test(test_number_of_both),
		cmocka_unit_test(test_number_of_one),
		cmocka_unit_test(test_function_of_the_other),
		cmocka_unit_test(test_number_of_many),
		cmocka_unit_test(test_lists_of_a_device),
		cmocka_unit_test(test_lists_of_an_smmu),
		cmocka_unit_test(test_lists_that_failed_or_took_long),
		cmocka_unit_test(test_events_of_a_device),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_idle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
