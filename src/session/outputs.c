// SPDX-License-Identifier: GPL-2.0
#include "session/outputs.h"

#include "base/files.h"
#include "base/log.h"
#include "record/record.h"
#include "sink/report.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define FORM_SINK(id, sink) [RUN_##id] = &(sink),
static const struct sink_ops *const forms[] = {RUN_FORMS(FORM_SINK)};

/* With -o FILE.smr alone there is nothing but the recording. */
static bool writes_events(const struct run_options *options)
{
	return options->events && !(options->recording && !options->output);
}

static int open_all(struct outputs *outputs, const struct run_options *options)
{
	int err = 0;

	if (options->report || options->judged || writes_events(options))
		err = output_open(&outputs->main, options->output);
	if (!err && options->stats_file && !strcmp(options->stats_file, "-") &&
	    outputs->main.file == stdout) {
		log_error("--stats: stdout is taken by the events");
		log_hint("name a file, or send the events to one with -o");
		return -EINVAL;
	}
	if (!err && options->recording)
		err = output_open_binary(&outputs->recording, options->recording);
	if (!err && options->stats_file)
		err = output_open(&outputs->stats, options->stats_file);
	return err;
}

/* Only now that all are known to be different. */
static int begin_all(struct outputs *outputs)
{
	int err = output_begin(&outputs->main);

	if (!err)
		err = output_begin(&outputs->recording);
	return err ? err : output_begin(&outputs->stats);
}

int outputs_open(struct outputs *outputs, const struct run_options *options)
{
	int err;

	memset(outputs, 0, sizeof(*outputs));
	if (options->kernel.btf)
		files_read_path(options->kernel.btf);
	err = open_all(outputs, options);
	if (!err)
		err = begin_all(outputs);
	if (!err)
		return EXIT_OK;
	output_take_back(&outputs->main);
	output_take_back(&outputs->recording);
	output_take_back(&outputs->stats);
	return err == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
}

int outputs_streams(struct outputs *outputs, const struct run_options *options, bool packed,
		    const struct stream_info *info, struct streams *streams)
{
	int err = 0;

	if (options->judged || writes_events(options))
		err = streams_open(streams, forms[options->form], &outputs->main, info,
				   options->judged ? &options->check : NULL);
	if (!err && options->recording)
		err = streams_open(streams, packed ? &sink_record_packed : &sink_record,
				   &outputs->recording, info, NULL);
	return err;
}

int outputs_print(FILE *file, const struct statistics *statistics, const struct stream_info *info,
		  bool json)
{
	return json ? report_json(file, statistics, info) : report_text(file, statistics, info);
}

int outputs_report(struct output *output, const struct statistics *statistics,
		   const struct stream_info *info, bool json)
{
	int err = outputs_print(output->file, statistics, info, json);

	if (!err)
		err = output_flush(output);
	if (err)
		output_fail(output, err);
	return err;
}

void outputs_close(struct outputs *outputs)
{
	output_close(&outputs->main);
	output_close(&outputs->recording);
	output_close(&outputs->stats);
}
