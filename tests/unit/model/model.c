// SPDX-License-Identifier: GPL-2.0
#include "model.h"

#include <string.h>

#define GRANT(grant) ((__u8)(1U << (grant)))
#define ATS	     GRANT(SMMU_GRANT_ATS)

void model_init(struct model *model)
{
	memset(model, 0, sizeof(*model));
	for (unsigned int i = 0; i < MACHINE_STREAMS; i++) {
		model->streams[i].memory = SMMU_GRANT_NOTHING;
		model->streams[i].may = model->streams[i].told = GRANT(SMMU_GRANT_NOTHING);
		model->streams[i].domain = -1;
		model->streams[i].domains = MODEL_NO_DOMAIN;
	}
}

enum model_ats model_function_ats(const struct model *model, unsigned int function)
{
	const struct machine_function *place = &machine_functions[function];
	enum model_ats ats = MODEL_NO;

	for (unsigned int i = place->first; i < place->first + place->streams; i++) {
		const struct model_stream *stream = &model->streams[i];

		if (stream->known && stream->told == ATS)
			return MODEL_YES;
		if (!stream->known || stream->may & ATS)
			ats = MODEL_UNCLEAR;
	}
	return ats;
}

/* ---- configuration ---- */

void model_write(struct model *model, unsigned int stream, enum smmu_grant grant)
{
	struct model_stream *state = &model->streams[stream];

	state->memory = grant;
	state->may |= GRANT(grant);
	for (unsigned int i = 0; i < MODEL_PENDING; i++)
		state->pending[i].grants |= GRANT(grant);
	debts_settle(model);
}

static __u8 domain_mask(int domain)
{
	return (__u8)(domain < 0 ? MODEL_NO_DOMAIN : 1U << domain);
}

void model_join(struct model *model, unsigned int function, int domain)
{
	const struct machine_function *place = &machine_functions[function];

	for (unsigned int i = place->first; i < place->first + place->streams; i++) {
		struct model_stream *state = &model->streams[i];

		state->domain = domain;
		state->domains |= domain_mask(domain);
		for (unsigned int p = 0; p < MODEL_PENDING; p++)
			state->pending[p].domains |= domain_mask(domain);
	}
	debts_settle(model);
}

/* Does the command configure the StreamID? */
static bool configures(const struct command *command, unsigned int queue, unsigned int stream)
{
	const unsigned int smmu = machine_functions[machine_streams[stream].function].smmu;
	const __u32 sid = machine_streams[command->stream].sid;

	if (machine_queues[queue].smmu != smmu)
		return false;
	if (command->kind == COMMAND_STE)
		return sid == machine_streams[stream].sid;
	/* 4.3.2: the bottom Range + 1 bits of the StreamID are ignored. */
	return command->kind == COMMAND_RANGE &&
	       (command->size >= 31 ||
		sid >> (command->size + 1) == machine_streams[stream].sid >> (command->size + 1));
}

static bool list_configures(const struct model_list *list, unsigned int stream)
{
	for (unsigned int i = 0; i < list->count; i++) {
		if (configures(&list->command[i], list->queue, stream))
			return true;
	}
	return false;
}

/* Does it read the context descriptor of the StreamID anew, and nothing else? */
static bool list_tells_context(const struct model_list *list, unsigned int stream)
{
	for (unsigned int i = 0; i < list->count; i++) {
		if (list->command[i].kind == COMMAND_CD &&
		    machine_functions[machine_streams[stream].function].smmu ==
			    machine_queues[list->queue].smmu &&
		    machine_streams[list->command[i].stream].sid == machine_streams[stream].sid)
			return true;
	}
	return false;
}

static void pend(struct model *model, const struct model_list *list, unsigned int stream,
		 bool context)
{
	struct model_stream *state = &model->streams[stream];
	struct model_pending *oldest = &state->pending[0];

	for (unsigned int i = 0; i < MODEL_PENDING; i++) {
		struct model_pending *pending = &state->pending[i];

		state->spread |= pending->list != 0 && !pending->context && !context;
		if (oldest->list && (!pending->list || (pending->ended && !oldest->ended) ||
				     (pending->ended && pending->began < oldest->began)))
			oldest = pending;
	}
	*oldest = (struct model_pending){
		.list = list->id,
		.began = list->began,
		.queue = list->queue,
		.context = context,
		.grants = GRANT(state->memory),
		.domains = domain_mask(state->domain),
	};
}

