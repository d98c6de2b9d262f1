// SPDX-License-Identifier: GPL-2.0
/*
 * smmuscope replay: a recording through the same sinks as a live run. Needs neither an
 * SMMU nor any permission.
 */
#include "command/command.h"
#include "event/decode.h"
#include "command/filter.h"
#include "event/gaps.h"
#include "base/log.h"
#include "base/output.h"
#include "record/model.h"
#include "record/reader.h"
#include "sink/report.h"
#include "session/verdict.h"

#include <errno.h>
#include <string.h>

struct replay {
	const struct cli *cli;
	struct record_reader reader;
	struct filter filter;
	struct check_options check;
	struct output output, recording, stats;
	struct sink sinks[2];
	struct output *outputs[2];
	size_t sink_count;
	struct statistics statistics; /* what there is to say; lists are the reader's */
	const char *reason;
	struct gaps_narrowed narrowed;
	bool left_out; /* an event, by a filter */
	struct {
		struct smmu_event event;
		unsigned char payload[RECORD_PAYLOAD_MAX];
	} renumbered;
	__u64 given[SMMU_EVENT_KIND_COUNT]; /* events, by kind */
	__u64 missing;			    /* events in holes, as far as is known */
	bool holes;
	bool cut;
};

static int refuse(const struct replay *replay, const struct record_error *error)
{
	log_error("%s: %s", replay->cli->files[0], error->message);
	log_hint("%s", error->hint);
	return error->code == RECORD_IO || error->code == RECORD_MEMORY ? EXIT_RUNTIME : EXIT_USAGE;
}

static bool sid_wanted(const struct replay *replay, __u64 smmu, __u32 sid)
{
	const struct filter *filter = &replay->filter;

	if (!filter->sid_count)
		return !filter->smmu || filter->smmu == smmu;
	for (size_t i = 0; i < filter->sid_count; i++) {
		if (filter->sids[i].sid == sid && (!smmu || filter->sids[i].smmu == smmu))
			return true;
	}
	return false;
}

/* Commands that carry a StreamID. */
static bool names_stream(unsigned int opcode)
{
	return opcode == SMMU_OP_ATC_INV || opcode == SMMU_OP_CFGI_STE ||
	       opcode == SMMU_OP_CFGI_CD || opcode == SMMU_OP_CFGI_CD_ALL;
}

static bool list_wanted(const struct replay *replay, const struct smmu_submit *submit)
{
	const struct cli *cli = replay->cli;

	if (replay->filter.smmu && submit->smmu != replay->filter.smmu)
		return false;
	if (cli->failed_only && submit->result >= 0)
		return false;
	if (cli->latency_above_ns && submit->duration_ns <= cli->latency_above_ns)
		return false;
	if (!replay->filter.sid_count)
		return true;
	for (unsigned int i = 0; i < submit->captured; i++) {
		__u64 word = submit->command[i].word[0];

		if (names_stream(SMMU_CMD_OPCODE(word)) &&
		    sid_wanted(replay, submit->smmu, SMMU_CMD_SID(word)))
			return true;
	}
	return false;
}

/* As the BPF side would have let it through. */
static bool wanted(const struct replay *replay, const struct smmu_event *event, const void *payload)
{
	const struct smmu_fence *fence = payload;
	const struct smmu_ats *ats = payload;
	const struct smmu_reset *reset = payload;
	const struct smmu_attach *attach = payload;

	if (!(replay->cli->kinds & 1U << event->kind))
		return false;
	switch ((enum smmu_event_kind)event->kind) {
	case SMMU_EVENT_SUBMIT:
		return list_wanted(replay, payload);
	case SMMU_EVENT_FENCE:
	case SMMU_EVENT_UNFENCE:
		return sid_wanted(replay, fence->smmu, fence->sid);
	case SMMU_EVENT_ATS:
		return sid_wanted(replay, 0, ats->sid);
	case SMMU_EVENT_RESET:
		return sid_wanted(replay, 0, reset->sid);
	case SMMU_EVENT_ATTACH:
		return sid_wanted(replay, 0, attach->sid);
	case SMMU_EVENT_INJECT:
	case SMMU_EVENT_CMDQ_ERROR:
	case SMMU_EVENT_ISR:
	case SMMU_EVENT_REGISTERS:
	case SMMU_EVENT_INVALIDATION:
	case SMMU_EVENT_FORBIDDEN:
	case SMMU_EVENT_UNMAP:
	case SMMU_EVENT_KIND_COUNT:
		break;
	}
	return true;
}

