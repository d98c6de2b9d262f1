// SPDX-License-Identifier: GPL-2.0
#include "session/internal.h"

#include "base/log.h"
#include "sink/report.h"
#include "load/scan.h"

#include <errno.h>
#include <string.h>

static int collect_statistics(struct session *session, struct statistics *statistics)
{
	int err = loader_statistics(session->loader, statistics);

	statistics->duration_ns =
		(session->stopped_ns ? session->stopped_ns : clock_ns(CLOCK_MONOTONIC)) -
		session->started_ns;
	statistics->loss.consumed = session->consumed;
	if (err)
		log_error("the statistics cannot be read from the kernel: %s", strerror(-err));
	return err;
}

static int print_report(const struct session *session, const struct statistics *statistics,
			FILE *file, bool json)
{
	return json ? report_json(file, statistics, &session->info)
		    : report_text(file, statistics, &session->info);
}

int outcome_report(struct session *session, FILE *file, bool json)
{
	struct statistics statistics = {};
	int err;

	/* Where ATS stands now, and devices that came since the start. */
	scan_devices(session->scan, session->devices);
	err = collect_statistics(session, &statistics);
	if (!err)
		err = print_report(session, &statistics, file, json);
	statistics_free(&statistics);
	return err;
}

/* What each rule did, for people; the streams say it for themselves. */
static void say_rules(struct session *session, const struct statistics *statistics)
{
	const struct session_options *options = session->options;

	session->rules_idle = 0;
	for (size_t i = 0; i < statistics->rule_count; i++) {
		const struct smmu_rule_state *state = &statistics->rules[i];

		if (state->fired) {
			log_info("rule %zu fired %llu of %llu times (%llu matches, %llu retries "
				 "failed with it)",
				 i, state->fired, options->rules->wire[i].times, state->matched,
				 state->repeated);
			continue;
		}
		session->rules_idle++;
		log_warn("rule %zu never fired: %s", i, options->rule_texts[i]);
		log_hint("%llu ATC invalidations matched, %llu of them too late; was the "
			 "device in use?",
			 state->matched, state->expired);
	}
}

static int close_stream(struct session *session, struct stream *stream,
			const struct statistics *statistics)
{
	int err = stream->error;

	if (!stream->open)
		return err;
	stream->open = false;
	/* A write that was blocked until a signal came would be blocked again. */
	if (err == -EINTR)
		output_abandon(stream->output);
	if (err) {
		stream->sink.ops->close(&stream->sink, statistics, "error");
	} else {
		err = stream->sink.ops->close(&stream->sink, statistics,
					      session->failed ? "error" : session->reason);
		if (!err)
			err = output_flush(stream->output);
	}
	if (err)
		output_fail(stream->output, err);
	return err;
}

/* All of them, also when one could not be written. */
static int close_streams(struct session *session, const struct statistics *statistics)
{
	int err = session->failed;

	for (size_t i = 0; i < session->stream_count; i++) {
		int wrong = close_stream(session, &session->streams[i], statistics);

		err = err ? err : wrong;
	}
	return err;
}

/* One report to one place; what goes wrong there is said there. */
static int write_report(struct session *session, const struct statistics *statistics,
			struct output *output, bool json)
{
	int err = print_report(session, statistics, output->file, json);

	if (!err)
		err = output_flush(output);
	if (err)
		output_fail(output, err);
	return err;
}

/*
 * Both from the same statistics: nothing is counted any more. A stream that could not
 * be written does not keep --stats from being.
 */
static int write_reports(struct session *session, const struct statistics *statistics,
			 bool stream_good)
{
	const struct session_options *options = session->options;
	bool report = options->report && stream_good;
	int err = 0;

	if (!report && !session->stats.file)
		return 0;
	/* Where ATS stands now, and devices that came since the start. */
	scan_devices(session->scan, session->devices);
	if (report)
		err = write_report(session, statistics, &session->output, options->json);
	if (session->stats.file && write_report(session, statistics, &session->stats, true))
		err = -EIO;
	return err;
}

static void say_loss(const struct loss *loss)
{
	log_warn("%llu of %llu events lost, %llu hits skipped by the kernel", loss->lost,
		 loss->attempted, loss->skipped_by_kernel);
	if (loss->lost)
		log_hint("a larger ring (--ring) or a narrower filter loses less");
}

static int check_loss(const struct session *session, const struct statistics *statistics)
{
	const struct loss *loss = &statistics->loss;
	int code = EXIT_OK;

	if (loss->emitted != loss->consumed) {
		log_warn("%llu events were put into the ring and %llu came out: please report this",
			 loss->emitted, loss->consumed);
		code = EXIT_LOST;
	}
	if (loader_uncounted(session->loader)) {
		log_warn("%llu lists or commands are not in the statistics: more than %d queues "
			 "or %d StreamIDs",
			 loader_uncounted(session->loader), SMMU_QUEUES_MAX, SMMU_DEVICES_MAX);
		code = EXIT_LOST;
	}
	if (loss->lost || loss->skipped_by_kernel) {
		say_loss(loss);
		code = EXIT_LOST;
	}
	return session->options->strict ? code : EXIT_OK;
}

int outcome_finish(struct session *session)
{
	struct statistics statistics = {};
	int code = EXIT_OK, err;

	session->stopped_ns = clock_ns(CLOCK_MONOTONIC);
	loader_detach(session->loader);
	session->burst_end = session->consumed; /* without a pause */
	loader_consume(session->loader);
	if (collect_statistics(session, &statistics))
		code = EXIT_RUNTIME;
	say_rules(session, &statistics);
	/* A recording ends with the devices as the reports have them. */
	if (session->recording.file)
		scan_devices(session->scan, session->devices);
	err = close_streams(session, &statistics);
	/* Statistics that could not be read were said, and are not reported. */
	if (!code && write_reports(session, &statistics, !err))
		code = EXIT_RUNTIME;
	if (err)
		code = EXIT_RUNTIME;
	if (code == EXIT_OK)
		code = check_loss(session, &statistics);
	if (code == EXIT_OK && session->rules_idle)
		code = EXIT_VERDICT;
	for (size_t i = 0; i < session->stream_count; i++) {
		if (code == EXIT_OK)
			code = session->streams[i].sink.code;
	}
	statistics_free(&statistics);
	return code;
}
