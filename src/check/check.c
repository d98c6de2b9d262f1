// SPDX-License-Identifier: GPL-2.0
/*
 * The verdict as a sink: events in order of time go to the rules, then into what is known
 * (check/track.h); at the end the results are concluded and the report is written.
 */
#include "check/check.h"

#include "check/findings.h"
#include "check/follow.h"
#include "check/order.h"
#include "check/rules/rule.h"
#include "check/sight.h"

#include "event/gaps.h"
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct check {
	const struct check_options *options;
	struct track track;
	struct order order;
	struct gaps gaps;
	__s64 holes; /* in the numbers of events */
	struct sight_loss loss;
	struct findings findings;
	struct tally tally;
};

struct track *check_track(struct check *check)
{
	return &check->track;
}

const struct check_options *check_options_of(const struct check *check)
{
	return check->options;
}

struct tally *check_tally(struct check *check)
{
	return &check->tally;
}

void rule_held(struct check *check, unsigned int rule)
{
	check->findings.rules[rule - 1].held++;
}

void rule_note(struct check *check, unsigned int rule, const char *note)
{
	check->findings.rules[rule - 1].note = note;
}

void rule_unseen(struct check *check, unsigned int rule)
{
	check->findings.rules[rule - 1].unseen++;
}

void rule_measure(struct check *check, unsigned int rule, const char *what, __u64 ns)
{
	struct finding *finding = &check->findings.rules[rule - 1];

	for (unsigned int i = 0; i < MEASURES_MAX; i++) {
		if (finding->measures[i].what && strcmp(finding->measures[i].what, what) != 0)
			continue;
		finding->measures[i].what = what;
		if (ns > finding->measures[i].ns)
			finding->measures[i].ns = ns;
		return;
	}
}

/* What is of the flow and belongs to this invalidation, or is of the device. */
static bool concerns(const struct fact *fact, const struct smmu_event *event,
		     const struct flow *flow, const struct unit *unit)
{
	const struct flow_id id = flow_id(event);

	if (!fact->text[0] || fact->ts_ns > event->ts_ns)
		return false;
	if (unit && unit->bdf != BDF_NONE && fact->device == unit->bdf)
		return true;
	return fact->of_flow && flow_same(&fact->flow, &id) && flow &&
	       fact->ts_ns >= flow->other_start_ns;
}

/* The last facts about this flow or this device, the oldest first. */
static void gather_evidence(struct track *track, const struct smmu_event *event,
			    const struct unit *unit, struct violation *violation)
{
	const struct flow_id id = flow_id(event);
	const struct flow *flow = track_known_flow(track, &id);
	const struct fact *chosen[EVIDENCE_MAX];
	unsigned int count = 0;

	for (unsigned int i = 1; i <= FACTS_MAX && count < EVIDENCE_MAX; i++) {
		const struct fact *fact = &track->facts[(track->next_fact - i) % FACTS_MAX];

		if (concerns(fact, event, flow, unit))
			chosen[count++] = fact;
	}
	violation->line_count = count;
	for (unsigned int i = 0; i < count; i++) {
		const struct fact *fact = chosen[count - 1 - i];

		violation->lines[i].offset_ns = (__s64)(fact->ts_ns - event->ts_ns);
		memcpy(violation->lines[i].text, fact->text, FACT_TEXT);
	}
}

void rule_broken(struct check *check, unsigned int rule, enum rule_basis basis,
		 const struct smmu_event *event, const struct unit *unit,
		 const struct smmu_stack *stack, const char *format, ...)
{
	struct finding *finding = &check->findings.rules[rule - 1];
	struct violation *violation;
	va_list args;

	if (basis == SEEN)
		finding->seen_broken++;
	else
		finding->not_seen_broken++;
	if (finding->violation_count == VIOLATIONS_MAX)
		return;
	violation = &finding->violations[finding->violation_count++];
	violation->ts_ns = event->ts_ns;
	va_start(args, format);
	vsnprintf(violation->message, sizeof(violation->message), format, args);
	va_end(args);
	if (stack)
		violation->stack = *stack;
	gather_evidence(&check->track, event, unit, violation);
}

/* Fails stand on what was seen; what was not seen may have been lost. */
static void conclude(struct check *check, const struct check_rule *rule)
{
	struct finding *finding = &check->findings.rules[rule->number - 1];
	char reason[sizeof(finding->reason)] = "";
	enum sight sight = sight_of(rule, check->track.info, &check->loss, finding->unseen, reason,
				    sizeof(reason));

	finding->count = finding->held;
	if (finding->seen_broken || (finding->not_seen_broken && sight != SIGHT_PARTLY)) {
		finding->result = CHECK_FAIL;
		finding->count = finding->seen_broken + finding->not_seen_broken;
	} else if (sight != SIGHT_WHOLE) {
		finding->result = CHECK_NOT_OBSERVABLE;
		memcpy(finding->reason, reason, sizeof(reason));
	} else {
		finding->result = finding->held ? CHECK_PASS : CHECK_NOT_EXERCISED;
	}
}

