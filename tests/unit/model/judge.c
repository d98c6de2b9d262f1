// SPDX-License-Identifier: GPL-2.0
#include "judge.h"

#include "bench.h"
#include "forgotten.h"

#include "check/case.h"
#include "check/follow.h"
#include "check/rules/rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Events that the engine may look ahead to. */
enum { AHEAD = 48 };
/* As docs/RULES.md has it: what is in memory only is not looked for so soon after a reset. */
#define RESET_NS 100000000ULL

/* ---- the machine, as the engine is told of it ---- */

static struct smmu smmus[MACHINE_SMMUS];
static struct device devices[MACHINE_FUNCTIONS];
static struct devices table = {.smmus = smmus, .smmu_count = MACHINE_SMMUS, .list = devices};
static struct stream_info info = {.command = "check", .devices = &table};

static const struct stream_hook hooks[] = {
	{"list", "fentry", "list", NULL},
	{"reset", "fentry", "reset", NULL},
	{"reset_done", "fentry", "reset_done", NULL},
	{"ats_enable", "fentry", "ats_enable", NULL},
	{"ats_disable", "fentry", "ats_disable", NULL},
	{"invalidation_domain", "fentry", "invalidation_domain", NULL},
};

static void make_table(void)
{
	if (table.count)
		return;
	for (unsigned int i = 0; i < MACHINE_SMMUS; i++) {
		smmus[i].address = machine_smmus[i];
		smmus[i].queue = machine_queues[i ? 2 : 0].address;
		snprintf(smmus[i].name, sizeof(smmus[i].name), "smmu%u", i);
	}
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++) {
		const struct machine_function *place = &machine_functions[i];
		struct device *device = &devices[table.count];

		if (!place->bdf)
			continue;
		device->bdf = place->bdf;
		device->smmu = machine_smmus[place->smmu];
		device->sids = place->streams;
		for (unsigned int s = 0; s < place->streams; s++)
			device->sid[s] = machine_streams[place->first + s].sid;
		snprintf(device->name, sizeof(device->name), "function %u", i);
		table.count++;
	}
	info.kinds = SMMU_KINDS_ALL;
	info.tagged = true;
	info.hooks = hooks;
	info.hook_count = sizeof(hooks) / sizeof(hooks[0]);
}

/* ---- fenced ---- */

static void judge_function(struct bench *bench, size_t event, unsigned int function)
{
	const struct model_truth *truth = &bench->world->log[event].truth;
	const struct unit *unit = bench_unit(bench, function);
	const unsigned int bit = 1U << function;
	bool barred;

	if (truth->busy & bit || !unit) {
		bench->judged->busy++;
		return;
	}
	barred = unit_barred(unit);
	if (truth->unclear & bit) {
		bench->judged->in_memory++;
	} else if (truth->no & bit) {
		bench->judged->barred++;
		bench->judged->spread += !barred && truth->spread & bit;
		if (!barred && !(truth->spread & bit))
			bench_disagree(
				bench, event,
				"the SMMU lets function %u use no ATS, and the engine says it may",
				function);
	} else if (barred || unit->fenced_ns) {
		const bool unconfirmed = truth->queued & bit &&
					 (unit->unconfirmed || unit->queued_ns);

		bench->judged->unconfirmed += unconfirmed;
		bench->judged->spread += !unconfirmed && truth->spread & bit;
		if (!unconfirmed && !(truth->spread & bit))
			bench_disagree(
				bench, event,
				"the SMMU may let function %u use ATS, and the engine says it is "
				"%s",
				function, unit->fenced_ns ? "fenced" : "barred");
	}
	bench->judged->fenced++;
	bench->judged->fences += !!(truth->taken & bit);
	if (truth->taken & bit && !unit->fenced_ns && !(truth->spread & bit))
		bench_disagree(
			bench, event,
			"ATS was taken from function %u while it was on, and the engine saw no "
			"fence",
			function);
}

/* ---- stale ---- */

struct left {
	unsigned int open; /* suspects that the engine says are neither answered nor fenced */
	unsigned int unconfirmed; /* and those that are fenced, unconfirmed */
	unsigned int settled;
};

static struct left look_at_flow(const struct bench *bench, const struct smmu_event *event)
{
	const struct flow_id id = flow_id(event);
	const struct flow *flow = track_known_flow(bench->track, &id);
	struct left left = {};

	if (!flow)
		return left;
	for (unsigned int i = 0; i < flow->suspect_count; i++) {
		const struct suspect *suspect = &flow->suspects[i];
		const unsigned int bit = 1U << bench_function(suspect->unit);

		if (!suspect_settled(suspect))
			left.open |= bit;
		else if (suspect_unconfirmed(suspect))
			left.unconfirmed |= bit;
		else
			left.settled |= bit;
	}
	return left;
}

/* It is stale in truth, and the engine has not said so: only if it says that it cannot know. */
static void judge_missed(struct bench *bench, size_t event, unsigned int function,
			 const struct left *left)
{
	const struct model_truth *truth = &bench->world->log[event].truth;
	const struct machine_function *place = &machine_functions[function];
	const unsigned int bit = 1U << function, streams = ((1U << place->streams) - 1)
							   << place->first;

	if (left->unconfirmed & truth->queued & bit &&
	    (!(bench->watched & truth->written & streams) ||
	     bench->track->last_ns <= bench->reset_ns + RESET_NS))
		bench->judged->unconfirmed++;
	else if (truth->resetting & bit)
		bench->judged->resetting++;
	else if (truth->unclear & bit)
		bench->judged->in_memory++;
	else if (truth->absorbed & bit)
		bench->judged->absorbed++;
	else if (truth->spread & bit)
		bench->judged->spread++;
	else if (!bench->world->climate.injected && !(left->settled & bit) &&
		 (!bench->world->climate.exact || truth->slow & bit))
		bench->judged->unplaced++;
	else
		bench_disagree(bench, event,
			       "the invalidation left function %u stale, and the engine says %s",
			       function,
			       left->settled & bit	 ? "it is settled"
			       : left->unconfirmed & bit ? "it is settled, unconfirmed"
							 : "it is no suspect");
}