static int pass_on(struct replay *replay, const struct smmu_event *event, size_t length)
{
	const void *payload = decode_payload(event, length);
	bool keep;
	__u32 seq;

	/* A kind of a later version: there is nothing that shows it. */
	if (!payload)
		return 0;
	replay->given[event->kind]++;
	keep = wanted(replay, event, payload);
	seq = gaps_renumber(&replay->narrowed, event->cpu, event->seq, keep);
	replay->left_out |= !keep;
	if (!keep)
		return 0;
	/* What a filter takes out must not look lost. */
	if (replay->left_out) {
		memcpy(&replay->renumbered, event, length);
		replay->renumbered.event.seq = seq;
		event = &replay->renumbered.event;
	}
	for (size_t i = 0; i < replay->sink_count; i++) {
		int err = replay->sinks[i].ops->event(&replay->sinks[i], event, length);

		if (err) {
			output_fail(replay->outputs[i], err);
			return err;
		}
	}
	return 0;
}

static void say_hole(struct replay *replay, const char *what)
{
	const struct record_hole *hole = &replay->reader.hole;

	replay->missing += hole->events;
	log_warn("%s: %s at byte %llu: %llu blocks with %llu events are missing",
		 replay->cli->files[0], what, hole->offset, hole->blocks, hole->events);
}

