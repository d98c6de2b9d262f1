// SPDX-License-Identifier: GPL-2.0
/*
 * The four reports of a run that passes, of one that fails and of one that was seen in part,
 * against golden files. With a directory as argument it writes them there, for
 * tests/unit/test_reports.sh.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check_stream.h"

static const char *const endings[] = {
	[CHECK_TEXT] = "txt",
	[CHECK_JSON] = "jsonl",
	[CHECK_KTAP] = "ktap",
	[CHECK_JUNIT] = "xml",
};

#define FUNCTION 0xffff800080001000ULL
static const struct symbol functions[] = {
	{0xffff800080000000ULL, "_stext"},
	{FUNCTION, "arm_smmu_atc_recover"},
};

static const struct check_expectation met[] = {
	{CHECK_EXPECT_FENCED, 0x100, 1, "fenced 0000:01:00.0 1"},
	{CHECK_EXPECT_TIMEOUTS, 0, 1, "timeouts 1"},
};

static const struct check_expectation unmet[] = {
	{CHECK_EXPECT_FENCES, 0, 2, "fences <2> & no \"more\""},
	{CHECK_EXPECT_ATC_LISTS, 0, 1, "atc_lists 1"},
};

/* Among others with an expected failure, of R16. */
static void passes(void)
{
	stream.options.name = "one-timeout";
	stream.options.source = "run.smr";
	stream.options.require = CHECK_RULE(1) | CHECK_RULE(3);
	stream.options.expect_fail = CHECK_RULE(16);
	stream.options.expectations = met;
	stream.options.expectation_count = 2;
	recovery(DEV);
	unmap(8192, 4096);
}

/* Nothing is broken as far as can be seen: resets and fences were lost. */
static void unseen(void)
{
	stream.options.name = "half-seen";
	stream.options.expectations = met;
	stream.options.expectation_count = 2;
	stream.statistics.ledger[SMMU_EVENT_RESET].lost = 2;
	stream.statistics.ledger[SMMU_EVENT_FENCE].lost = 1;
	stream.statistics.loss.lost = 3;
	recovery(DEV);
}

/* A name that has a meaning in KTAP and in XML. */
#define SEVERAL "1 - a # SKIP b\n<c> & d.scn "

static void second_of_several(void)
{
	passes();
	stream.options.name = SEVERAL;
	stream.options.number = 2;
}

static void fails(void)
{
	stream.options.name = "a \"bad\" <driver> & more";
	stream.options.require = CHECK_RULE(2);
	stream.options.expect_fail = CHECK_RULE(5);
	stream.options.expectations = unmet;
	stream.options.expectation_count = 2;
	without("unmap", "no <iommu_unmap>");
	other(0);
	atc_unsynced(0, DEV2);
	inject(DEV);
	atc(-EIO, DEV);
	for (unsigned int i = 0; i < 4; i++) {
		struct record *record = event_now(SMMU_EVENT_FORBIDDEN, 0);

		record->forbidden.bytes = 96;
		record->forbidden.since_ns = 41 * US;
		record->forbidden.stack.depth = 2;
		record->forbidden.stack.frame[0] = FUNCTION + 0x44;
		record->forbidden.stack.frame[1] = FUNCTION - 0x10;
		record_send(record, sizeof(record->forbidden));
	}
	returned(-EIO);
}

static void tell(void (*what)(void), enum check_format format)
{
	struct symbols *symbols = symbols_table(functions, 2);

	assert_non_null(symbols);
	stream_begin();
	what();
	stream.info.symbols = symbols;
	stream.options.format = format;
	stream_end();
	symbols_free(symbols);
}

static void against_golden(const char *name, void (*what)(void), int code)
{
	for (unsigned int format = 0; format <= CHECK_JUNIT; format++) {
		char path[64];

		snprintf(path, sizeof(path), "golden/verdict-%s.%s", name, endings[format]);
		tell(what, format);
		assert_golden(path, stream.report);
		assert_int_equal(stream.code, code);
		free(stream.report);
		stream.report = NULL;
	}
}

static void passing(void **state)
{
	(void)state;
	against_golden("pass", passes, EXIT_OK);
}

static void failing(void **state)
{
	(void)state;
	against_golden("fail", fails, EXIT_VERDICT);
}

static void not_seen(void **state)
{
	(void)state;
	against_golden("unseen", unseen, EXIT_KERNEL);
}

/* A device that did not answer, as it counts itself: no event tells of it. */
static void silences(void)
{
	stream.options.name = "silence";
	stream.options.expectations = &met[1];
	stream.options.expectation_count = 1;
	stream.statistics.inject_rule_count = 2;
	stream.statistics.inject_rules[0].fired = stream.statistics.inject_rules[1].fired = 1;
	stream.statistics.silences[1] = (struct rule_silence){
		.armed = 3, .unanswered = 2, .answered = 7, .end = RULE_SILENCE_TIME};
	other(0);
}

