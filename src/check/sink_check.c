// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  events -> verdict
 *
 * The sink that judges. Events are put in order of time and followed one by one, which shows
 * them to the rules; at the end the findings are concluded and the report is written.
 */
#include "check/check.h"

#include "check/case.h"
#include "check/conclude.h"
#include "check/follow.h"
#include "check/order.h"
#include "check/report/verdict.h"
#include "check/sight.h"

#include "event/gaps.h"
#include "base/log.h"

#include <errno.h>
#include <stdlib.h>

struct sink_state {
	struct check *check;
	struct order order;
	struct gaps gaps;
	__s64 holes; /* numbers of events that were not seen */
	struct sight_loss loss;
};

static int sink_check_open(struct sink *sink)
{
	struct sink_state *state = calloc(1, sizeof(*state));

	if (!state)
		return -ENOMEM;
	gaps_init(&state->gaps);
	state->check = check_new(sink->options, sink->info);
	if (!state->check) {
		free(state);
		return -ENOMEM;
	}
	check_track(state->check)->ahead = &state->order;
	sink->state = state;
	return 0;
}

/* Follows what is old enough to be in order; all: the rest, too. */
static int feed(struct sink_state *state, bool all)
{
	struct order_item item;

	while (order_take(&state->order, all, &item)) {
		follow(state->check, item.event);
		profile_follow(check_profile_of(state->check), check_track(state->check),
			       check_findings(state->check), item.event);
		free(item.event);
	}
	return check_track(state->check)->out_of_memory ? -ENOMEM : 0;
}

/* Did the kernel side read all that belongs into this event? */
static bool is_whole(const struct smmu_event *event)
{
	const struct smmu_submit *submit = event_payload(event);

	if (event->flags & SMMU_EVENT_UNREAD)
		return false;
	return event->kind != SMMU_EVENT_SUBMIT || submit->captured >= submit->commands;
}

static int sink_check_event(struct sink *sink, struct event_record record)
{
	const struct smmu_event *event = record.event;
	struct sink_state *state = sink->state;
	int err;

	check_findings(state->check)->seen++;
	state->holes += gaps_seen(&state->gaps, event->cpu, event->seq);
	if (!is_whole(event))
		state->loss.kind[event->kind]++;
	err = order_put(&state->order, record);
	return err ? err : feed(state, false);
}

/* What a device did not answer is no event: the device has counted it. */
static void count_silences(struct check *check, const struct statistics *statistics)
{
	for (size_t i = 0; i < statistics->inject_rule_count; i++)
		check_tally(check)->timeouts += statistics->silences[i].unanswered;
}

static int judge(struct sink *sink, const struct statistics *statistics)
{
	struct sink_state *state = sink->state;

	count_silences(state->check, statistics);
	follow_close(state->check);
	sight_lose(&state->loss, sink->info, statistics,
		   state->holes > 0 ? (__u64)state->holes : 0);
	check_findings(state->check)->lost = statistics->loss.lost + state->loss.any;
	return conclude(state->check, &state->loss, statistics);
}

static int exit_code(const struct findings *findings)
{
	if (findings->verdict == CHECK_PASS || findings->allowed)
		return EXIT_OK;
	/* Nothing is said about the driver: what is missing for that is in the report. */
	return findings->verdict == CHECK_FAIL ? EXIT_VERDICT : EXIT_KERNEL;
}

static int report(struct sink *sink, struct check *check, const struct statistics *statistics)
{
	static int (*const writers[])(FILE *, const struct verdict *) = {
		[CHECK_TEXT] = verdict_text,
		[CHECK_JSON] = verdict_json,
		[CHECK_KTAP] = verdict_ktap,
		[CHECK_JUNIT] = verdict_junit,
	};
	const struct verdict verdict = {
		.options = check_options_of(check),
		.info = sink->info,
		.findings = check_findings(check),
		.statistics = statistics,
	};

	if (verdict.options->reported)
		*verdict.options->reported = true;
	return writers[verdict.options->format](sink->file, &verdict);
}

static int sink_check_close(struct sink *sink, const struct statistics *statistics,
			    const char *reason)
{
	struct sink_state *state = sink->state;
	int err;

	(void)reason;
	if (!state)
		return 0;
	err = feed(state, true);
	if (!err)
		err = judge(sink, statistics);
	if (!err)
		err = report(sink, state->check, statistics);
	if (!err)
		sink->code = exit_code(check_findings(state->check));
	order_free(&state->order);
	check_free(state->check);
	free(state);
	sink->state = NULL;
	return err;
}

const struct sink_ops sink_check = {
	.open = sink_check_open,
	.event = sink_check_event,
	.close = sink_check_close,
	.concludes = true,
};
