// SPDX-License-Identifier: GPL-2.0
#include "debt.h"

#include "model.h"
#include "smmu_event.h"

#include <string.h>

/* As the engine has it (src/check/reach.c): the lists of one invalidation follow at once. */
#define GAP_NS 10000000ULL

#define ATS ((__u8)(1U << SMMU_GRANT_ATS))

static __u8 function_bit(unsigned int stream)
{
	return (__u8)(1U << machine_streams[stream].function);
}

/* sure: it uses the tag and ATS whatever the SMMU holds; else by something that it may hold. */
static __u8 users_of(const struct model *model, unsigned int smmu, unsigned int domain, bool sure)
{
	const __u8 tag = (__u8)(1U << domain);
	__u8 users = 0;

	for (unsigned int i = 0; i < MACHINE_STREAMS; i++) {
		const struct model_stream *stream = &model->streams[i];
		const unsigned int function = machine_streams[i].function;

		if (machine_functions[function].smmu != smmu || !model->functions[function].ats)
			continue;
		if (sure ? stream->known && stream->may == ATS && stream->domains == tag
			 : stream->may & ATS && stream->domains & tag)
			users |= (__u8)(1U << i);
	}
	return users;
}

static __u8 streams_with(const struct model *model, bool doubted)
{
	__u8 streams = 0;

	for (unsigned int i = 0; i < MACHINE_STREAMS; i++) {
		const struct model_stream *stream = &model->streams[i];

		if (doubted ? stream->doubted || stream->context_doubted : stream->spread)
			streams |= (__u8)(1U << i);
	}
	return streams;
}

void debts_begin(struct model *model, const struct model_list *list)
{
	const unsigned int smmu = machine_queues[list->queue].smmu;

	for (unsigned int i = 0; i < list->count; i++) {
		const struct command *command = &list->command[i];

		if (command->kind != COMMAND_TLBI)
			continue;
		model->debts.fresh[list->flow][command->domain] = (struct debt){
			.open = true,
			.flow = list->flow,
			.smmu = smmu,
			.queue = list->queue,
			.domain = command->domain,
			.start_ns = list->began,
			.several = list->count > 1,
			.more = !list->sync,
			.must = users_of(model, smmu, command->domain, true),
			.may = users_of(model, smmu, command->domain, false),
			.spread = streams_with(model, false),
			.doubted = streams_with(model, true),
		};
	}
}

void debts_settle(struct model *model)
{
	for (unsigned int flow = 0; flow < MACHINE_FLOWS; flow++) {
		for (unsigned int domain = 0; domain < MACHINE_DOMAINS; domain++) {
			struct debt *fresh = &model->debts.fresh[flow][domain];

			fresh->must &= users_of(model, fresh->smmu, domain, true);
			for (unsigned int smmu = 0; smmu < MACHINE_SMMUS; smmu++)
				model->debts.open[flow][smmu][domain].must &=
					users_of(model, smmu, domain, true);
		}
	}
}

static void note_excuses(const struct debts *debts, struct debt *debt)
{
	debt->waived = debts->running | debts->silent;
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++) {
		const __u8 bit = (__u8)(1U << i);

		if (debts->prepared[i])
			debt->waived |= bit;
		if (debts->failed_ns[i] || debts->stirred_ns[i] >= debt->start_ns)
			debt->excused |= bit;
	}
	debt->excused |= debt->waived;
}

/* It is over, by then. */
static void close_debt(struct debts *debts, struct debt *debt, __u64 now)
{
	if (!debt->open)
		return;
	debts->full |= debts->closed_count == DEBTS;
	debt->over_ns = now;
	note_excuses(debts, debt);
	if (!debts->full && debt->may)
		debts->closed[debts->closed_count++] = *debt;
	debt->open = false;
}

/* The flow's list repeats the one before it, as some SMMUs need it; or goes on with it. */
static bool goes_on(const struct debts *debts, const struct debt *open, const struct debt *fresh)
{
	const bool again = debts->previous[fresh->flow].single && !fresh->several && !fresh->more &&
			   debts->previous[fresh->flow].queue == fresh->queue &&
			   debts->previous[fresh->flow].domain == fresh->domain;

	if (!open->open)
		return false;
	return again || (!open->asking && (open->more || fresh->start_ns <= open->end_ns + GAP_NS));
}

static void begin_debt(struct debts *debts, struct debt *fresh, __u64 now)
{
	struct debt *open = &debts->open[fresh->flow][fresh->smmu][fresh->domain];

	fresh->end_ns = now;
	if (goes_on(debts, open, fresh)) {
		open->must &= fresh->must;
		open->end_ns = now;
		open->more = fresh->more;
		return;
	}
	close_debt(debts, open, now);
	*open = *fresh;
}

static void ask(struct debts *debts, unsigned int flow, unsigned int stream)
{
	const __u8 bit = (__u8)(1U << stream);

	for (unsigned int smmu = 0; smmu < MACHINE_SMMUS; smmu++) {
		for (unsigned int domain = 0; domain < MACHINE_DOMAINS; domain++) {
			struct debt *debt = &debts->open[flow][smmu][domain];

			if (debt->returned && !(debt->asked & bit))
				debt->late |= bit;
			debt->asked |= bit;
			debt->asking = true;
		}
	}
}

