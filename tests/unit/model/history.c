// SPDX-License-Identifier: GPL-2.0
#include "history.h"

#include "driver.h"
#include "event/decode.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HISTORY_STEPS = 8192 };

int history_open(struct history *history)
{
	memset(history, 0, sizeof(*history));
	history->steps = calloc(HISTORY_STEPS, sizeof(*history->steps));
	return history->steps ? world_open(&history->world, &history->climate) : -ENOMEM;
}

void history_close(struct history *history)
{
	world_free(&history->world);
	free(history->steps);
}

static void make(struct history *history, size_t events)
{
	struct world *world = &history->world;
	struct driver driver;

	driver_init(&driver, history->seed, &history->climate);
	world_open(world, &history->climate);
	history->count = 0;
	while (world->logged < events && history->count < HISTORY_STEPS && !world->full &&
	       !world->model.crowded) {
		struct step *step = &history->steps[history->count];

		driver_next(&driver, world, step);
		world_step(world, step, (unsigned int)history->count++);
		driver_learn(&driver, world, step);
	}
	debts_close(&world->model, world->now + 1);
}

/* ---- shorter ---- */

struct part {
	struct history *history; /* made of what is kept */
	const char *what;	 /* they disagree about */
	struct disagreement found;
};

/* Do they still disagree about the same, in the steps but [from, to)? */
static bool disagrees(struct part *part, const struct step *steps, size_t count, size_t from,
		      size_t to)
{
	struct history *history = part->history;
	struct judged judged = {};

	world_open(&history->world, &history->climate);
	history->count = 0;
	for (size_t i = 0; i < count; i++) {
		struct step *step = &history->steps[history->count];

		if (i >= from && i < to)
			continue;
		*step = steps[i];
		world_step(&history->world, step, (unsigned int)history->count++);
	}
	debts_close(&history->world.model, history->world.now + 1);
	return !history->world.model.crowded && history->world.logged &&
	       !judge(&history->world, &judged, &part->found) && part->found.what == part->what;
}

static size_t drop(struct step *steps, size_t count, size_t from, size_t to)
{
	memmove(&steps[from], &steps[to], (count - to) * sizeof(*steps));
	return count - (to - from);
}

/* One command less in the step, if it is a list of several. */
static bool shorten(struct part *part, struct step *steps, size_t count, size_t at)
{
	for (unsigned int i = 0; steps[at].kind == STEP_LIST && i < steps[at].count; i++) {
		struct step kept = steps[at];

		if (kept.count == 1)
			return false;
		memmove(&steps[at].command[i], &steps[at].command[i + 1],
			(kept.count - i - 1) * sizeof(struct command));
		steps[at].count--;
		if (disagrees(part, steps, count, 0, 0))
			return true;
		steps[at] = kept;
	}
	return false;
}

/* Leaves out halves, quarters and so on, as long as that helps. */
static size_t shrink(struct part *part, struct step *steps, size_t count)
{
	bool shorter = true;

	for (size_t size = count; size; size = size > 1 || shorter ? (size + 1) / 2 : 0) {
		shorter = false;
		for (size_t from = 0; from < count;) {
			const size_t to = from + size < count ? from + size : count;

			if (disagrees(part, steps, count, from, to)) {
				count = drop(steps, count, from, to);
				shorter = true;
			} else {
				from = to;
			}
		}
		for (size_t i = 0; size == 1 && i < count; i++) {
			while (shorten(part, steps, count, i))
				shorter = true;
		}
	}
	return count;
}

/* ---- in words ---- */

static void say_command(const struct command *command)
{
	const struct machine_stream *stream = &machine_streams[command->stream];

	switch ((enum command_kind)command->kind) {
	case COMMAND_TLBI:
		fprintf(stderr, " TLBI(domain %u)", command->domain);
		break;
	case COMMAND_CD:
		fprintf(stderr, " CFGI_CD(0x%x)", stream->sid);
		break;
	case COMMAND_STE:
		fprintf(stderr, " CFGI_STE(0x%x)", stream->sid);
		break;
	case COMMAND_RANGE:
		fprintf(stderr, " CFGI_STE_RANGE(0x%x, %u)", stream->sid, command->size);
		break;
	case COMMAND_ATC:
		fprintf(stderr, " ATC_INV(0x%x", stream->sid);
		if (command->ssid)
			fprintf(stderr, ", ssid %u%s", command->ssid,
				command->global ? " global" : "");
		if (command->size >= 52)
			fprintf(stderr, ", all)");
		else
			fprintf(stderr, ", page 0x%x, size %u)", command->page, command->size);
		break;
	}
}

