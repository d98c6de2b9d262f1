// SPDX-License-Identifier: GPL-2.0
/*
 * Reads any bytes as a recording and gives each event to every sink. Built with -DFUZZING,
 * which accepts any CRC.
 */
#include "check/check.h"
#include "base/log.h"
#include "record/reader.h"
#include "record/record.h"
#include "sink/report.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#define SINKS 4

struct target {
	struct sink sink;
	bool open;
};

static FILE *nowhere;

static void open_all(struct target *targets, const struct record_reader *reader,
		     const struct check_options *options)
{
	static const struct sink_ops *const ops[SINKS] = {&sink_text, &sink_json, &sink_record,
							  &sink_check};

	for (int i = 0; i < SINKS; i++) {
		targets[i].sink = (struct sink){
			.ops = ops[i],
			.file = nowhere,
			.info = reader->info,
			.options = options,
		};
		targets[i].open = !ops[i]->open(&targets[i].sink);
	}
}

static void give(struct target *targets, const struct record_reader *reader)
{
	for (int i = 0; i < SINKS; i++) {
		if (targets[i].open)
			targets[i].sink.ops->event(&targets[i].sink, reader->record);
	}
}

static void close_all(struct target *targets, const struct statistics *statistics,
		      const char *reason)
{
	for (int i = 0; i < SINKS; i++) {
		if (targets[i].open)
			targets[i].sink.ops->close(&targets[i].sink, statistics, reason);
	}
}

static void replay(struct record_reader *reader, enum check_format format)
{
	static const struct statistics nothing;
	struct check_options options = check_defaults();
	struct target targets[SINKS] = {};
	struct record_error error = {};
	enum record_result result;

	options.format = format;
	open_all(targets, reader, &options);
	while ((result = record_next(reader, &error)) == RECORD_EVENT || result == RECORD_HOLE ||
	       result == RECORD_UNKNOWN) {
		if (result == RECORD_EVENT)
			give(targets, reader);
	}
	if (result == RECORD_FAILED && !error.message[0])
		abort();
	if (result != RECORD_END) {
		close_all(targets, &nothing, "cut");
		return;
	}
	close_all(targets, &reader->statistics, reader->reason);
	report_json(nowhere, &reader->statistics, reader->info);
	report_text(nowhere, &reader->statistics, reader->info);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct record_reader reader = {};
	struct record_error error = {};
	FILE *file = size ? fmemopen((void *)data, size, "r") : NULL;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!file || !nowhere)
		return 0;
	if (record_open(&reader, file, &error)) {
		if (!error.message[0] || !error.hint[0])
			abort();
	} else {
		replay(&reader, (enum check_format)(size % 4));
		record_close(&reader);
	}
	fclose(file);
	return 0;
}