/* Without its end a recording does not say what was lost; what was given is known. */
static void count_given(struct replay *replay)
{
	struct statistics *statistics = &replay->statistics;

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

/* In place: the list is the reader's, and nobody else looks at it. */
static void renumber_ends(struct replay *replay)
{
	const struct statistics *statistics = &replay->statistics;

	for (size_t cpu = 0; replay->left_out && cpu < statistics->sequence_count; cpu++)
		statistics->sequence[cpu] = gaps_renumber_end(&replay->narrowed, (unsigned int)cpu,
							      statistics->sequence[cpu]);
}

static int read_events(struct replay *replay)
{
	struct record_error error = {};

	for (;;) {
		switch (record_next(&replay->reader, &error)) {
		case RECORD_EVENT:
			if (pass_on(replay, replay->reader.event, replay->reader.length))
				return EXIT_RUNTIME;
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
}

/* What is missing may have been of any kind: no rule is to take that for nothing. */
static void admit_loss(const struct replay *replay, struct statistics *statistics)
{
	__u64 missing = replay->missing ? replay->missing : 1;

	if (!replay->holes && !replay->cut)
		return;
	for (unsigned int kind = 0; kind < SMMU_EVENT_KIND_COUNT; kind++)
		statistics->ledger[kind].lost += missing;
	statistics->loss.lost += replay->cut && replay->missing ? 0 : missing;
}

static int close_sinks(struct replay *replay)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < replay->sink_count; i++) {
		struct sink *sink = &replay->sinks[i];
		struct statistics statistics = replay->statistics;
		int err;

		if (sink->ops == &sink_check)
			admit_loss(replay, &statistics);
		err = sink->ops->close(sink, &statistics, replay->reason);
		if (!err)
			err = output_flush(replay->outputs[i]);
		if (err) {
			output_fail(replay->outputs[i], err);
			code = EXIT_RUNTIME;
		} else if (code == EXIT_OK) {
			code = sink->code;
		}
	}
	return code;
}

static int write_report(struct replay *replay, struct output *output, bool json)
{
	const struct statistics *statistics = &replay->statistics;
	const struct stream_info *info = replay->reader.info;
	int err;

	if (replay->cut) {
		log_error("%s: it was cut off, and the statistics are at its end",
			  replay->cli->files[0]);
		log_hint("its events can be replayed");
		return EXIT_RUNTIME;
	}
	err = json ? report_json(output->file, statistics, info)
		   : report_text(output->file, statistics, info);
	if (!err)
		err = output_flush(output);
	if (err)
		output_fail(output, err);
	return err ? EXIT_RUNTIME : EXIT_OK;
}

static int open_sink(struct replay *replay, const struct sink_ops *ops, struct output *output,
		     const void *options)
{
	struct sink *sink = &replay->sinks[replay->sink_count];
	int err;

	sink->ops = ops;
	sink->file = output->file;
	sink->info = replay->reader.info;
	sink->options = options;
	err = ops->open(sink);
	if (err) {
		output_fail(output, err);
		return EXIT_RUNTIME;
	}
	replay->outputs[replay->sink_count++] = output;
	return EXIT_OK;
}

static int open_sinks(struct replay *replay)
{
	const struct cli *cli = replay->cli;
	bool alone = cli->recording && !cli->output && !cli->stat && !cli->check;
	int code = EXIT_OK;

	if ((!alone && output_open(&replay->output, cli->output)) ||
	    (cli->recording && output_open_binary(&replay->recording, cli->recording)) ||
	    (cli->stats_file && output_open(&replay->stats, cli->stats_file)))
		return EXIT_RUNTIME;
	if (cli->check)
		code = open_sink(replay, &sink_check, &replay->output, &replay->check);
	else if (!cli->stat && !alone)
		code = open_sink(replay, cli->json ? &sink_json : &sink_text, &replay->output,
				 NULL);
	if (!code && cli->recording)
		code = open_sink(replay, &sink_record_packed, &replay->recording, NULL);
	return code;
}

static int give(struct replay *replay)
{
	const struct loss *loss = &replay->statistics.loss;
	int code = open_sinks(replay), closed;

	if (!code)
		code = read_events(replay);
	if (!replay->reason)
		replay->reason = "error";
	closed = close_sinks(replay);
	if (!code)
		code = closed;
	if ((!code || code == EXIT_VERDICT) && replay->cli->stat)
		code = write_report(replay, &replay->output, replay->cli->json);
	if ((!code || code == EXIT_VERDICT) && replay->cli->stats_file) {
		int reported = write_report(replay, &replay->stats, true);

		code = reported ? reported : code;
	}
	if (!code && replay->cli->strict &&
	    (replay->holes || replay->cut || loss->lost || loss->skipped_by_kernel))
		code = EXIT_LOST;
	return code;
}

static int replay_file(struct replay *replay, FILE *file)
{
	struct record_error error = {};
	int code;

	if (record_open(&replay->reader, file, &error))
		return refuse(replay, &error);
	record_narrow(&replay->reader, replay->cli->kinds, filter_kinds(replay->cli));
	code = filter_resolve(&replay->filter, replay->cli, replay->reader.info->devices)
		       ? EXIT_USAGE
		       : give(replay);
	output_close(&replay->output);
	output_close(&replay->recording);
	output_close(&replay->stats);
	record_close(&replay->reader);
	return code;
}

int command_replay(const struct cli *cli)
{
	static struct replay replay;
	int code = verdict_options(cli, &replay.check);
	FILE *file;

	if (code)
		return code;
	replay.cli = cli;
	replay.check.source = cli->files[0];
	file = fopen(cli->files[0], "re");
	if (!file) {
		log_error("%s: %s", cli->files[0], strerror(errno));
		log_hint("name a recording, as `smmuscope trace -o run.smr` makes it");
		return EXIT_USAGE;
	}
	code = replay_file(&replay, file);
	fclose(file);
	return code;
}
