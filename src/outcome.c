// SPDX-License-Identifier: GPL-2.0
#include "session_internal.h"

#include "json.h"
#include "log.h"
#include "report.h"
#include "scan.h"

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

static void json_rule(struct json *json, const struct session_options *options, __u32 rule,
		      const struct smmu_rule_state *state)
{
	json_object_begin(json);
	json_key(json, "type");
	json_string(json, "rule");
	json_key(json, "rule");
	json_u64(json, rule);
	json_key(json, "text");
	json_string(json, options->rule_texts[rule]);
	json_key(json, "matched");
	json_u64(json, state->matched);
	json_key(json, "fired");
	json_u64(json, state->fired);
	json_key(json, "repeated");
	json_u64(json, state->repeated);
	json_key(json, "expired");
	json_u64(json, state->expired);
	json_object_end(json);
}

/* What each rule did, on stderr and, with --json, in the stream. */
static int report_rules(struct session *session)
{
	const struct session_options *options = session->options;
	struct json json;
	int err = 0;

	json_init(&json, session->output.file);
	session->rules_idle = 0;
	for (__u32 i = 0; options->rules && i < options->rules->count && !err; i++) {
		struct smmu_rule_state state = {};

		loader_rule_state(session->loader, i, &state);
		if (!state.fired) {
			session->rules_idle++;
			log_warn("rule %u never fired: %s", i, options->rule_texts[i]);
			log_hint("%llu ATC invalidations matched, %llu of them too late; was the "
				 "device in use?",
				 state.matched, state.expired);
		}
		if (options->json) {
			json_rule(&json, options, i, &state);
			err = json_line(&json);
		} else {
			log_info("rule %u fired %llu of %llu times (%llu matches, %llu retries "
				 "failed with it)",
				 i, state.fired, options->rules->wire[i].times, state.matched,
				 state.repeated);
		}
	}
	json_free(&json);
	return err;
}

static int close_sink(struct session *session, const struct statistics *statistics)
{
	int err = session->sink_error;

	if (!session->sink_open)
		return err;
	/* A write that was blocked until a signal came would be blocked again. */
	if (err == -EINTR)
		output_abandon(&session->output);
	if (!err)
		err = report_rules(session);
	if (!err)
		err = session->sink.ops->close(&session->sink, statistics, session->reason);
	else
		session->sink.ops->close(&session->sink, statistics, "error");
	if (!err)
		err = output_flush(&session->output);
	session->sink_open = false;
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

static int check_loss(const struct session *session, const struct statistics *statistics)
{
	const struct loss *loss = &statistics->loss;

	if (loss->emitted != loss->consumed)
		log_warn("%llu events were put into the ring and %llu came out: please report this",
			 loss->emitted, loss->consumed);
	if (loader_uncounted(session->loader)) {
		log_warn("%llu lists or commands are not in the statistics: more than %d queues "
			 "or %d StreamIDs",
			 loader_uncounted(session->loader), SMMU_QUEUES_MAX, SMMU_DEVICES_MAX);
		if (session->options->strict)
			return EXIT_LOST;
	}
	if (!loss->lost && !loss->skipped_by_kernel)
		return EXIT_OK;
	log_warn("%llu of %llu events lost, %llu hits skipped by the kernel", loss->lost,
		 loss->attempted, loss->skipped_by_kernel);
	if (loss->lost)
		log_hint("a larger ring (--ring) or a narrower filter loses less");
	return session->options->strict ? EXIT_LOST : EXIT_OK;
}

int outcome_finish(struct session *session)
{
	struct statistics statistics = {};
	int code = EXIT_OK, err;

	session->stopped_ns = clock_ns(CLOCK_MONOTONIC);
	loader_detach(session->loader);
	do {
		session->burst = 0;
	} while (loader_consume(session->loader) == -EAGAIN);
	if (collect_statistics(session, &statistics))
		code = EXIT_RUNTIME;
	err = close_sink(session, &statistics);
	if (err)
		output_fail(&session->output, err);
	/* Statistics that could not be read were said, and are not reported. */
	if (!code && write_reports(session, &statistics, !err))
		code = EXIT_RUNTIME;
	if (err)
		code = EXIT_RUNTIME;
	if (code == EXIT_OK)
		code = check_loss(session, &statistics);
	if (code == EXIT_OK && session->rules_idle)
		code = EXIT_VERDICT;
	statistics_free(&statistics);
	return code;
}
