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

int outcome_report(struct session *session, FILE *file, bool json)
{
	struct statistics statistics = {};
	int err;

	/* Where ATS stands now, and devices that came since the start. */
	scan_devices(session->scan, session->devices);
	err = collect_statistics(session, &statistics);
	if (!err)
		err = json ? report_json(file, &statistics, &session->info)
			   : report_text(file, &statistics, &session->info);
	statistics_free(&statistics);
	return err;
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
		if (!options->json) {
			log_info("rule %u fired %llu of %llu times (%llu matches, %llu retries "
				 "failed "
				 "with it)",
				 i, state.fired, options->rules->wire[i].times, state.matched,
				 state.repeated);
			continue;
		}
		json_object_begin(&json);
		json_key(&json, "type");
		json_string(&json, "rule");
		json_key(&json, "rule");
		json_u64(&json, i);
		json_key(&json, "text");
		json_string(&json, options->rule_texts[i]);
		json_key(&json, "matched");
		json_u64(&json, state.matched);
		json_key(&json, "fired");
		json_u64(&json, state.fired);
		json_key(&json, "repeated");
		json_u64(&json, state.repeated);
		json_key(&json, "expired");
		json_u64(&json, state.expired);
		json_object_end(&json);
		err = json_line(&json);
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

static int write_stats_file(struct session *session)
{
	int err;

	if (!session->stats.file)
		return 0;
	err = outcome_report(session, session->stats.file, true);
	if (!err)
		err = output_flush(&session->stats);
	if (err)
		output_fail(&session->stats, err);
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
	const struct session_options *options = session->options;
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
	if (!err && options->report) {
		err = outcome_report(session, session->output.file, options->json);
		if (!err)
			err = output_flush(&session->output);
	}
	if (err) {
		output_fail(&session->output, err);
		code = EXIT_RUNTIME;
	}
	if (write_stats_file(session))
		code = EXIT_RUNTIME;
	if (code == EXIT_OK)
		code = check_loss(session, &statistics);
	if (code == EXIT_OK && session->rules_idle)
		code = EXIT_VERDICT;
	statistics_free(&statistics);
	return code;
}
