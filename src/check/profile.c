// SPDX-License-Identifier: GPL-2.0
/*
 * The table of what each profile tolerates. `first`: what the review of the recovery series of
 * 19 and 20 May 2026 accepts of a first version; docs/RULES.md has its words. "A few" is 8 for a
 * fence, and "racing" is what was begun up to 10 ms after it: a flow that had read the list of
 * devices before the fence issues its ATC_INV with the next lists.
 */
#include "check/profile.h"

#include "event/decode.h"

#include <stdlib.h>
#include <string.h>

#define FEW_MAX	  8
#define RACING_NS 10000000ULL

static __u64 began(const struct smmu_event *event)
{
	const struct smmu_submit *submit = event_payload(event);

	return event->kind == SMMU_EVENT_SUBMIT ? event->ts_ns - submit->duration_ns : event->ts_ns;
}

/* One more since the device's last fence: are these still a few? */
static bool still_few(struct profile *profile, unsigned int rule, const struct unit *unit)
{
	struct profile_few *few = profile->few, *grown;
	size_t i = 0;

	while (i < profile->few_count && (few[i].unit != unit || few[i].rule != rule))
		i++;
	if (i == profile->few_count) {
		grown = realloc(few, (i + 1) * sizeof(*grown));
		if (!grown)
			return false; /* it counts, and is said */
		profile->few = few = grown;
		profile->few_count++;
		few[i] = (struct profile_few){.unit = unit, .rule = rule};
	}
	if (few[i].fence_ns != unit->last_fence_ns)
		few[i] = (struct profile_few){unit, rule, unit->last_fence_ns, 0};
	return few[i].count++ < FEW_MAX;
}

/* R7: the device was in the flow's list that failed, and has not answered since. */
static enum profile_weight of_the_batch(struct profile *profile, struct track *track,
					const struct smmu_event *event, const struct unit *unit)
{
	const struct flow_id id = flow_id(event);
	struct flow *flow = track_known_flow(track, &id);
	const struct suspect *suspect = flow ? flow_suspect(flow, unit) : NULL;

	(void)profile;
	return suspect && !suspect->answered ? PROFILE_TOLERATED : PROFILE_BROKEN;
}

/* R11: the ATC_INV came shortly after the fence. */
static enum profile_weight after_the_fence(struct profile *profile, struct track *track,
					   const struct smmu_event *event, const struct unit *unit)
{
	(void)track;
	return began(event) <= unit->last_fence_ns + RACING_NS && still_few(profile, 11, unit)
		       ? PROFILE_TOLERATED
		       : PROFILE_BROKEN;
}

/* R13: it may have been an attach, and may be fenced again by the timeout that follows. */
static enum profile_weight in_an_attach(struct profile *profile, struct track *track,
					const struct smmu_event *event, const struct unit *unit)
{
	(void)profile;
	(void)track;
	return unit->reset_running || event->kind == SMMU_EVENT_RESET ? PROFILE_BROKEN
								      : PROFILE_OPEN;
}

static const struct row {
	enum check_profile profile;
	unsigned int rule;
	enum profile_weight (*weigh)(struct profile *profile, struct track *track,
				     const struct smmu_event *event, const struct unit *unit);
	const char *why;
} rows[] = {
	{CHECK_FIRST, 7, of_the_batch,
	 "all devices of a list that failed may be fenced, instead of asking each again"},
	{CHECK_FIRST, 11, after_the_fence, "a few ATC_INV may race with the fence"},
	{CHECK_FIRST, 13, in_an_attach,
	 "an attach may put EATS back, if the next timeout takes it away again"},
};

static const struct row *row_of(enum check_profile profile, unsigned int rule)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].profile == profile && rows[i].rule == rule)
			return &rows[i];
	}
	return NULL;
}

const char *profile_name(enum check_profile profile)
{
	return profile == CHECK_FIRST ? "first" : "strict";
}

const char *profile_why(enum check_profile profile, unsigned int rule)
{
	const struct row *row = row_of(profile, rule);

	return row ? row->why : NULL;
}

enum profile_weight profile_weigh(struct profile *profile, struct track *track, unsigned int rule,
				  const struct smmu_event *event, const struct unit *unit)
{
	const struct row *row = row_of(profile->chosen, rule);

	return row && unit ? row->weigh(profile, track, event, unit) : PROFILE_BROKEN;
}

struct violation *profile_open(struct profile *profile, unsigned int rule, bool seen,
			       const struct smmu_event *event, const struct unit *unit)
{
	for (size_t i = 0; i < PROFILE_OPEN_MAX; i++) {
		struct profile_open *open = &profile->open[i];

		if (open->unit)
			continue;
		*open = (struct profile_open){
			.unit = unit, .rule = rule, .seen = seen, .tid = event->tid};
		return &open->violation;
	}
	return NULL;
}

void profile_warn(struct finding *finding, const struct violation *violation)
{
	if (!finding->warned++)
		memcpy(finding->warning, violation->message, sizeof(finding->warning));
}

void profile_follow(struct profile *profile, struct track *track, struct findings *findings,
		    const struct smmu_event *event)
{
	const struct smmu_fence *fence = event_payload(event);
	const struct smmu_attach *attach = event_payload(event);
	const struct unit *unit;

	if (event->kind == SMMU_EVENT_FENCE)
		unit = track_unit(track, fence->smmu, fence->sid);
	else if (event->kind == SMMU_EVENT_ATTACH)
		unit = track_function(track, attach->bdf, attach->sid);
	else
		return;
	for (size_t i = 0; unit && i < PROFILE_OPEN_MAX; i++) {
		struct profile_open *open = &profile->open[i];

		if (open->unit != unit)
			continue;
		open->fenced |= event->kind == SMMU_EVENT_FENCE;
		open->attached |= event->kind == SMMU_EVENT_ATTACH && open->tid == event->tid;
		if (!open->fenced || !open->attached)
			continue;
		profile_warn(&findings->rules[open->rule - 1], &open->violation);
		open->unit = NULL;
	}
}

void profile_settle(struct profile *profile, struct findings *findings)
{
	for (size_t i = 0; i < PROFILE_OPEN_MAX; i++) {
		struct profile_open *open = &profile->open[i];
		struct finding *finding = &findings->rules[open->rule ? open->rule - 1 : 0];

		if (!open->unit)
			continue;
		finding->seen_broken += open->seen;
		finding->not_seen_broken += !open->seen;
		if (finding->violation_count < VIOLATIONS_MAX)
			finding->violations[finding->violation_count++] = open->violation;
		open->unit = NULL;
	}
}

void profile_free(struct profile *profile)
{
	free(profile->few);
	profile->few = NULL;
}
