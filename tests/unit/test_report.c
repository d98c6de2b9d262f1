// SPDX-License-Identifier: GPL-2.0
/*
 * The statistics document and its text form.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sink/report.h"

#include "fixture.h"
#include "golden.h"
#include <errno.h>

/* A recovery that went well on one device, a failed one on another, a stranger. */
static const struct device_statistics example_devices[] = {
	{.key = {.smmu = SMMU_A, .sid = 0x100},
	 .sum = {.atc_inv = 1000, .timeouts_injected = 1, .fences = 1, .unfences = 1, .resets = 1}},
	{.key = {.smmu = SMMU_A, .sid = 0x201},
	 .sum = {.atc_inv = 7,
		 .timeouts_hardware = 2,
		 .timeouts_software = 3,
		 .fences = 1,
		 .resets_failed = 4},
	 .state = {.fenced_ns = 77}},
	{.key = {.smmu = SMMU_X, .sid = 0x100}, .sum = {.atc_inv = UINT64_MAX}},
	{.key = {.smmu = SMMU_B, .sid = 0x999}, .state = {.fenced_ns = 1}},
};

static void statistics_make(struct statistics *statistics)
{
	struct smmu_queue_stats *sum;

	memset(statistics, 0, sizeof(*statistics));
	statistics->duration_ns = 10250000000ULL;
	statistics->blind.looks = 205;
	statistics->blind.ns[BLIND_KPROBE] = 1200000000;
	statistics->blind.cause[BLIND_KPROBE] = BLIND_SWITCH;
	statistics->queue_count = 4;
	statistics->queues = calloc(4, sizeof(*statistics->queues));
	statistics->device_count = sizeof(example_devices) / sizeof(example_devices[0]);
	statistics->devices = malloc(sizeof(example_devices));
	assert_non_null(statistics->queues);
	assert_non_null(statistics->devices);
	memcpy(statistics->devices, example_devices, sizeof(example_devices));

	statistics->queues[0] = (struct queue_statistics){.smmu = SMMU_A, .queue = QUEUE_A};
	sum = &statistics->queues[0].sum;
	*sum = (struct smmu_queue_stats){.lists = 1014,
					 .synced = 1011,
					 .failed = 2,
					 .atc_lists = 1003,
					 .atc_lists_without_sync = 3,
					 .unread = 1,
					 .sync_latency_sum_ns = 20239999};
	sum->batch_size[0] = 10;
	sum->batch_size[1] = 1000;
	sum->batch_size[6] = 3;
	sum->batch_size[7] = 1;
	sum->sync_latency[0] = 1;
	sum->sync_latency[4] = 1000;
	sum->sync_latency[5] = 9;
	sum->sync_latency[SMMU_LATENCY_BUCKETS - 1] = 2;
	sum->commands[0x12] = 1000;
	sum->commands[0x40] = 1192;
	sum->commands[0x46] = 1011;
	sum->commands[0x7f] = 1;

	/* A CMD_SYNC failed twice, two others once; another error that nobody knows. */
	statistics->queues[0].errors = (struct smmu_queue_errors){
		.errors = {[SMMU_CERROR_ATC_INV_SYNC] = 4, [SMMU_CAUSE_OTHER] = 1},
		.lists = {[SMMU_CERROR_ATC_INV_SYNC] = 3, [SMMU_CAUSE_OTHER] = 1},
		.unknown_hardware = 1,
		.unknown_software = 2,
		.last = 99,
		.seen = 3,
	};

	statistics->queues[1] = (struct queue_statistics){.smmu = SMMU_X, .queue = QUEUE_A0};
	statistics->queues[1].sum.lists = UINT64_MAX;
	statistics->queues[1].sum.batch_size[0] = UINT64_MAX;
	statistics->queues[2] = (struct queue_statistics){.smmu = SMMU_A, .queue = QUEUE_A1};
	statistics->queues[3] = (struct queue_statistics){.smmu = SMMU_X, .queue = QUEUE_A1};

	statistics->ledger[SMMU_EVENT_SUBMIT] =
		(struct smmu_ledger){.attempted = 10, .emitted = 7, .lost = 3};
	statistics->loss = (struct loss){
		.attempted = 10, .emitted = 7, .lost = 3, .consumed = 7, .skipped_by_kernel = 2};
	statistics->events = true;
	statistics->injection_visible = true;
	statistics->errors_visible = true;
}

static char *report(int (*print)(FILE *file, const struct statistics *statistics,
				 const struct stream_info *info),
		    const struct statistics *statistics, const struct stream_info *info)
{
	struct capture capture;

	capture_begin(&capture);
	assert_int_equal(print(capture.file, statistics, info), 0);
	return capture_end(&capture);
}