static __u64 found(const struct check *check, const struct check_expectation *expectation)
{
	const struct unit *unit = NULL;

	for (size_t i = 0; i < check->track.unit_count; i++) {
		if (check->track.units[i]->bdf == expectation->bdf)
			unit = check->track.units[i];
	}
	switch (expectation->kind) {
	case CHECK_EXPECT_FENCED:
		return unit ? unit->fences : 0;
	case CHECK_EXPECT_UNFENCED:
		return unit ? unit->unfences : 0;
	case CHECK_EXPECT_FENCES:
		return check->tally.fences;
	case CHECK_EXPECT_TIMEOUTS:
		return check->tally.timeouts;
	case CHECK_EXPECT_ATC_LISTS:
		return check->tally.atc_lists;
	case CHECK_EXPECT_WORKLOAD:
		return check->options->workload ? (__u64)*check->options->workload : 0;
	}
	return 0;
}

static bool met(const struct check_expectation *expectation, __u64 number)
{
	if (expectation->kind == CHECK_EXPECT_TIMEOUTS ||
	    expectation->kind == CHECK_EXPECT_ATC_LISTS)
		return number >= expectation->number;
	return number == expectation->number;
}

static int conclude_expectations(struct check *check)
{
	const struct check_options *options = check->options;
	struct findings *findings = &check->findings;

	if (!options->expectation_count)
		return 0;
	findings->expectations =
		calloc(options->expectation_count, sizeof(*findings->expectations));
	if (!findings->expectations)
		return -ENOMEM;
	for (size_t i = 0; i < options->expectation_count; i++) {
		struct met *one = &findings->expectations[i];

		one->expectation = &options->expectations[i];
		one->found = found(check, one->expectation);
		one->met = met(one->expectation, one->found);
		findings->negative |= !one->met;
	}
	return 0;
}

static void conclude_all(struct check *check, const struct statistics *statistics)
{
	const struct check_options *options = check->options;

	sight_lose(&check->loss, check->track.info, statistics,
		   check->holes > 0 ? (__u64)check->holes : 0);
	check->findings.lost = statistics->loss.lost + check->loss.any;
	for (unsigned int i = 0; i < CHECK_RULE_COUNT; i++) {
		const struct check_rule *rule = check_rules[i];
		__u32 bit = CHECK_RULE(rule->number);
		enum check_result result;

		if (!(options->rules & bit))
			continue;
		conclude(check, rule);
		result = check->findings.rules[i].result;
		if ((options->require & bit && result != CHECK_PASS) ||
		    (result == CHECK_FAIL) != !!(options->expect_fail & bit))
			check->findings.negative = true;
	}
}

static int sink_check_open(struct sink *sink)
{
	struct check *check = calloc(1, sizeof(*check));

	if (!check)
		return -ENOMEM;
	check->options = sink->options;
	gaps_init(&check->gaps);
	if (track_init(&check->track, sink->info)) {
		free(check);
		return -ENOMEM;
	}
	sink->state = check;
	return 0;
}

static int feed(struct check *check, bool all)
{
	struct order_item item;

	while (order_take(&check->order, all, &item)) {
		follow(check, item.event);
		free(item.event);
	}
	return check->track.out_of_memory ? -ENOMEM : 0;
}

/* Is all in it that it is about? */
static bool whole(const struct smmu_event *event)
{
	const struct smmu_submit *submit = event_payload(event);

	if (event->flags & SMMU_EVENT_UNREAD)
		return false;
	return event->kind != SMMU_EVENT_SUBMIT || submit->captured >= submit->commands;
}

static int sink_check_event(struct sink *sink, struct event_record record)
{
	const struct smmu_event *event = record.event;
	struct check *check = sink->state;
	int err;

	check->findings.seen++;
	check->holes += gaps_seen(&check->gaps, event->cpu, event->seq);
	if (!whole(event))
		check->loss.kind[event->kind]++;
	err = order_put(&check->order, event, record.length);
	return err ? err : feed(check, false);
}

static int report(struct sink *sink, const struct check *check)
{
	static int (*const writers[])(FILE *, const struct verdict *) = {
		[CHECK_TEXT] = verdict_text,
		[CHECK_JSON] = verdict_json,
		[CHECK_KTAP] = verdict_ktap,
		[CHECK_JUNIT] = verdict_junit,
	};
	const struct verdict verdict = {
		.options = check->options,
		.info = sink->info,
		.findings = &check->findings,
	};

	if (check->options->reported)
		*check->options->reported = true;
	return writers[check->options->format](sink->file, &verdict);
}

static int sink_check_close(struct sink *sink, const struct statistics *statistics,
			    const char *reason)
{
	struct check *check = sink->state;
	int err;

	(void)reason;
	if (!check)
		return 0;
	err = feed(check, true);
	if (!err) {
		follow_close(check);
		conclude_all(check, statistics);
		err = conclude_expectations(check);
	}
	if (!err)
		err = report(sink, check);
	if (!err && check->findings.negative)
		sink->code = EXIT_VERDICT;
	order_free(&check->order);
	track_free(&check->track);
	free(check->findings.expectations);
	free(check);
	sink->state = NULL;
	return err;
}

const struct sink_ops sink_check = {
	.open = sink_check_open,
	.event = sink_check_event,
	.close = sink_check_close,
	.concludes = true,
};