/* The CFGI is complete: what was read before it is gone. */
static void confirm(struct model_stream *state, struct model_pending *pending)
{
	pending->list = 0;
	state->domains &= pending->domains;
	if (pending->context)
		return;
	state->may &= pending->grants;
	state->told = state->may;
	state->known = true;
}

static bool confirms(const struct model_list *list, const struct model_pending *pending)
{
	if (!pending->list || pending->queue != list->queue)
		return false;
	return pending->list == list->id || (pending->ended && pending->ended <= list->began);
}

/* An STE is read together with its context descriptor; not the other way round. */
static void note_doubt(struct model_stream *state, bool context, bool doubted)
{
	state->context_doubted = doubted;
	if (!context)
		state->doubted = doubted;
}

/* The list has returned. Returns whether the StreamID was told something. */
static bool end_stream(struct model_stream *state, const struct model_list *list, bool success)
{
	bool told = false;

	for (unsigned int i = 0; i < MODEL_PENDING; i++) {
		struct model_pending *pending = &state->pending[i];

		if (list->sync && success && confirms(list, pending)) {
			state->spread &= pending->list != list->id || pending->context;
			told |= !pending->context;
			if (!pending->context || pending->list == list->id)
				note_doubt(state, pending->context, false);
			confirm(state, pending);
		} else if (pending->list == list->id) {
			pending->ended = list->ended;
			note_doubt(state, pending->context, true);
		}
	}
	return told;
}

/* ---- invalidations ---- */

static void ask(struct model *model, const struct model_list *list, unsigned int i)
{
	struct model_invalidation *invalidation = &model->invalidations[list->flow];
	unsigned int at = 0;

	while (at < MODEL_ASKS && model->asks[at].used)
		at++;
	model->crowded |= at == MODEL_ASKS;
	if (at == MODEL_ASKS)
		return;
	invalidation->any = true;
	model->asks[at] = (struct model_ask){
		.used = true,
		.current = true,
		.command = list->command[i],
		.flow = list->flow,
		.queue = list->queue,
		.began = list->began,
		.index = list->first + i,
	};
}

/* 4.5.1: the span is aligned to its size; 52 is all of them. */
static void span_of(const struct command *command, __u64 *first, __u64 *last)
{
	const __u64 pages = command->size >= 52 ? 0 : 1ULL << command->size;

	*first = command->page & ~(pages - 1);
	*last = *first + pages - 1;
	if (command->size >= 52) {
		*first = 0;
		*last = ~0ULL;
	}
}

/*
 * Is nothing left of `narrow` when `wide` is complete? Without SSV the request has no PASID, and
 * the function drops its translations with any PASID, too; Global is then ignored. With SSV it is
 * for translations with this PASID, or with Global for those with any (4.5.1, PCIe ATS).
 */
static bool covers(const struct command *wide, const struct command *narrow)
{
	__u64 first, last, from, to;

	if (wide->stream != narrow->stream)
		return false;
	if (wide->ssid && !narrow->ssid)
		return false;
	if (wide->ssid && !wide->global && (narrow->global || wide->ssid != narrow->ssid))
		return false;
	span_of(wide, &first, &last);
	span_of(narrow, &from, &to);
	return first <= from && to <= last;
}

static void clear_covered(struct model *model, const struct model_ask *wide)
{
	for (unsigned int i = 0; i < MODEL_ASKS; i++) {
		struct model_ask *ask = &model->asks[i];

		if (!ask->used || ask->began > wide->began ||
		    !covers(&wide->command, &ask->command))
			continue;
		ask->early |= !ask->cleared && !ask->synced && ask->by != wide->by;
		ask->cleared = true;
	}
}

/* Those that nothing can be about any more. */
static void forget_asks(struct model *model)
{
	for (unsigned int i = 0; i < MODEL_ASKS; i++) {
		struct model_ask *ask = &model->asks[i];

		if (!ask->current && (ask->answer == ASK_FAILED || ask->known))
			ask->used = false;
	}
}

