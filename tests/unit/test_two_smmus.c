// SPDX-License-Identifier: GPL-2.0
/*
 * Two SMMUs, and two queues of one SMMU: the same StreamID behind both is never taken for one
 * device, from the decoded event to the verdict, the report and the recording.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"
#include "sink/event_json.h"
#include "sink/event_text.h"
#include "record/reader.h"
#include "record/record.h"
#include "sink/report.h"

/* In the fixture, StreamID 0x100 is 0000:01:00.0 behind A and 0001:03:00.0 behind B. */
#define SID   0x100U
#define BDF_A 0x00000100U
#define BDF_B 0x00010300U
/* A StreamID behind both that belongs to no known function. */
#define STRANGE 0x300U

#define FENCED "R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1"

static void behind_a(void)
{
	on_queue(SMMU_A, QUEUE_A);
}

static void behind_b(void)
{
	on_queue(SMMU_B, QUEUE_B);
}

static void ats_of(__u32 bdf, bool enabled)
{
	ats(bdf, enabled, 0);
	stream.sent[stream.count - 1].record->ats.sid = SID;
}

static void reset_of(__u32 bdf)
{
	static const unsigned int phases[] = {SMMU_RESET_PREPARE, SMMU_RESET_BEGIN, SMMU_RESET_END,
					      SMMU_RESET_DONE};

	for (unsigned int i = 0; i < 4; i++) {
		reset(bdf, phases[i], 0);
		stream.sent[stream.count - 1].record->reset.sid = SID;
	}
}

/* ---- the verdict ---- */

static void fence_behind_b(void **state)
{
	(void)state;
	behind_b();
	recovery(SID);
	rules(FENCED ", R17 pass 1, R20 pass 1");
}

/* The same StreamID is fenced behind the other SMMU: the culprit is not. */
static void fence_of_the_other(void **state)
{
	(void)state;
	behind_b();
	other(0);
	inject(SID);
	atc(-EIO, SID);
	behind_a();
	fence(SID);
	returned(-EIO);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 fail 1, R7 fail 1, R8 pass 1, R20 "
	      "fail 1");
	says("0001:03:00.0");
}

/* An answer of the other device is no answer of the culprit. */
static void answer_of_the_other(void **state)
{
	(void)state;
	behind_b();
	other(0);
	inject(SID);
	atc(-EIO, SID);
	behind_a();
	atc(0, SID);
	returned(-EIO);
	rules("R1 pass 2, R3 pass 2, R4 pass 1, R5 pass 1, R6 fail 1, R8 pass 1");
	says("0001:03:00.0");
}

/* A StreamID that is fenced behind B may be invalidated behind A. */
static void invalidations_of_the_other(void **state)
{
	(void)state;
	behind_b();
	recovery(SID);
	behind_a();
	for (int i = 0; i < 3; i++) {
		other(0);
		atc(0, SID);
	}
	rules("R1 pass 4, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 "
	      "pass 1");
	stream_begin();
	behind_b();
	other(0);
	atc(0, SID);
	recovery(SID);
	for (int i = 0; i < 3; i++) {
		other(0);
		atc(0, SID);
	}
	rules("R1 pass 5, R3 pass 2, R4 pass 1, R5 pass 1, R6 pass 1, R8 pass 1, R11 fail 3, "
	      "R17 pass 1, R20 pass 1");
}

/* Events of ATS and resets name the function, and a StreamID that both functions have. */
static void reset_of_the_other(void **state)
{
	(void)state;
	behind_b();
	recovery(SID);
	ats_of(BDF_B, false);
	reset_of(BDF_A);
	ats_of(BDF_A, true);
	unfence(SID);
	rules(FENCED ", R13 fail 1, R14 pass 1, R15 pass 1, R17 pass 1, R20 pass 1");
	says("0001:03:00.0");
	stream_begin();
	behind_b();
	recovery(SID);
	ats_of(BDF_B, false);
	reset_of(BDF_B);
	unfence(SID);
	ats_of(BDF_B, true);
	rules(FENCED ", R13 pass 1, R14 pass 1, R15 pass 1, R17 pass 1, R20 pass 1, R21 pass 1");
}

/* Without functions, units are told apart by SMMU and StreamID. */
static void strangers(void **state)
{
	(void)state;
	behind_b();
	other(0);
	inject(STRANGE);
	atc(-EIO, STRANGE);
	behind_a();
	fence(STRANGE);
	returned(-EIO);
	rules("R1 pass 1, R3 pass 2, R4 pass 1, R5 pass 1, R6 fail 1, R7 fail 1, R8 pass 1, R20 "
	      "fail 1");
}

/* A function that was added later: it is not known which SMMU it is behind. */
static void later_function(void **state)
{
	(void)state;
	behind_a();
	recovery(STRANGE);
	ats(0x00020000, true, 0);
	stream.sent[stream.count - 1].record->ats.sid = STRANGE;
	rules(FENCED ", R17 pass 1, R20 pass 1");
}