static void tells_of_silences(void **state)
{
	(void)state;
	tell(silences, CHECK_TEXT);
	assert_non_null(strstr(stream.report, "\ninjection rule 1: 2 of 3 ATC_INV not answered, 0 "
					      "left: its time was over\n"));
	assert_null(strstr(stream.report, "injection rule 0"));
	assert_non_null(strstr(stream.report, "expected: timeouts 1: met (2)\n"));
	tell(silences, CHECK_JSON);
	assert_non_null(strstr(stream.report,
			       "\n{\"type\":\"silence\",\"rule\":1,\"armed\":3,\"unanswered\":2,"
			       "\"answered\":7,\"left\":0,\"end\":\"time\"}\n"));
	free(stream.report);
	stream.report = NULL;
}

/* Names and reasons may contain any bytes; the report is still XML. */
static void any_bytes(void **state)
{
	static const char bytes[] = "\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80 \xc2\xa0 " /* text */
				    "\x01\t\n\x7f\xc2\x85\xef\xbf\xbe\xef\xbf\xbf"     /* control */
				    " \xff\x80\xc3(\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82"; /* none */
	static const char text[] = "\xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80 \xc2\xa0 "
				   "??????? ???"
				   "(?????????";
	const struct check_expectation expectation = {CHECK_EXPECT_FENCES, 0, 0, bytes};
	static const char *const places[] = {
		"<testsuite name=\"%s\"",
		"classname=\"smmuscope.%s\"",
		"name=\"source\" value=\"%s\"",
		"name=\"kernel\" value=\"%s\"",
		"message=\"not observable: hook unmap: %s\"",
		"name=\"expected: %s\"",
	};
	char place[256];

	(void)state;
	stream_begin();
	without("unmap", bytes);
	stream.options.name = stream.options.source = stream.info.kernel = bytes;
	stream.options.expectations = &expectation;
	stream.options.expectation_count = 1;
	stream.options.format = CHECK_JUNIT;
	stream_end();
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(place, sizeof(place), places[i], text);
		says(place);
	}
}

static void disk_full(void **state)
{
	FILE *file = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(file);
	setvbuf(file, NULL, _IONBF, 0);
	for (unsigned int format = 0; format <= CHECK_JUNIT; format++) {
		struct sink sink = {.ops = &sink_check, .file = file, .options = &stream.options};

		stream_begin();
		stream.options.format = format;
		sink.info = &stream.info;
		assert_int_equal(sink.ops->open(&sink), 0);
		assert_int_equal(sink.ops->close(&sink, &stream.statistics, "end"), -ENOSPC);
		clearerr(file);
	}
	fclose(file);
}

/* Several reports in one file: of a scenario that was skipped, one that passed, one without
 * verdict. */
static void several(FILE *file, enum check_format format)
{
	struct check_options options = {.source = "live", .format = format};

	check_reports_begin(file, &options, 3);
	options.number = 1;
	options.name = SEVERAL;
	check_reports_absent(file, &options, "no function of\nthe kernel # is that", true);
	tell(second_of_several, format);
	fputs(stream.report, file);
	options.number = 3;
	options.name = SEVERAL " (2)";
	check_reports_absent(file, &options, "the run did not get to its verdict", false);
	check_reports_end(file, &options);
}

static int write_to(const char *directory)
{
	static const struct {
		const char *name;
		void (*what)(void);
	} runs[] = {{"pass", passes}, {"fail", fails}, {"unseen", unseen}, {"several", NULL}};

	for (unsigned int i = 0; i < 16; i++) {
		unsigned int format = i % 4;
		char path[4096];
		FILE *file;

		snprintf(path, sizeof(path), "%s/verdict-%s.%s", directory, runs[i / 4].name,
			 endings[format]);
		file = fopen(path, "w");
		if (!file)
			return 1;
		if (runs[i / 4].what) {
			tell(runs[i / 4].what, format);
			fputs(stream.report, file);
		} else {
			several(file, format);
		}
		free(stream.report);
		stream.report = NULL;
		if (fclose(file))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passing),   cmocka_unit_test(failing),
		cmocka_unit_test(not_seen),  cmocka_unit_test(tells_of_silences),
		cmocka_unit_test(any_bytes), cmocka_unit_test(disk_full),
	};

	return argc > 1 ? write_to(argv[1]) : cmocka_run_group_tests(tests, NULL, NULL);
}
