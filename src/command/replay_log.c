// SPDX-License-Identifier: GPL-2.0
/*
 * smmuscope replay --dmesg: a log of the kernel instead of a recording. Its events are a stream of
 * their own, as a log knows less than the hooks; a verdict on them is "not observable".
 */
#include "command/replay_log.h"
#include "base/files.h"

#include "base/log.h"
#include "kernel/hooks.h"
#include "klog/reader.h"
#include "klog/stream.h"
#include "session/outputs.h"
#include "version.h"

#include <errno.h>
#include <string.h>

struct replay_log {
	struct run_options options;
	const char *name;
	struct klog_read read;
	struct klog_reader *reader;
	struct refusal refusal;
	struct klog_tally tally;
	struct klog_stream stream;
	bool streaming;
	struct outputs outputs;
	struct streams verdict; /* with --check */
	struct stream_hook hooks[HOOK_COUNT];
	struct devices devices;
	struct stream_info info; /* for the verdict */
};

static int take_event(void *context, const struct klog_event *event)
{
	struct replay_log *log = context;

	return log->streaming ? klog_stream_event(&log->stream, event) : 0;
}

/* What no log tells: the commands, what the SMMU was told, who waited and for how long. */
static void make_info(struct replay_log *log)
{
	for (unsigned int i = 0; i < HOOK_COUNT; i++) {
		log->hooks[i] = (struct stream_hook){
			.id = hooks[i].id,
			.method = "",
			.symbol = "",
			.reason = "a log of the kernel does not show it",
		};
	}
	log->info = (struct stream_info){
		.command = "replay",
		.tool_version = SMMUSCOPE_VERSION,
		.kernel = log->tally.kernel,
		.attach = "",
		.devices = &log->devices,
		.hooks = log->hooks,
		.hook_count = HOOK_COUNT,
	};
}

static int make_filter(const struct cli *cli, struct klog_filter *filter)
{
	const struct run_options *options = &cli->run;
	struct refusal refusal = {};
	int err = 0;

	filter->smmu = options->smmu;
	klog_filter_kinds(filter, options->kinds);
	for (size_t i = 0; !err && i < options->device_count; i++)
		err = klog_filter_device(filter, options->devices[i], &refusal);
	if (!err && cli->since)
		err = klog_filter_time(&filter->since, "--since", cli->since, &refusal);
	if (!err && cli->until)
		err = klog_filter_time(&filter->until, "--until", cli->until, &refusal);
	return err ? refusal_say(&refusal) : EXIT_OK;
}

static int begin(struct replay_log *log)
{
	const struct run_options *options = &log->options;
	struct output *output = &log->outputs.main;
	int err, code = outputs_open(&log->outputs, options);

	if (code)
		return code;
	if (options->judged)
		return outputs_streams(&log->outputs, options, false, &log->info, &log->verdict)
			       ? EXIT_RUNTIME
			       : EXIT_OK;
	log->streaming = options->events;
	err = log->streaming
		      ? klog_stream_open(&log->stream, output->file, options->json, &log->tally)
		      : 0;
	if (err)
		output_fail(output, err);
	return err ? EXIT_RUNTIME : EXIT_OK;
}

/* Why the log itself cannot be read. */
static int refuse(struct replay_log *log, int err)
{
	if (log->refusal.message[0]) {
		log_error("%s: %s", log->name, log->refusal.message);
		log_hint("%s", log->refusal.hint);
		return EXIT_USAGE;
	}
	log_error("%s: %s", log->name, strerror(-err));
	log_hint("name a log of the kernel, as dmesg prints it");
	return EXIT_RUNTIME;
}

static int read_log(struct replay_log *log)
{
	int err = klog_read(log->reader);

	if (!err)
		return EXIT_OK;
	if (log->streaming && ferror(log->outputs.main.file)) {
		output_fail(&log->outputs.main, err);
		return EXIT_RUNTIME;
	}
	return refuse(log, err);
}

static int write_counts(struct replay_log *log, struct output *output, bool json)
{
	int err = json ? klog_tally_json(output->file, &log->tally)
		       : klog_tally_text(output->file, &log->tally);

	if (!err)
		err = output_flush(output);
	if (err)
		output_fail(output, err);
	return err ? EXIT_RUNTIME : EXIT_OK;
}

static int end_stream(struct replay_log *log, int code)
{
	struct output *output = &log->outputs.main;
	int err = klog_stream_close(&log->stream, &log->tally, code ? "error" : "end");

	if (!err)
		err = output_flush(output);
	if (err && !code)
		output_fail(output, err);
	return err ? EXIT_RUNTIME : EXIT_OK;
}

static int judge(struct replay_log *log, int code)
{
	static const struct statistics nothing;
	int err;

	log->info.kernel = log->tally.kernel[0] ? log->tally.kernel : "unknown";
	err = streams_close(&log->verdict, &nothing, &nothing, code ? "error" : "end");

	return err ? EXIT_RUNTIME : streams_code(&log->verdict);
}

static int finish(struct replay_log *log, int code)
{
	const struct run_options *options = &log->options;
	int ended = EXIT_OK, counted = EXIT_OK;

	if (log->streaming)
		ended = end_stream(log, code);
	if (options->judged && !code)
		ended = judge(log, code);
	if (!code && options->report)
		counted = write_counts(log, &log->outputs.main, options->json);
	if (!code && options->stats_file)
		counted = counted ? counted : write_counts(log, &log->outputs.stats, true);
	code = code ? code : counted ? counted : ended;
	/* As of a recording: what is missing comes before what is concluded from the rest. */
	if ((code == EXIT_OK || code == EXIT_VERDICT || code == EXIT_KERNEL) && options->strict &&
	    klog_tally_lost(&log->tally))
		code = EXIT_LOST;
	return code;
}

static int give(struct replay_log *log)
{
	int code, err;

	log->reader = klog_open(&log->read, &log->refusal, &err);
	if (!log->reader)
		return refuse(log, err);
	code = begin(log);
	if (!code)
		code = read_log(log);
	code = finish(log, code);
	outputs_close(&log->outputs);
	klog_close(log->reader);
	return code;
}

int replay_log(const struct cli *cli)
{
	static struct replay_log log;
	const char *path = cli->files[0];
	bool from_stdin = !strcmp(path, "-");
	int code = make_filter(cli, &log.read.filter);

	if (code)
		return code;
	log.read.file = from_stdin ? stdin : fopen(path, "re");
	if (!log.read.file) {
		log_error("%s: %s", path, strerror(errno));
		log_hint("name a log of the kernel, or - for stdin: dmesg | smmuscope replay "
			 "--dmesg -");
		return EXIT_USAGE;
	}
	if (!from_stdin)
		files_read(path, fileno(log.read.file));
	log.name = from_stdin ? "stdin" : path;
	log.options = cli->run;
	log.options.check.source = log.name;
	log.tally.file = log.name;
	log.tally.tool = SMMUSCOPE_VERSION;
	log.read.tally = &log.tally;
	log.read.event = take_event;
	log.read.context = &log;
	make_info(&log);
	code = give(&log);
	klog_tally_free(&log.tally);
	if (!from_stdin)
		fclose(log.read.file);
	return code;
}