/* The engine says that it is stale, and it is not: only if it could not know. */
static void judge_accused(struct bench *bench, size_t event, unsigned int function)
{
	const struct model_truth *truth = &bench->world->log[event].truth;
	const unsigned int bit = 1U << function;

	if (truth->absorbed & bit)
		bench->judged->absorbed++;
	else if (truth->spread & bit)
		bench->judged->spread++;
	else if (truth->early & bit)
		bench->judged->early++;
	else if (truth->older & bit)
		bench->judged->older++;
	else if (bench_unplaced(bench))
		bench->judged->unplaced++;
	else
		bench_disagree(
			bench, event,
			"the engine says that function %u is neither answered nor fenced, and "
			"nothing stale can be used",
			function);
}

static void judge_end(struct bench *bench, size_t event, const struct left *left,
		      __u64 broken_before)
{
	const struct model_truth *truth = &bench->world->log[event].truth;
	const struct finding *finding = &check_findings(bench->check)->rules[R6 - 1];
	const bool broken = finding->not_seen_broken > broken_before;

	bench->judged->ends++;
	if (broken != (left->open != 0))
		bench_disagree(bench, event, "suspects are open: %s, and R6 is %s",
			       left->open ? "yes" : "no", broken ? "broken" : "not");
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++) {
		const unsigned int bit = 1U << i;

		bench->judged->stale += !!(truth->stale & left->open & bit);
		bench->judged->settled += !(truth->stale & bit) && left->settled & bit;
		bench->judged->victims += !!(truth->victims & bit);
		if (truth->stale & bit && !(left->open & bit))
			judge_missed(bench, event, i, left);
		else if (left->open & bit && !((truth->stale | truth->victims) & bit))
			judge_accused(bench, event, i);
	}
}

/* ---- the history ---- */

static bool put_ahead(struct bench *bench, size_t event)
{
	for (; bench->put < bench->world->logged && bench->put < event + AHEAD; bench->put++) {
		struct event_record record;

		if (!event_record_make(&record, world_event(bench->world, bench->put),
				       bench->world->log[bench->put].length) ||
		    order_put(&bench->order, record))
			return false;
	}
	return true;
}

static void watch(struct bench *bench, const struct smmu_event *event)
{
	const struct smmu_fence *fence = event_payload(event);

	if (event->kind == SMMU_EVENT_RESET)
		bench->reset_ns = event->ts_ns;
	if (event->kind != SMMU_EVENT_FENCE && event->kind != SMMU_EVENT_UNFENCE)
		return;
	for (unsigned int i = 0; i < MACHINE_STREAMS; i++) {
		if (machine_streams[i].sid != fence->sid ||
		    machine_smmus[machine_functions[machine_streams[i].function].smmu] !=
			    fence->smmu)
			continue;
		if (fence->told == SMMU_TOLD_MEMORY)
			bench->lifted_ns[machine_streams[i].function] = event->ts_ns;
		bench->watched &= ~(1U << i);
		bench->watched |= (event->kind == SMMU_EVENT_FENCE) << i;
	}
}

static void follow_one(struct bench *bench, size_t event)
{
	const struct logged *logged = &bench->world->log[event];
	const struct finding *finding = &check_findings(bench->check)->rules[R6 - 1];
	const __u64 broken = finding->not_seen_broken;
	struct forgotten forgotten;
	struct left left = {};
	struct order_item item;
	bool ends;

	if (!put_ahead(bench, event) || !order_take(&bench->order, true, &item) ||
	    item.arrival != event) {
		bench_disagree(bench, event, "the events are not in order");
		return;
	}
	ends = logged->whole && logged->truth.ends && item.event->kind == SMMU_EVENT_INVALIDATION;
	if (ends)
		left = look_at_flow(bench, item.event);
	watch(bench, item.event);
	forgotten_look(bench, &forgotten);
	follow(bench->check, item.event);
	forgotten_judge(bench, event, &forgotten);
	free(item.event);
	if (ends)
		judge_end(bench, event, &left, broken);
	for (unsigned int i = 0; logged->whole && i < MACHINE_FUNCTIONS; i++)
		judge_function(bench, event, i);
}

bool judge(const struct world *world, struct judged *judged, struct disagreement *found)
{
	const struct check_options options = check_defaults();
	struct bench bench = {.world = world, .judged = judged, .found = found, .agree = true};

	make_table();
	bench.check = check_new(&options, &info);
	if (!bench.check)
		return false;
	bench.track = check_track(bench.check);
	bench.track->ahead = &bench.order;
	for (size_t i = 0; i < world->logged && bench.agree; i++) {
		follow_one(&bench, i);
		judged->events++;
	}
	judged->histories++;
	if (bench.agree && world->logged)
		forgotten_end(&bench);
	if (bench.agree && world->unseen)
		bench_disagree(
			&bench, world->logged ? world->logged - 1 : 0,
			"the invalidation that ends in step %u leaves something stale, and no "
			"event "
			"tells of its end",
			world->unseen_end);
	order_free(&bench.order);
	check_free(bench.check);
	return bench.agree;
}

void judged_say(const struct judged *judged)
{
#define JUDGED_SAY(name, text) fprintf(stderr, "# %11llu %s\n", judged->name, text);
	JUDGED(JUDGED_SAY)
}