/* Two flows at once, one behind each: each has its own story. */
static void both_at_once(void **state)
{
	(void)state;
	task(1);
	behind_a();
	other(0);
	task(2);
	behind_b();
	other(0);
	task(1);
	behind_a();
	inject(SID);
	atc(-EIO, SID);
	task(2);
	behind_b();
	inject(SID);
	atc(-EIO, SID);
	fence(SID);
	returned(-EIO);
	task(1);
	behind_a();
	fence(SID);
	returned(-EIO);
	rules("R1 pass 2, R3 pass 4, R4 pass 2, R5 pass 2, R6 pass 2, R8 pass 2, R17 pass 2, R20 "
	      "pass 2");
}

/* An error of one SMMU is not an error of a list of the other. */
static void error_of_the_other(void **state)
{
	(void)state;
	behind_a();
	hardware_error(SMMU_CERROR_ATC_INV_SYNC, 0);
	behind_b();
	other(0);
	atc(-EIO, SID);
	fence(SID);
	returned(-EIO);
	rules("R1 pass 1, R4 fail 1, R6 pass 1, R8 pass 1, R17 pass 1, R20 pass 1");
}

/* A CMD_SYNC on another queue absorbs nothing, of the same SMMU or not. */
static void sync_of_another_queue(void **state)
{
	(void)state;
	task(1);
	behind_a();
	other(0);
	atc_unsynced(0, SID);
	task(2);
	on_queue(SMMU_A, QUEUE_A1);
	other(0);
	behind_b();
	other(0);
	task(1);
	behind_a();
	atc(0, SID);
	rules("R1 fail 1");
}

/* ---- the report ---- */

static struct statistics counted(void)
{
	static const struct device_statistics devices[] = {
		{.key = {.smmu = SMMU_A, .sid = SID}, .sum = {.atc_inv = 11}},
		{.key = {.smmu = SMMU_B, .sid = SID},
		 .sum = {.atc_inv = 22, .fences = 1},
		 .state = {.fenced_ns = 1}},
		{.key = {.smmu = SMMU_A, .sid = STRANGE}, .sum = {.atc_inv = 33}},
		{.key = {.smmu = SMMU_B, .sid = STRANGE}, .sum = {.atc_inv = 44}},
	};
	static const struct queue_statistics queues[] = {
		{.smmu = SMMU_A, .queue = QUEUE_A, .sum = {.lists = 1}},
		{.smmu = SMMU_A, .queue = QUEUE_A0, .sum = {.lists = 2}},
		{.smmu = SMMU_A, .queue = QUEUE_A1, .sum = {.lists = 3}},
		{.smmu = SMMU_B, .queue = QUEUE_B, .sum = {.lists = 4}},
	};

	return (struct statistics){
		.devices = (struct device_statistics *)devices,
		.device_count = 4,
		.queues = (struct queue_statistics *)queues,
		.queue_count = 4,
		.injection_visible = true,
	};
}

static char *reported(int (*print)(FILE *file, const struct statistics *statistics,
				   const struct stream_info *info))
{
	struct statistics statistics = counted();
	struct capture capture;

	capture_begin(&capture);
	assert_int_equal(print(capture.file, &statistics, &fixture_info), 0);
	return capture_end(&capture);
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in\n%s", part, text);
}

static void report_in_json(void **state)
{
	char *text = reported(report_json);

	(void)state;
	has(text, "{\"bdf\":\"0000:01:00.0\",\"sid\":256,\"smmu\":\"9050000.smmuv3\","
		  "\"driver\":\"vfio-pci\",\"atc_inv\":11");
	has(text, "{\"bdf\":\"0001:03:00.0\",\"sid\":256,\"smmu\":\"9060000.smmuv3\","
		  "\"driver\":\"nvme\",\"atc_inv\":22");
	has(text, "{\"bdf\":null,\"sid\":768,\"smmu\":\"9050000.smmuv3\",\"driver\":null,"
		  "\"atc_inv\":33");
	has(text, "{\"bdf\":null,\"sid\":768,\"smmu\":\"9060000.smmuv3\",\"driver\":null,"
		  "\"atc_inv\":44");
	has(text, "{\"name\":\"cmdq\",\"lists\":1");
	has(text, "{\"name\":\"vcmdq-0\",\"lists\":2");
	has(text, "{\"name\":\"vcmdq-1\",\"lists\":3");
	has(text, "\"9060000.smmuv3\",\"queues\":[{\"name\":\"queue-0\",\"lists\":4");
	free(text);
}

/* The rest of the line that starts with this; to be freed. */
static char *line_after(const char *text, const char *start)
{
	const char *at = strstr(text, start);

	if (!at)
		fail_msg("'%s' is not in\n%s", start, text);
	at += strlen(start);
	return strndup(at, strcspn(at, "\n"));
}

static void report_in_text(void **state)
{
	char *text = reported(report_text), *line;

	(void)state;
	line = line_after(text, "0001:03:00.0");
	has(line, " 22 ");
	has(line, "fenced");
	free(line);
	line = line_after(text, "0000:01:00.0");
	has(line, " 11 ");
	has(line, "ats_on");
	free(line);
	/* Two unknown functions with the same StreamID: the SMMU tells them apart. */
	line = line_after(text, "33 ");
	has(line, "9050000.smmuv3");
	free(line);
	line = line_after(text, "44 ");
	has(line, "9060000.smmuv3");
	free(line);
	free(text);
}