void model_begin(struct model *model, const struct model_list *list)
{
	for (unsigned int i = 0; i < list->count; i++) {
		if (list->command[i].kind == COMMAND_ATC)
			ask(model, list, i);
	}
	for (unsigned int i = 0; i < MACHINE_STREAMS; i++) {
		if (list_configures(list, i))
			pend(model, list, i, false);
		else if (list_tells_context(list, i))
			pend(model, list, i, true);
	}
	debts_begin(model, list);
}

void model_decided(struct model *model, const struct model_list *list)
{
	for (unsigned int i = 0; i < MODEL_ASKS; i++) {
		struct model_ask *ask = &model->asks[i];

		if (!ask->used || ask->by || ask->queue != list->queue ||
		    ask->index >= list->first + list->count)
			continue;
		ask->answer = list->completed ? ASK_ANSWERED : ASK_FAILED;
		ask->by = list->id;
		ask->own = ask->flow == list->flow;
		ask->victim |= list->unbegun;
		if (!ask->own)
			model->invalidations[list->flow].took |=
				1U << machine_streams[ask->command.stream].function;
		/* Who has given up knows nothing of it. */
		ask->known = list->ended;
	}
}

/* The list's CMD_SYNC failed, it returned success, and who is to blame is another function. */
static bool acquitted(const struct model_ask *ask, const struct model_list *list, bool success)
{
	return ask->answer == ASK_FAILED && success && list->named &&
	       machine_streams[ask->command.stream].function + 1 != list->named;
}

/* Its CMD_SYNC may have been given up before it was decided. */
static void end_asks(struct model *model, const struct model_list *list, bool success)
{
	for (unsigned int i = 0; i < MODEL_ASKS; i++) {
		struct model_ask *ask = &model->asks[i];

		if (!ask->used || ask->queue != list->queue)
			continue;
		/*
		 * Of one in a list without a CMD_SYNC it cannot be known which CMD_SYNC was the
		 * next one, as other flows may have been faster.
		 */
		if (ask->by == list->id && ask->answer == ASK_ANSWERED && ask->index >= list->first)
			clear_covered(model, ask);
		if (ask->by == list->id) {
			ask->known = true;
			ask->slow = list->ended > list->decided_ns + MODEL_SLOW_NS;
			ask->cleared |= acquitted(ask, list, success);
		}
		if (ask->flow != list->flow || ask->index > list->first + list->count)
			continue;
		/* The SMMU has not come to this CMD_SYNC: those before the list are for another
		 * one. */
		if (list->unbegun && ask->index < list->first)
			continue;
		ask->synced = true;
		if (ask->by)
			continue;
		ask->gave_up = true;
		ask->victim = list->unbegun;
	}
}

unsigned int model_end(struct model *model, const struct model_list *list, bool success)
{
	unsigned int told = 0;

	if (list->sync)
		end_asks(model, list, success);
	for (unsigned int i = 0; i < MACHINE_STREAMS; i++) {
		if (end_stream(&model->streams[i], list, success) || list_configures(list, i) ||
		    list_tells_context(list, i))
			told |= 1U << machine_streams[i].function;
	}
	debts_settle(model);
	return told;
}

void model_invalidation_begins(struct model *model, unsigned int flow)
{
	struct model_invalidation *invalidation = &model->invalidations[flow];

	*invalidation = (struct model_invalidation){
		.active = true,
		.older = invalidation->older,
		.took = invalidation->took,
	};
}

static void leave_ask(struct model_ask *ask, struct model_truth *truth)
{
	const __u8 function = (__u8)(1U << machine_streams[ask->command.stream].function);

	/* One that no CMD_SYNC of the flow has followed yet goes on into the next one. */
	ask->current = !ask->synced;
	if (ask->by && !ask->own)
		truth->absorbed |= function;
	if (ask->early)
		truth->early |= function;
	if (ask->slow)
		truth->slow |= function;
	if (ask->cleared)
		return;
	if (ask->victim)
		truth->victims |= function;
	else if ((ask->answer == ASK_FAILED && ask->own) || ask->gave_up)
		truth->stale |= function;
}

