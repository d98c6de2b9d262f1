// SPDX-License-Identifier: GPL-2.0
#include "check/case.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct check {
	const struct check_options *options;
	struct track track;
	struct findings findings;
	struct profile profile;
	struct tally tally;
};

struct check *check_new(const struct check_options *options, const struct stream_info *info)
{
	struct check *check = calloc(1, sizeof(*check));

	if (!check)
		return NULL;
	check->options = options;
	check->profile.chosen = options->profile;
	if (track_init(&check->track, info)) {
		free(check);
		return NULL;
	}
	return check;
}

void check_free(struct check *check)
{
	track_free(&check->track);
	free(check->findings.expectations);
	profile_free(&check->profile);
	free(check);
}

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

struct findings *check_findings(struct check *check)
{
	return &check->findings;
}

struct profile *check_profile_of(struct check *check)
{
	return &check->profile;
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

/* A fact about the unit, or one that the flow met in its current invalidation. */
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

/* The last facts about this flow or this unit, the oldest first. */
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

/* Where the violation is to be kept. NULL: it only counts. */
static struct violation *take_violation(struct check *check, unsigned int rule,
					enum rule_basis basis, const struct smmu_event *event,
					const struct unit *unit, struct violation *tolerated)
{
	struct finding *finding = &check->findings.rules[rule - 1];
	struct violation *open;

	switch (profile_weigh(&check->profile, &check->track, rule, event, unit)) {
	case PROFILE_TOLERATED:
		return tolerated;
	case PROFILE_OPEN:
		open = profile_open(&check->profile, rule, basis == SEEN, event, unit);
		if (open)
			return open;
		break;
	case PROFILE_BROKEN:
		break;
	}
	if (basis == SEEN)
		finding->seen_broken++;
	else
		finding->not_seen_broken++;
	return finding->violation_count < VIOLATIONS_MAX
		       ? &finding->violations[finding->violation_count++]
		       : NULL;
}

void rule_broken(struct check *check, unsigned int rule, enum rule_basis basis,
		 const struct smmu_event *event, const struct unit *unit,
		 const struct smmu_stack *stack, const char *format, ...)
{
	struct violation tolerated = {}, *violation;
	va_list args;

	violation = take_violation(check, rule, basis, event, unit, &tolerated);
	if (!violation)
		return;
	violation->ts_ns = event->ts_ns;
	va_start(args, format);
	vsnprintf(violation->message, sizeof(violation->message), format, args);
	va_end(args);
	if (violation == &tolerated) {
		profile_warn(&check->findings.rules[rule - 1], violation);
		return;
	}
	if (stack)
		violation->stack = *stack;
	gather_evidence(&check->track, event, unit, violation);
}