static void test_json_golden(void **state)
{
	struct statistics statistics;
	char *text;

	(void)state;
	statistics_make(&statistics);
	text = report(report_json, &statistics, &fixture_info);
	assert_golden("golden/stats.json", text);
	free(text);
	statistics_free(&statistics);
	assert_null(statistics.queues);
	assert_int_equal(statistics.queue_count, 0);
}

static void test_text_golden(void **state)
{
	struct statistics statistics;
	char *text;

	(void)state;
	statistics_make(&statistics);
	text = report(report_text, &statistics, &fixture_info);
	assert_golden("golden/stats.txt", text);
	free(text);
	statistics_free(&statistics);
}

/* The contract, in the words of those who read it. */
static void test_json_contract(void **state)
{
	struct statistics statistics;
	char *text;

	(void)state;
	statistics_make(&statistics);
	text = report(report_json, &statistics, &fixture_info);
	assert_jq(text, "length == 1 and (.[0] | .schema == \"smmuscope.stats/1\" and "
			".kernel == \"6.12.41-lab\" and .variant == \"recovery\" and "
			".duration_ns == 10250000000)");
	assert_jq(text, ".[0] | [.smmus[].queues[].atc_lists_without_sync] | add >= 1");
	assert_jq(text, ".[0].devices[] | select(.timeouts.injected == 1 and .fences == 1 and "
			".unfences == 1 and .resets >= 1 and .state == \"ats_on\")");
	assert_jq(text, ".[0].smmus | map(.name) == [\"9050000.smmuv3\", \"9060000.smmuv3\", "
			"\"unknown\"] and map(.queues | map(.name)) == [[\"cmdq\", \"vcmdq-0\"], "
			"[], [\"queue-0\", \"queue-1\"]]");
	assert_jq(text,
		  ".[0].devices | map([.bdf, .sid, .state]) == "
		  "[[\"0000:01:00.0\", 256, \"ats_on\"], [\"0000:02:00.0\", 512, \"ats_off\"], "
		  "[\"0000:02:00.0\", 513, \"fenced\"], [\"0001:03:00.0\", 256, \"no_ats\"], "
		  "[null, 256, \"unknown\"], [null, 2457, \"fenced\"]]");
	/* le is cumulative, as in Prometheus, and the last one holds all. */
	assert_jq(text, "[.[0].smmus[].queues[] | .batch_size, .sync_latency_ns] | "
			"all(([.buckets[].count] | . == sort) and .buckets[-1].count == .count and "
			".buckets[-1].le == null and ([.buckets[:-1][].le] | . == sort))");
	assert_jq(text,
		  ".[0].smmus[0].queues[0] | .batch_size.count == 1014 and "
		  "(.batch_size.buckets | length) == 8 and .batch_size.buckets[6].le == 64 and "
		  ".sync_latency_ns.count == 1012 and .sync_latency_ns.sum == 20239999 and "
		  ".sync_latency_ns.buckets[0] == {le: 255, count: 1} and "
		  ".sync_latency_ns.buckets[4] == {le: 4095, count: 1001} and "
		  ".commands == {TLBI_NH_VA: 1000, ATC_INV: 1192, CMD_SYNC: 1011, \"0x7f\": 1}");
	assert_jq(text, ".[0].smmus[0].queues[0] | .errors == {CERROR_ATC_INV_SYNC: 4, other: 1} "
			"and .error_lists == {CERROR_ATC_INV_SYNC: 3, other: 1} and "
			".timeouts_unknown == {hardware: 1, software: 2}");
	/* Each list that ended in a timeout is one of a device, or of nobody known. */
	assert_jq(text, ".[0] | ([.smmus[].queues[] | .error_lists.CERROR_ATC_INV_SYNC // 0] | add)"
			" == ([.smmus[].queues[].timeouts_unknown.hardware, "
			".devices[].timeouts.hardware] | add)");
	assert_jq(text, ".[0].smmus[0].queues[1] | .errors == {} and .error_lists == {} and "
			".timeouts_unknown == {hardware: 0, software: 0}");
	assert_jq(text, ".[0].loss == {attempted: 10, emitted: 7, lost: 3, consumed: 7, "
			"skipped_by_kernel: 2} and .[0].by_kind.submit.lost == 3");
	assert_non_null(strstr(text, "\"atc_inv\":18446744073709551615,"));
	assert_null(strstr(text, "18446462"));
	free(text);
	statistics_free(&statistics);
}

