// SPDX-License-Identifier: GPL-2.0
#include "session/outputs.h"

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

int outputs_open(struct outputs *outputs, const struct run_options *options)
{
	int err = 0;

	memset(outputs, 0, sizeof(*outputs));
	if (options->report || options->judged || writes_events(options))
		err = output_open(&outputs->main, options->output);
	if (!err && options->recording)
		err = output_open_binary(&outputs->recording, options->recording);
	if (!err && options->stats_file)
		err = output_open(&outputs->stats, options->stats_file);
	return err;
}

static bool same_file(const struct output *a, const struct output *b)
{
	struct stat one, other;

	return a->file && b->file && !fstat(fileno(a->file), &one) &&
	       !fstat(fileno(b->file), &other) && S_ISREG(one.st_mode) &&
	       one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

int outputs_distinct(const struct outputs *outputs, const struct run_options *options)
{
	if (!options->stats_file)
		return 0;
	if (!strcmp(options->stats_file, "-") && outputs->main.file == stdout) {
		log_error("--stats: stdout is taken by the events");
		log_hint("name a file, or send the events to one with -o");
		return -EINVAL;
	}
	if (!same_file(&outputs->main, &outputs->stats) &&
	    !same_file(&outputs->recording, &outputs->stats))
		return 0;
	log_error("--stats: %s is written to already", options->stats_file);
	log_hint("name another file");
	return -EINVAL;
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