void model_goes_on(struct model *model, unsigned int flow)
{
	for (unsigned int i = 0; i < MODEL_ASKS; i++) {
		struct model_ask *ask = &model->asks[i];

		if (!ask->used || ask->flow != flow || !ask->synced || !ask->current)
			continue;
		ask->current = false;
		if (!ask->cleared)
			model->invalidations[flow].older |=
				1U << machine_streams[ask->command.stream].function;
		/* For who does not see that it goes on, this is about the same invalidation. */
		if (ask->by && !ask->own)
			model->invalidations[flow].took |=
				1U << machine_streams[ask->command.stream].function;
	}
}

void model_invalidation_ends(struct model *model, unsigned int flow, struct model_truth *truth)
{
	struct model_invalidation *invalidation = &model->invalidations[flow];

	truth->ends = true;
	truth->flow = flow;
	truth->absorbed = (__u8)invalidation->took;
	truth->older = (__u8)invalidation->older;
	for (unsigned int i = 0; i < MODEL_ASKS; i++) {
		if (model->asks[i].used && model->asks[i].current && model->asks[i].flow == flow)
			leave_ask(&model->asks[i], truth);
	}
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++)
		truth->resetting |= (__u8)(model->functions[i].resetting << i);
	/* What a device can still use is stale only if the SMMU lets it. */
	truth->stale &= (__u8)~truth->no;
	invalidation->active = false;
	invalidation->took = invalidation->older = 0;
	forget_asks(model);
}

/* ---- the functions ---- */

void model_ats(struct model *model, unsigned int function, bool on, __u64 now)
{
	model->functions[function].ats = on;
	model->functions[function].ats_ns = now;
	debts_settle(model);
}

void model_reset_begins(struct model *model, unsigned int function)
{
	model->functions[function].resetting = true;
}

/* A reset empties the ATC; what was to be dropped by then is gone. */
void model_reset_ends(struct model *model, unsigned int function, bool worked)
{
	model->functions[function].resetting = false;
	for (unsigned int i = 0; worked && i < MODEL_ASKS; i++) {
		struct model_ask *ask = &model->asks[i];

		if (ask->used && machine_streams[ask->command.stream].function == function)
			ask->cleared = true;
	}
}

/* ---- what is true now ---- */

/* With what is told, and not confirmed, would the StreamID be kept from ATS? */
static bool stream_queued(const struct model_stream *stream)
{
	if (stream->known && stream->told != ATS)
		return true;
	for (unsigned int i = 0; i < MODEL_PENDING; i++) {
		if (stream->pending[i].list && !stream->pending[i].context &&
		    stream->pending[i].grants & ~ATS)
			return true;
	}
	return false;
}

static void look_at(const struct model *model, unsigned int function, struct model_truth *truth)
{
	const struct machine_function *place = &machine_functions[function];
	const __u8 bit = (__u8)(1U << function);
	bool queued = true;

	switch (model_function_ats(model, function)) {
	case MODEL_NO:
		truth->no |= bit;
		break;
	case MODEL_YES:
		truth->yes |= bit;
		break;
	case MODEL_UNCLEAR:
		truth->unclear |= bit;
		break;
	}
	for (unsigned int i = place->first; i < place->first + place->streams; i++) {
		const struct model_stream *stream = &model->streams[i];

		queued &= stream_queued(stream);
		if (stream->spread)
			truth->spread |= bit;
		if (stream->memory == SMMU_GRANT_ATS)
			truth->written |= (__u8)(1U << i);
		for (unsigned int p = 0; p < MODEL_PENDING; p++) {
			if (!stream->pending[p].list || stream->pending[p].context)
				continue;
			if (!stream->pending[p].ended)
				truth->busy |= bit;
			if (stream->pending[p].began < model->functions[function].ats_ns)
				truth->crossed |= bit;
		}
	}
	if (queued)
		truth->queued |= bit;
}

void model_look(const struct model *model, struct model_truth *truth)
{
	memset(truth, 0, sizeof(*truth));
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++)
		look_at(model, i, truth);
}