/* ---- the events ---- */

static void events_name_the_right_one(void **state)
{
	struct {
		struct smmu_event event;
		struct smmu_fence fence;
	} it = {.event = {.kind = SMMU_EVENT_FENCE}, .fence = {.smmu = SMMU_B, .sid = SID}};
	struct queue_names queues;
	struct line line;
	struct event_text text = {.line = &line, .info = &fixture_info, .queues = &queues};
	struct capture capture;
	struct json json;
	char *said;

	(void)state;
	queue_names_init(&queues);
	capture_begin(&capture);
	line_init(&line, capture.file);
	event_text(&text, &it.event);
	it.fence.sid = STRANGE;
	event_text(&text, &it.event);
	line_flush(&line);
	json_init(&json, capture.file);
	it.fence.sid = SID;
	event_json(&json, &fixture_info, &queues, &it.event);
	assert_int_equal(json_line(&json), 0);
	json_free(&json);
	said = capture_end(&capture);
	has(said, "0001:03:00.0 (sid 0x100)");
	has(said, "\"device\":\"0001:03:00.0\",\"sid\":256,\"smmu\":\"9060000.smmuv3\"");
	assert_null(strstr(said, "0000:01:00.0"));
	assert_null(strstr(said, "9050000"));
	free(said);
}

/* ---- the recording ---- */

/* The stream as a recording; to be freed. */
static char *recorded(size_t *length)
{
	struct statistics statistics = counted();
	struct sink sink = {.ops = &sink_record, .info = &fixture_info};
	char *data = NULL;

	sink.file = open_memstream(&data, length);
	assert_non_null(sink.file);
	assert_int_equal(sink.ops->open(&sink), 0);
	for (size_t i = 0; i < stream.count; i++)
		assert_int_equal(
			sink_give(&sink, &stream.sent[i].record->event, stream.sent[i].length), 0);
	assert_int_equal(sink.ops->close(&sink, &statistics, "end"), 0);
	fclose(sink.file);
	return data;
}

static void assert_counted(const struct statistics *got)
{
	struct statistics put = counted();

	assert_int_equal(got->device_count, put.device_count);
	for (size_t i = 0; i < put.device_count; i++) {
		assert_int_equal(got->devices[i].key.smmu, put.devices[i].key.smmu);
		assert_int_equal(got->devices[i].key.sid, put.devices[i].key.sid);
		assert_memory_equal(&got->devices[i].sum, &put.devices[i].sum,
				    sizeof(put.devices[i].sum));
	}
	assert_int_equal(got->queue_count, put.queue_count);
	assert_memory_equal(got->queues, put.queues, put.queue_count * sizeof(*put.queues));
}

/* Lists of the same commands on one CPU, in turn behind both SMMUs and on three queues. */
static void recording_round_trip(void **state)
{
	static const __u64 places[][2] = {
		{SMMU_A, QUEUE_A}, {SMMU_B, QUEUE_B}, {SMMU_A, QUEUE_A1}, {SMMU_B, QUEUE_A1}};
	struct record_reader reader;
	struct record_error error;
	size_t length;
	char *data;
	FILE *file;

	(void)state;
	for (unsigned int i = 0; i < 40; i++) {
		on_queue(places[i % 4][0], places[i % 4][1]);
		stream.prod = i / 4 + 100 * (i % 4);
		atc(i % 7 ? 0 : -EIO, SID, STRANGE);
		if (i % 5 == 0)
			fence(SID);
	}
	data = recorded(&length);
	file = fmemopen(data, length, "r");
	assert_non_null(file);
	assert_int_equal(record_open(&reader, file, &error), 0);
	for (size_t i = 0; i < stream.count; i++) {
		assert_int_equal(record_next(&reader, &error), RECORD_EVENT);
		assert_int_equal(reader.record.length, stream.sent[i].length);
		assert_memory_equal(reader.record.event, stream.sent[i].record,
				    stream.sent[i].length);
	}
	assert_int_equal(record_next(&reader, &error), RECORD_END);
	assert_counted(&reader.statistics);
	assert_int_equal(reader.info->devices->smmu_count, 2);
	assert_string_equal(devices_by_sid(reader.info->devices, SMMU_B, SID)->name,
			    "0001:03:00.0");
	record_close(&reader);
	fclose(file);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		story(fence_behind_b),
		story(fence_of_the_other),
		story(answer_of_the_other),
		story(invalidations_of_the_other),
		story(reset_of_the_other),
		story(strangers),
		story(later_function),
		story(both_at_once),
		story(error_of_the_other),
		story(sync_of_another_queue),
		cmocka_unit_test(report_in_json),
		cmocka_unit_test(report_in_text),
		cmocka_unit_test(events_name_the_right_one),
		story(recording_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