void debts_stir(struct model *model, unsigned int function, __u64 now)
{
	struct debts *debts = &model->debts;

	debts->stirred_ns[function] = now;
	for (unsigned int i = 0; i < debts->closed_count; i++) {
		if (!debts->closed[i].ripe)
			debts->closed[i].stirred |= (__u8)(1U << function);
	}
}

static __u8 asked_by(const struct model_list *list)
{
	__u8 functions = 0;

	for (unsigned int i = 0; i < list->count; i++) {
		if (list->command[i].kind == COMMAND_ATC)
			functions |= function_bit(list->command[i].stream);
	}
	return functions;
}

/* An error of the list names the function. That of another flow's ATC_INV is nothing of it. */
static void blame(struct model *model, const struct model_list *list, unsigned int function)
{
	struct debts *debts = &model->debts;
	const __u8 own = debts->left[list->flow][list->queue] | asked_by(list);

	debts_stir(model, function, list->ended);
	debts->failed_ns[function] = list->ended;
	debts->silent |= own & (__u8)(1U << function);
}

/* Who was told something, and whose answer is missing or has come. */
static void follow_commands(struct model *model, const struct model_list *list, bool failed,
			    bool success)
{
	struct debts *debts = &model->debts;
	__u8 *left = &debts->left[list->flow][list->queue];
	const __u8 asked = asked_by(list);

	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++) {
		const unsigned int bit = 1U << i;

		if (failed && (asked | *left) & bit) {
			debts_stir(model, i, list->ended);
			debts->failed_ns[i] = list->ended;
		} else if (success && asked & bit && debts->failed_ns[i] <= list->began) {
			debts->failed_ns[i] = 0;
		}
	}
	if (success)
		debts->silent &= (__u8)~asked;
	*left = list->sync ? 0 : *left | asked;
}

static void ripen(struct debts *debts, __u64 now)
{
	for (unsigned int i = 0; i < debts->closed_count; i++)
		debts->closed[i].ripe |= now > debts->closed[i].over_ns + DEBT_REASON_NS +
						       SMMU_LONGEST_WAIT_NS;
}

static void note_previous(struct debts *debts, const struct model_list *list)
{
	debts->previous[list->flow].single = list->count == 1 && list->sync &&
					     list->command[0].kind == COMMAND_TLBI;
	debts->previous[list->flow].queue = list->queue;
	debts->previous[list->flow].domain = list->command[0].domain;
}

void debts_end(struct model *model, const struct model_list *list, int result, bool failed,
	       unsigned int named, unsigned int told)
{
	struct debts *debts = &model->debts;

	ripen(debts, list->ended);
	for (unsigned int domain = 0; domain < MACHINE_DOMAINS; domain++) {
		struct debt *fresh = &debts->fresh[list->flow][domain];

		/* One that failed is not known to have taken anything. */
		if (fresh->open && result >= 0)
			begin_debt(debts, fresh, list->ended);
		fresh->open = false;
	}
	for (unsigned int i = 0; i < list->count; i++) {
		if (list->command[i].kind == COMMAND_ATC)
			ask(debts, list->flow, list->command[i].stream);
	}
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++) {
		if (told >> i & 1)
			debts_stir(model, i, list->ended);
	}
	debts->silent &= (__u8)~told;
	if (named)
		blame(model, list, named - 1);
	follow_commands(model, list, failed, list->sync && !failed && result >= 0);
	note_previous(debts, list);
}

void debts_return(struct model *model, unsigned int flow)
{
	for (unsigned int smmu = 0; smmu < MACHINE_SMMUS; smmu++) {
		for (unsigned int domain = 0; domain < MACHINE_DOMAINS; domain++)
			model->debts.open[flow][smmu][domain].returned = true;
	}
}

void debts_unmap(struct model *model, unsigned int flow, __u64 now)
{
	for (unsigned int smmu = 0; smmu < MACHINE_SMMUS; smmu++) {
		for (unsigned int domain = 0; domain < MACHINE_DOMAINS; domain++)
			close_debt(&model->debts, &model->debts.open[flow][smmu][domain], now);
	}
}

void debts_reset(struct model *model, unsigned int function, unsigned int phase, __u64 now)
{
	struct debts *debts = &model->debts;
	const __u8 bit = (__u8)(1U << function);

	debts_stir(model, function, now);
	debts->silent &= (__u8)~bit;
	if (phase == SMMU_RESET_BEGIN)
		debts->running |= bit;
	else if (phase == SMMU_RESET_END)
		debts->running &= (__u8)~bit;
	else if (phase == SMMU_RESET_PREPARE)
		debts->prepared[function]++;
	else if (phase == SMMU_RESET_DONE && debts->prepared[function])
		debts->prepared[function]--;
}

void debts_close(struct model *model, __u64 now)
{
	for (unsigned int flow = 0; flow < MACHINE_FLOWS; flow++)
		debts_unmap(model, flow, now);
}
