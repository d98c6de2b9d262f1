// SPDX-License-Identifier: GPL-2.0
/*
 * smmuscope replay: a recording through the same streams as a live run. Needs neither an
 * SMMU nor any permission.
 */
#include "command/command.h"
#include "base/files.h"
#include "command/replay_log.h"
#include "base/log.h"
#include "base/patience.h"
#include "event/gaps.h"
#include "record/model.h"
#include "record/reader.h"
#include "session/filter.h"
#include "session/outputs.h"

#include <errno.h>
#include <string.h>

struct replay {
	struct run_options options;
	const char *file;
	struct record_reader reader;
	struct filter filter;
	struct outputs outputs;
	struct streams streams;
	struct statistics statistics; /* for the outputs; its lists are the reader's */
	const char *reason;
	struct gaps_narrowed narrowed;
	bool left_out; /* a filter has left out an event */
	struct {
		struct smmu_event event;
		unsigned char payload[RECORD_PAYLOAD_MAX];
	} renumbered;
	__u64 read;			    /* events */
	__u64 given[SMMU_EVENT_KIND_COUNT]; /* events, by kind */
	__u64 last_ns;			    /* the latest of them, whatever the filter says */
	__u64 missing;			    /* events in holes, as far as is known */
	bool holes;
	bool cut;
};

static int refuse(const struct replay *replay, const struct record_error *error)
{
	log_error("%s: %s", replay->file, error->message);
	log_hint("%s", error->hint);
	return error->code == RECORD_IO || error->code == RECORD_MEMORY ? EXIT_RUNTIME : EXIT_USAGE;
}

static void pass_on(struct replay *replay, struct event_record record)
{
	const struct smmu_event *event = record.event;
	bool keep = filter_wants(&replay->filter, &replay->options, event);
	__u32 seq = gaps_renumber(&replay->narrowed, event->cpu, event->seq, keep);

	replay->given[event->kind]++;
	if (event->ts_ns > replay->last_ns)
		replay->last_ns = event->ts_ns;
	replay->read++;
	replay->left_out |= !keep;
	if (!keep)
		return;
	/* Events that a filter takes out must not look lost. */
	if (replay->left_out) {
		memcpy(&replay->renumbered, event, record.length);
		replay->renumbered.event.seq = seq;
		record.event = &replay->renumbered.event;
	}
	streams_put(&replay->streams, record);
}

static void say_hole(struct replay *replay, const char *what)
{
	const struct record_hole *hole = &replay->reader.hole;

	replay->missing += hole->events;
	log_warn("%s: %s at byte %llu: %llu blocks with %llu events are missing", replay->file,
		 what, hole->offset, hole->blocks, hole->events);
}

/*
 * Without its end a recording does not say what was lost, or how long the run was; what was given
 * is known.
 */
static void count_given(struct replay *replay)
{
	struct statistics *statistics = &replay->statistics;
	__u64 began = replay->reader.info->monotonic_ns;

	if (replay->last_ns > began)
		statistics->duration_ns = replay->last_ns - began;

	for (unsigned int kind = 0; kind < SMMU_EVENT_KIND_COUNT; kind++) {
		struct smmu_ledger *ledger = &statistics->ledger[kind];

		ledger->attempted = ledger->emitted = replay->given[kind];
		statistics->loss.attempted += ledger->attempted;
		statistics->loss.emitted += ledger->emitted;
	}
	statistics->loss.consumed = statistics->loss.emitted;
	statistics->loss.attempted += replay->missing;
	statistics->loss.lost = replay->missing;
	statistics->events = true;
}

/* In place: the list is the reader's, and nothing else looks at it. */
static void renumber_ends(struct replay *replay)
{
	const struct statistics *statistics = &replay->statistics;

	for (size_t cpu = 0; replay->left_out && cpu < statistics->sequence_count; cpu++)
		statistics->sequence[cpu] = gaps_renumber_end(&replay->narrowed, (unsigned int)cpu,
							      statistics->sequence[cpu]);
}

/* As live, before the event that is the first to need it. */
static void renamed(struct replay *replay)
{
	replay->reader.renamed = false;
	filter_follow(&replay->filter, &replay->options, replay->reader.info->devices);
	streams_renamed(&replay->streams);
}

