// SPDX-License-Identifier: GPL-2.0
#include "session/internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "device/domain.h"
#include "event/decode.h"

#include <errno.h>
#include <string.h>

/* What the devices with kind=device counted, in the place of what the BPF side did not see. */
static void add_silences(const struct session *session, struct statistics *statistics)
{
	const struct injection *injection = session->injection;

	statistics->inject_rule_count = injection ? injection->count : 0;
	for (size_t i = 0; i < statistics->inject_rule_count; i++) {
		struct rule_silence *silence = &statistics->silences[i];

		if (!silences_outcome(&injection->silences, i, silence))
			continue;
		statistics->inject_rules[i] = (struct smmu_rule_state){
			.matched = silence->answered + silence->unanswered,
			.fired = silence->unanswered,
		};
	}
}

static int collect_statistics(struct session *session, struct statistics *statistics)
{
	int err = loader_statistics(session->loader, statistics);

	add_silences(session, statistics);

	statistics->duration_ns =
		(session->stopped_ns ? session->stopped_ns : clock_kernel_ns(CLOCK_MONOTONIC)) -
		session->started_ns;
	statistics->loss.consumed = session->consumed;
	statistics->blind = session->blind.sum;
	if (err)
		log_error("the statistics cannot be read from the kernel: %s", strerror(-err));
	return err;
}

int outcome_report(struct session *session)
{
	struct statistics statistics = {};
	int err;

	session_rescan(session);
	err = collect_statistics(session, &statistics);
	if (!err)
		err = outputs_print(session->outputs.main.file, &statistics, &session->info,
				    session->options->json);
	statistics_free(&statistics);
	return err;
}

static void say_silence(size_t number, const struct rule_silence *silence)
{
	log_info(
		"rule %zu: the device did not answer %llu of %llu ATC invalidations, %llu left: %s "
		"(it answered %llu besides)",
		number, silence->unanswered, silence->armed, silence->left,
		decode_silence_end_text(silence->end), silence->answered);
}

/* Why a rule may not have fired, as a part of a hint. */
static const char *why_idle(const struct session *session, size_t number,
			    const struct smmu_rule_state *state)
{
	const struct inject_rule_target *target = &session->injection->targets[number];
	const struct inject_rule *rule = &session->options->inject_rules[number];
	const struct devices *devices = &session->host->devices;
	bool by_whom = rule->given &
		       (1U << INJECT_RULE_CONTEXT | 1U << INJECT_RULE_PID | 1U << INJECT_RULE_COMM);

	for (size_t i = 0; !state->matched && i < devices->count; i++) {
		const struct device *device = &devices->list[i];

		if (!inject_rule_target_covers(target, device))
			continue;
		if (by_whom && domain_lazy(device))
			return "the domain is lazy (DMA-FQ): what is unmapped is invalidated "
			       "later, from a timer or by another task. Leave 'context=', 'pid=' "
			       "and 'comm=' away, or write DMA into its iommu_group/type";
		if (domain_idle(device))
			return "the domain is identity: nothing is invalidated";
	}
	return "was the device in use?";
}

/* Logs what each injection rule did; the streams have lines of their own for it. */
static void say_rules(struct session *session, const struct statistics *statistics)
{
	const struct injection *injection = session->injection;

	for (size_t i = 0; i < statistics->inject_rule_count; i++) {
		const struct smmu_rule_state *state = &statistics->inject_rules[i];

		if (statistics->silences[i].armed)
			say_silence(i, &statistics->silences[i]);
		if (state->fired && statistics->silences[i].armed)
			continue;
		if (state->fired) {
			log_info("rule %zu fired %llu of %llu times (%llu matches, %llu retries "
				 "failed with it)",
				 i, state->fired, injection->links.wire[i].times, state->matched,
				 state->repeated);
			continue;
		}
		session->idle++;
		log_warn("rule %zu never fired: %s", i, injection->text_list[i]);
		log_hint("%llu ATC invalidations matched, %llu of them too late; %s",
			 state->matched, state->expired, why_idle(session, i, state));
	}
}

/* Closes all, even if one could not be written. */
static int close_streams(struct session *session, const struct statistics *statistics)
{
	int err = session_error(session);
	int wrong = streams_close(&session->streams, statistics, statistics,
				  err ? "error" : session->reason);

	return err ? err : wrong;
}

/*
 * Both reports are of the same statistics, as nothing is counted any more. --stats is written
 * even if a stream failed.
 */
static int write_reports(struct session *session, const struct statistics *statistics,
			 bool stream_good)
{
	const struct run_options *options = session->options;
	struct outputs *outputs = &session->outputs;
	bool report = options->report && stream_good;
	int err = 0;

	if (!report && !outputs->stats.file)
		return 0;
	session_rescan(session);
	if (report)
		err = outputs_report(&outputs->main, statistics, &session->info, options->json);
	if (outputs->stats.file &&
	    outputs_report(&outputs->stats, statistics, &session->info, true))
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
	/* Said when it began and when it ended. */
	if (blind_longest(&statistics->blind))
		code = EXIT_LOST;
	return session->options->strict ? code : EXIT_OK;
}

int outcome_finish(struct session *session)
{
	struct statistics statistics = {};
	int code = EXIT_OK, err;

	session->stopped_ns = clock_kernel_ns(CLOCK_MONOTONIC);
	sentry_look(session, session->stopped_ns);
	loader_detach(session->loader);
	session->burst_end = session->consumed; /* without a pause */
	loader_consume(session->loader);
	if (collect_statistics(session, &statistics))
		code = EXIT_RUNTIME;
	say_rules(session, &statistics);
	/* The end of a recording has the same devices as the reports. */
	if (session->outputs.recording.file)
		session_rescan(session);
	err = close_streams(session, &statistics);
	/* No report of statistics that could not be read: the error has been logged. */
	if (!code && write_reports(session, &statistics, !err))
		code = EXIT_RUNTIME;
	if (err)
		code = EXIT_RUNTIME;
	if (code == EXIT_OK)
		code = check_loss(session, &statistics);
	if (code == EXIT_OK && session->idle)
		code = EXIT_VERDICT;
	if (code == EXIT_OK)
		code = streams_code(&session->streams);
	statistics_free(&statistics);
	return code;
}