static void say_step(const struct step *step)
{
	static const char *const names[] = {"list", "return", "STE of",	 "ATS of",
					    "join", "attach", "reset",	 "begin",
					    "end",  "unmap",  "silence", "later"};
	static const char *const grants[] = {"unknown", "nothing", "untranslated", "ATS"};

	fprintf(stderr, "flow %u: %s", step->flow, names[step->kind]);
	switch ((enum step_kind)step->kind) {
	case STEP_LIST:
		fprintf(stderr, " on queue %u:", step->target);
		for (unsigned int i = 0; i < step->count; i++)
			say_command(&step->command[i]);
		fprintf(stderr, "%s", step->sync ? " CMD_SYNC" : ", no CMD_SYNC");
		break;
	case STEP_RETURN:
		fprintf(stderr, "%s",
			step->way == WAY_SWALLOW ? " success, whatever happened" : "");
		break;
	case STEP_WRITE:
		fprintf(stderr, " 0x%x (function %u) in memory: %s",
			machine_streams[step->target].sid, machine_streams[step->target].function,
			grants[step->way % SMMU_GRANT_COUNT]);
		break;
	case STEP_RESET:
		fprintf(stderr, " of function %u: %s%s", step->target,
			decode_reset_phase(step->way), step->failed ? ", failed" : "");
		break;
	case STEP_ATS:
	case STEP_SILENCE:
		fprintf(stderr, " function %u %s", step->target, step->way ? "on" : "off");
		break;
	case STEP_JOIN:
	case STEP_ATTACH:
		fprintf(stderr, " function %u, domain %u", step->target, step->way);
		break;
	case STEP_BEGIN:
		fprintf(stderr, " an invalidation of domain %u", step->way);
		break;
	case STEP_LATER:
		fprintf(stderr, " by %u us", step->delay_ns / 1000);
		break;
	default:
		break;
	}
	fprintf(stderr, "\n");
}

static void say_events(const struct world *world, unsigned int step)
{
	for (size_t i = 0; i < world->logged; i++) {
		const struct smmu_event *event = world_event(world, i);
		const struct smmu_fence *fence = (const void *)(event + 1);
		const struct smmu_submit *submit = (const void *)(event + 1);

		if (world->log[i].step != step)
			continue;
		fprintf(stderr, "          event %zu: %s", i, decode_kind(event->kind));
		if (event->kind == SMMU_EVENT_SUBMIT)
			fprintf(stderr, " returned %d", submit->result);
		if (event->kind == SMMU_EVENT_FENCE || event->kind == SMMU_EVENT_UNFENCE ||
		    event->kind == SMMU_EVENT_STE)
			fprintf(stderr, " 0x%x %s, result %d%s", fence->sid,
				decode_grant(fence->grant), fence->result,
				fence->told == SMMU_TOLD_MEMORY ? ", in memory" : "");
		fprintf(stderr, "\n");
	}
}

static void say_history(const struct history *history, const struct disagreement *found)
{
	const struct climate *climate = &history->climate;

	fprintf(stderr, "seed %llu: at event %zu: %s\n", history->seed, found->event, found->text);
	fprintf(stderr, "timeouts are %s%s, places are %s, the SMMU waits %llu us\n",
		climate->injected ? "injected" : "the hardware's",
		climate->injected && climate->poll_injected ? " (ETIMEDOUT)" : "",
		climate->exact ? "exact" : "ranges", climate->wait_ns / 1000);
	for (size_t i = 0; i < history->count; i++) {
		const struct step *step = &history->steps[i];

		fprintf(stderr, "%4zu. %s", i, step->done ? "" : "(not possible) ");
		say_step(step);
		say_events(&history->world, (unsigned int)i);
	}
}

static void say_shortest(const struct history *history, const struct disagreement *found)
{
	struct history shorter;
	struct part part = {.history = &shorter, .what = found->what};
	struct step *steps;
	size_t count = history->world.log[found->event].step + 1;

	if (history_open(&shorter))
		return;
	shorter.seed = history->seed;
	shorter.climate = history->climate;
	steps = calloc(count, sizeof(*steps));
	if (steps) {
		memcpy(steps, history->steps, count * sizeof(*steps));
		count = shrink(&part, steps, count);
		if (disagrees(&part, steps, count, 0, 0))
			say_history(&shorter, &part.found);
	}
	free(steps);
	history_close(&shorter);
}

bool history_agrees(struct history *history, __u64 seed, size_t events, struct judged *judged,
		    bool say)
{
	struct disagreement found;

	history->seed = seed;
	make(history, events);
	if (judge(&history->world, judged, &found))
		return true;
	if (say) {
		fprintf(stderr, "seed %llu, step %u of %zu: %s\n", seed,
			history->world.log[found.event].step, history->count, found.text);
		say_shortest(history, &found);
	}
	return false;
}