static int read_events(struct replay *replay)
{
	struct record_error error = {};

	while (!replay->streams.error && !patience_ended()) {
		switch (record_next(&replay->reader, &error)) {
		case RECORD_EVENT:
			if (replay->reader.renamed)
				renamed(replay);
			pass_on(replay, replay->reader.record);
			break;
		case RECORD_UNKNOWN:
			/* A kind that only a newer version knows: skip it. */
			break;
		case RECORD_HOLE:
			replay->holes = true;
			say_hole(replay, "damaged");
			break;
		case RECORD_END:
			replay->statistics = replay->reader.statistics;
			renumber_ends(replay);
			replay->reason = replay->reader.reason;
			return EXIT_OK;
		case RECORD_CUT:
			replay->cut = true;
			say_hole(replay, "cut off");
			replay->reason = "cut";
			count_given(replay);
			return EXIT_OK;
		case RECORD_FAILED:
			return refuse(replay, &error);
		}
	}
	if (replay->streams.error)
		return EXIT_RUNTIME;
	/* As if it were cut off there: nothing is torn, and nothing is concluded from a part. */
	log_error("%s: ended by a signal before its end", replay->file);
	replay->cut = true;
	replay->reason = "signal";
	count_given(replay);
	return EXIT_RUNTIME;
}

/* Missing events may have been of any kind: count them as lost in each. */
static struct statistics with_loss(const struct replay *replay)
{
	struct statistics statistics = replay->statistics;
	__u64 missing = replay->missing ? replay->missing : 1;

	if (!replay->holes && !replay->cut)
		return statistics;
	for (unsigned int kind = 0; kind < SMMU_EVENT_KIND_COUNT; kind++)
		statistics.ledger[kind].lost += missing;
	statistics.loss.lost += replay->cut && replay->missing ? 0 : missing;
	return statistics;
}

static int close_streams(struct replay *replay)
{
	const struct statistics worst = with_loss(replay);
	int err = streams_close(&replay->streams, &replay->statistics, &worst, replay->reason);

	return err ? EXIT_RUNTIME : streams_code(&replay->streams);
}

static int write_report(struct replay *replay, struct output *output, bool json)
{
	if (replay->cut) {
		log_error("%s: it was cut off, and the statistics are at its end", replay->file);
		log_hint("its events can be replayed");
		return EXIT_RUNTIME;
	}
	return outputs_report(output, &replay->statistics, replay->reader.info, json) ? EXIT_RUNTIME
										      : EXIT_OK;
}

/* Nothing went wrong: the code is a verdict's. */
static bool all_went_well(int code)
{
	return code == EXIT_OK || code == EXIT_VERDICT || code == EXIT_KERNEL;
}

static int write_reports(struct replay *replay, int code)
{
	const struct run_options *options = &replay->options;

	if (all_went_well(code) && options->report)
		code = write_report(replay, &replay->outputs.main, options->json);
	if (all_went_well(code) && options->stats_file) {
		int reported = write_report(replay, &replay->outputs.stats, true);

		code = reported ? reported : code;
	}
	return code;
}

static int give(struct replay *replay)
{
	const struct run_options *options = &replay->options;
	const struct loss *loss = &replay->statistics.loss;
	int code = outputs_open(&replay->outputs, options), closed;

	if (code)
		return code;
	/* Compresses at once: no live run has to wait for it. */
	if (outputs_streams(&replay->outputs, options, true, replay->reader.info, &replay->streams))
		code = EXIT_RUNTIME;
	patience_take(&replay->read);
	if (!code)
		code = read_events(replay);
	if (!replay->reason)
		replay->reason = "error";
	closed = close_streams(replay);
	patience_release();
	code = write_reports(replay, code ? code : closed);
	/* As live: what is lost comes before what is concluded from the rest. */
	if (all_went_well(code) && options->strict &&
	    (replay->holes || replay->cut || loss->lost || loss->skipped_by_kernel ||
	     blind_longest(&replay->statistics.blind)))
		code = EXIT_LOST;
	return code;
}

static int replay_file(struct replay *replay, FILE *file)
{
	const struct run_options *options = &replay->options;
	struct record_error error = {};
	int code;

	if (record_open(&replay->reader, file, &error))
		return refuse(replay, &error);
	record_narrow(&replay->reader, options->kinds, filter_kinds(options));
	code = filter_resolve(&replay->filter, options, replay->reader.info->devices)
		       ? EXIT_USAGE
		       : give(replay);
	outputs_close(&replay->outputs);
	record_close(&replay->reader);
	return code;
}

int command_replay(const struct cli *cli)
{
	static struct replay replay;
	FILE *file;
	int code;

	if (cli->kernel_log)
		return replay_log(cli);
	file = fopen(cli->files[0], "re");
	replay.options = cli->run;
	replay.file = cli->files[0];
	replay.options.check.source = replay.file;
	if (!file) {
		log_error("%s: %s", replay.file, strerror(errno));
		log_hint("name a recording, as `smmuscope trace -o run.smr` makes it");
		return EXIT_USAGE;
	}
	files_read(replay.file, fileno(file));
	code = replay_file(&replay, file);
	fclose(file);
	return code;
}