/* What cannot be known is null or absent, never zero. */
/* Two functions with one StreamID, behind a bridge: counted once, and both are named. */
static void test_shared(void **state)
{
	struct device list[] = {
		fixture_list[0],
		{.bdf = 0x101,
		 .name = "0000:01:00.1",
		 .smmu = SMMU_A,
		 .sid = {0x100},
		 .sids = 1,
		 .driver = ""},
	};
	const struct devices devices = {fixture_smmus, 2, list, 2};
	const struct stream_info info = {.tool_version = "0", .kernel = "k", .devices = &devices};
	struct statistics statistics = {
		.devices = (struct device_statistics *)example_devices,
		.device_count = 1,
	};
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	(void)state;
	assert_non_null(file);
	assert_int_equal(report_json(file, &statistics, &info), 0);
	fclose(file);
	assert_non_null(strstr(text, "\"atc_inv\":1000"));
	assert_null(strstr(strstr(text, "\"atc_inv\":1000") + 1, "\"atc_inv\":"));
	assert_non_null(strstr(text, "\"shares_with\":[\"0000:01:00.1\"]"));
	free(text);
}

static void test_unknown(void **state)
{
	struct stream_info info = fixture_info;
	struct statistics statistics;
	char *text;

	(void)state;
	statistics_make(&statistics);
	statistics.injection_visible = false;
	statistics.errors_visible = false;
	statistics.events = false;
	info.variant = NULL;
	text = report(report_json, &statistics, &info);
	assert_jq(text,
		  ".[0] | all(.devices[]; .timeouts | has(\"injected\") and .injected == null) "
		  "and (has(\"by_kind\") | not) and (has(\"variant\") | not) and has(\"loss\")");
	assert_jq(text, ".[0].smmus[].queues[] | .errors == null and .error_lists == null and "
			".timeouts_unknown == null");
	/* The number of an older recording stays. */
	assert_jq(text, ".[0].devices | map(.timeouts.hardware) | unique == [null, 2]");
	free(text);
	text = report(report_text, &statistics, &info);
	assert_non_null(strstr(text, "2 hits skipped by the kernel"));
	assert_null(strstr(text, "attempted"));
	assert_non_null(strstr(text, "kernel 6.12.41-lab, 10.2 s\n"));
	free(text);
	statistics_free(&statistics);
}

static void test_empty(void **state)
{
	static const struct devices none;
	struct stream_info info = fixture_info;
	struct statistics statistics;
	char *text;

	(void)state;
	memset(&statistics, 0, sizeof(statistics));
	info.devices = &none;
	text = report(report_json, &statistics, &info);
	assert_jq(text, ".[0] | .smmus == [] and .devices == []");
	free(text);
	info.devices = &fixture_devices;
	text = report(report_json, &statistics, &info);
	assert_jq(text, ".[0] | (.smmus | length) == 2 and (.devices | length) == 4 and "
			"all(.devices[]; .atc_inv == 0)");
	free(text);
	text = report(report_text, &statistics, &info);
	assert_non_null(strstr(text, "no device"));
	free(text);
	statistics_free(&statistics);
}

static void test_full_disk(void **state)
{
	struct statistics statistics;
	FILE *file;

	(void)state;
	statistics_make(&statistics);
	file = fopen("/dev/full", "w");
	assert_non_null(file);
	assert_int_equal(report_json(file, &statistics, &fixture_info), -ENOSPC);
	fclose(file);
	file = fopen("/dev/full", "w");
	assert_non_null(file);
	assert_int_equal(report_text(file, &statistics, &fixture_info), -ENOSPC);
	fclose(file);
	statistics_free(&statistics);
}

/* The parts of a document that the documentation shows are parts of this one. */
static void test_documented(void **state)
{
	static const char *const parts[] = {"{\"bdf\":", "\"batch_size\":", "\"loss\":"};
	char *document = repository_read("../../docs/FORMATS.md");
	char *golden = repository_read("golden/stats.json"), *line, *rest = NULL;
	unsigned int i, shown = 0;

	(void)state;
	for (line = strtok_r(document, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
			if (strncmp(line, parts[i], strlen(parts[i])))
				continue;
			shown++;
			if (!strstr(golden, line))
				fail_msg("not what is printed: %s", line);
		}
	}
	assert_true(shown >= 3);
	free(document);
	free(golden);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_golden),   cmocka_unit_test(test_text_golden),
		cmocka_unit_test(test_json_contract), cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_empty),	      cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_documented),    cmocka_unit_test(test_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
