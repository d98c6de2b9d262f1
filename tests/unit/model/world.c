// SPDX-License-Identifier: GPL-2.0
#include "world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WORLD_LISTS = 8192 };

enum { QUEUE_ENTRIES = 256 };
/* With the wrap bit. */
#define INDEX_MASK (2U * QUEUE_ENTRIES - 1)
#define POLL_NS	   SMMU_POLL_NS
/* A domain's. */
#define ASID(domain) ((domain) + 1U)

struct eye_flow world_flow_id(unsigned int flow)
{
	const bool irq = flow >= 4;

	return (struct eye_flow){
		.tid = 1 + flow % 4,
		.cpu = (__u16)(flow % 4),
		.context = irq ? SMMU_CONTEXT_HARDIRQ : SMMU_CONTEXT_TASK,
	};
}

const struct smmu_event *world_event(const struct world *world, size_t index)
{
	return (const struct smmu_event *)(world->bytes + world->log[index].at);
}

static void log_event(void *context, const struct smmu_event *event, size_t length)
{
	struct world *world = context;
	struct logged *logged = &world->log[world->logged];

	if (world->logged == WORLD_EVENTS || world->used + length > WORLD_BYTES) {
		world->full = true;
		return;
	}
	memset(logged, 0, sizeof(*logged));
	logged->at = world->used;
	logged->length = length;
	logged->step = world->step;
	memcpy(world->bytes + world->used, event, length);
	world->used += (length + 7) & ~7ULL;
	world->logged++;
}

/* STE (5.2): V, Config [3:1], in word 1 EATS [29:28]. The rest tells one from the other. */
static void read_ste(void *context, unsigned int stream, __u64 word[2])
{
	const struct world *world = context;

	word[1] = 0;
	switch (world->model.streams[stream].memory) {
	case SMMU_GRANT_ATS:
		word[0] = 1 | 5 << 1;
		word[1] = 1ULL << 28;
		break;
	case SMMU_GRANT_UNTRANSLATED:
		/* Translated without EATS, or bypass. */
		word[0] = 1 | (world->variant[stream] & 1 ? 4U : 5U) << 1;
		break;
	default:
		word[0] = world->variant[stream] & 1 ? 1 : 0;
		break;
	}
	word[0] |= (__u64)world->variant[stream] << 16;
}

static __u64 read_tag(void *context, unsigned int stream)
{
	const struct world *world = context;
	const int domain = world->model.streams[stream].domain;

	return domain < 0 ? 0 : SMMU_TAG(SMMU_REGIME_EL1, 0, ASID((unsigned int)domain));
}

int world_open(struct world *world, const struct climate *climate)
{
	struct world_list *list = world->list ? world->list : calloc(WORLD_LISTS, sizeof(*list));
	struct logged *log = world->log ? world->log : calloc(WORLD_EVENTS, sizeof(*log));
	unsigned char *bytes = world->bytes ? world->bytes : malloc(WORLD_BYTES);
	const struct eye_world eye = {world, log_event, read_ste, read_tag};

	memset(world, 0, sizeof(*world));
	world->list = list;
	world->log = log;
	world->bytes = bytes;
	world->climate = *climate;
	world->now = 1000000000ULL;
	model_init(&world->model);
	eye_open(&eye);
	return list && log && bytes ? 0 : -ENOMEM;
}

void world_free(struct world *world)
{
	free(world->list);
	free(world->log);
	free(world->bytes);
	memset(world, 0, sizeof(*world));
}

static void now_by(struct world *world, unsigned int flow)
{
	const struct eye_flow id = world_flow_id(flow);

	eye_now(&id, ++world->now);
}

/* IHI 0070 4.3, 4.4, 4.5.1: as the architecture lays them out. */
static struct smmu_command encode(const struct command *command)
{
	const __u64 sid = (__u64)machine_streams[command->stream].sid << 32;
	struct smmu_command words = {};

	switch ((enum command_kind)command->kind) {
	case COMMAND_TLBI:
		words.word[0] = 0x12 | (__u64)ASID(command->domain) << 48;
		break;
	case COMMAND_ATC:
		words.word[0] = 0x40 | sid | (command->ssid ? 1U << 11 : 0U) |
				(__u64)command->ssid << 12 | (command->global ? 1U << 9 : 0U);
		words.word[1] = (__u64)command->page << 12 | command->size;
		break;
	case COMMAND_STE:
		words.word[0] = 0x03 | sid;
		words.word[1] = 1;
		break;
	case COMMAND_RANGE:
		words.word[0] = 0x04 | sid;
		words.word[1] = command->size;
		break;
	case COMMAND_CD:
		words.word[0] = 0x05 | sid;
		words.word[1] = 1;
		break;
	}
	return words;
}

/* ---- queues ---- */

static __u32 index_of(__u64 place)
{
	return (__u32)place & INDEX_MASK;
}

/* The SMMU takes the commands of a list, but for its CMD_SYNC. */
static void begin_commands(struct world *world, struct world_queue *queue, struct world_list *entry)
{
	entry->list.begun = true;
	for (unsigned int i = 0; i < entry->list.count; i++) {
		const struct command *command = &entry->list.command[i];

		queue->last = *command;
		if (command->kind != COMMAND_ATC ||
		    !world->silent[machine_streams[command->stream].function])
			continue;
		if (!queue->unanswered++)
			queue->silent_stream = command->stream;
	}
	queue->cons = entry->list.first + entry->list.count;
}

static void decide(struct world *world, struct world_queue *queue, struct world_list *entry,
		   bool completed)
{
	entry->list.decided = true;
	entry->list.decided_ns = world->now;
	entry->list.completed = completed;
	queue->unanswered = 0;
	queue->until = 0;
	queue->cons++;
	model_decided(&world->model, &entry->list);
}

/* The CMD_SYNC fails. Whoever waits for it finds the error, or else the handler. */
static void fail(struct world *world, struct world_queue *queue, struct world_list *entry)
{
	const unsigned int number = entry->list.queue;
	const __u64 sync = entry->list.first + entry->list.count;
	const bool waits = !entry->list.ended && world->now < entry->list.began + POLL_NS;
	const struct smmu_command before = encode(&queue->last);

	now_by(world, waits ? entry->list.flow : 4);
	world->trouble = world->now;
	if (world->climate.injected) {
		entry->injected = true;
		entry->list.named = machine_streams[queue->silent_stream].function + 1;
		eye_inject(number, index_of(sync), machine_streams[queue->silent_stream].sid,
			   world->climate.poll_injected ? -ETIMEDOUT : -EIO);
	} else {
		eye_error(number, SMMU_CERROR_ATC_INV_SYNC << 24 | index_of(sync),
			  waits ? SMMU_FOUND_BY_ISSUER : SMMU_FOUND_BY_HANDLER, &before);
	}
	decide(world, queue, entry, false);
}

/* Takes what it can take by now. */
static void run_queue(struct world *world, struct world_queue *queue)
{
	while (queue->head != queue->tail) {
		struct world_list *entry = queue->fifo[queue->head % WORLD_FIFO];

		if (!entry->list.begun)
			begin_commands(world, queue, entry);
		if (entry->list.sync && queue->unanswered && !world->climate.injected) {
			if (!queue->until)
				queue->until = world->now + world->climate.wait_ns;
			if (world->now < queue->until)
				return;
		}
		queue->head++;
		if (entry->list.sync && queue->unanswered)
			fail(world, queue, entry);
		else if (entry->list.sync)
			decide(world, queue, entry, true);
	}
}

static void run_queues(struct world *world)
{
	for (unsigned int i = 0; i < MACHINE_QUEUES; i++)
		run_queue(world, &world->queues[i]);
}

/* Time passes until then, with what the SMMU does meanwhile. */
static void pass_until(struct world *world, __u64 then)
{
	while (world->now < then) {
		__u64 next = then;

		for (unsigned int i = 0; i < MACHINE_QUEUES; i++) {
			if (world->queues[i].until && world->queues[i].until < next)
				next = world->queues[i].until;
		}
		world->now = next > world->now ? next : world->now;
		run_queues(world);
	}
}

/* ---- steps ---- */

static void step_list(struct world *world, struct step *step)
{
	struct world_flow *flow = &world->flows[step->flow];
	struct model_invalidation *invalidation = &world->model.invalidations[step->flow];
	struct world_queue *queue = &world->queues[step->target];
	struct world_list *entry = &world->list[world->list_count];
	bool atc = false, other = true;

	if (flow->list || world->list_count == WORLD_LISTS || !step->count ||
	    queue->prod - queue->cons + step->count + step->sync > QUEUE_ENTRIES)
		return;
	for (unsigned int i = 0; i < step->count; i++) {
		atc |= step->command[i].kind == COMMAND_ATC;
		other &= step->command[i].kind == COMMAND_TLBI;
	}
	/* That is where an invalidation begins, for who does not see its function return. */
	if (other && invalidation->active && invalidation->any)
		return;
	if (atc && !invalidation->active)
		model_invalidation_begins(&world->model, step->flow);
	step->done = true;
	world->list_count++;
	*entry = (struct world_list){
		.list =
			{
				.flow = step->flow,
				.queue = step->target,
				.count = step->count,
				.sync = step->sync,
				.id = ++world->lists,
				.first = queue->prod,
				.began = ++world->now,
			},
	};
	memcpy(entry->list.command, step->command, step->count * sizeof(struct command));
	queue->prod += step->count + step->sync;
	queue->fifo[queue->tail++ % WORLD_FIFO] = entry;
	flow->list = entry;
	if (other)
		model_goes_on(&world->model, step->flow);
	model_begin(&world->model, &entry->list);
	run_queue(world, queue);
}

static int result_of(const struct world *world, const struct world_list *entry, enum way way)
{
	if (!entry->list.sync || (entry->list.decided && entry->list.completed))
		return 0;
	if (!entry->list.decided)
		return -ETIMEDOUT;
	if (way == WAY_SWALLOW)
		return 0;
	return world->climate.injected && world->climate.poll_injected ? -ETIMEDOUT : -EIO;
}

static void end_list(struct world *world, const struct world_list *entry, int result)
{
	const bool failed = result < 0 ||
			    (entry->list.sync && !(entry->list.decided && entry->list.completed));

	const unsigned int told = model_end(&world->model, &entry->list,
					    entry->list.sync && entry->list.decided && result >= 0);

	debts_end(&world->model, &entry->list, result, failed,
		  entry->injected ? entry->list.named : 0, told);
}

static void step_return(struct world *world, struct step *step)
{
	struct world_flow *flow = &world->flows[step->flow];
	struct world_list *entry = flow->list;
	struct smmu_command commands[LIST_COMMANDS];
	struct world_queue *queue;
	struct eye_list view;

	if (!entry)
		return;
	step->done = true;
	queue = &world->queues[entry->list.queue];
	while (entry->list.sync && !entry->list.decided &&
	       world->now < entry->list.began + POLL_NS) {
		__u64 next = queue->until ? queue->until : entry->list.began + POLL_NS;

		pass_until(world,
			   next < entry->list.began + POLL_NS ? next : entry->list.began + POLL_NS);
	}
	now_by(world, step->flow);
	entry->list.ended = world->now;
	entry->list.unbegun = !entry->list.begun;
	flow->list = NULL;
	flow->result = result_of(world, entry, step->way);
	if (flow->result < 0)
		world->trouble = world->now;
	end_list(world, entry, flow->result);
	for (unsigned int i = 0; i < entry->list.count; i++)
		commands[i] = encode(&entry->list.command[i]);
	view = (struct eye_list){
		.queue = entry->list.queue,
		.count = entry->list.count,
		.commands = commands,
		.began = entry->list.began,
		.prod = index_of(entry->list.first),
		.result = flow->result,
		.sync = entry->list.sync,
		.exact = world->climate.exact,
		.injected = entry->injected,
		.cons = index_of(queue->cons),
		.prod_after = index_of(queue->prod),
	};
	eye_list(&view);
}

static void step_write(struct world *world, struct step *step)
{
	step->done = true;
	world->variant[step->target] = step->count;
	model_write(&world->model, step->target, step->way);
}

static void step_reset(struct world *world, struct step *step)
{
	/* A thread that resets is in no invalidation. Of what is no known function nothing is seen.
	 */
	if (!machine_functions[step->target].bdf || world->model.invalidations[step->flow].active ||
	    world->flows[step->flow].list)
		return;
	step->done = true;
	model_goes_on(&world->model, step->flow);
	if (step->way == SMMU_RESET_BEGIN)
		model_reset_begins(&world->model, step->target);
	if (step->way == SMMU_RESET_END) {
		model_reset_ends(&world->model, step->target, !step->failed);
		world->silent[step->target] &= step->failed;
	}
	debts_reset(&world->model, step->target, step->way, world->now);
	eye_reset(step->target, step->way, step->failed ? -ENOTTY : 0);
}

static void step_end(struct world *world, struct step *step, struct model_truth *truth)
{
	struct model_invalidation *invalidation = &world->model.invalidations[step->flow];
	const size_t before = world->logged;

	if (!invalidation->active || world->flows[step->flow].list)
		return;
	step->done = true;
	model_invalidation_ends(&world->model, step->flow, truth);
	debts_return(&world->model, step->flow);
	eye_invalidation(truth->stale ? -EIO : 0);
	/* For who was not told of it, it goes on. */
	if (world->logged == before) {
		invalidation->took = truth->absorbed;
		invalidation->older = truth->older | truth->stale;
	}
	/* Long after the last failure nothing is sent, if the flow's own list succeeded. */
	if (truth->stale && world->logged == before && !world->full && !world->unseen &&
	    world->now - world->trouble < SMMU_TROUBLE_NS) {
		world->unseen = true;
		world->unseen_end = world->step;
	}
}

static void step_small(struct world *world, struct step *step)
{
	const int domain = step->way < MACHINE_DOMAINS ? step->way : -1;
	const size_t before = world->logged;

	step->done = true;
	switch ((enum step_kind)step->kind) {
	case STEP_ATS:
		if (!machine_functions[step->target].bdf)
			break;
		model_ats(&world->model, step->target, step->way, world->now);
		debts_stir(&world->model, step->target, world->now);
		eye_ats(step->target, step->way);
		break;
	case STEP_JOIN:
		model_join(&world->model, step->target, domain);
		break;
	case STEP_ATTACH:
		if (!machine_functions[step->target].bdf)
			break;
		debts_stir(&world->model, step->target, world->now);
		eye_attach(step->target);
		break;
	case STEP_BEGIN:
		step->done = !world->model.invalidations[step->flow].active;
		if (step->done)
			model_invalidation_begins(&world->model, step->flow);
		break;
	case STEP_UNMAP:
		step->done = !world->model.invalidations[step->flow].active;
		if (!step->done)
			break;
		eye_unmap(4096);
		/* Who does not see that it returns takes it to go on. */
		if (world->logged > before)
			debts_unmap(&world->model, step->flow, world->now);
		break;
	case STEP_SILENCE:
		world->silent[step->target] = step->way;
		break;
	default:
		break;
	}
}

void world_step(struct world *world, struct step *step, unsigned int number)
{
	const size_t before = world->logged;
	struct model_truth truth, was;

	step->done = false;
	world->step = number;
	model_look(&world->model, &was);
	pass_until(world, world->now + step->delay_ns);
	now_by(world, step->flow);
	model_look(&world->model, &truth);
	switch ((enum step_kind)step->kind) {
	case STEP_LIST:
		step_list(world, step);
		break;
	case STEP_RETURN:
		step_return(world, step);
		break;
	case STEP_WRITE:
		step_write(world, step);
		break;
	case STEP_RESET:
		step_reset(world, step);
		break;
	case STEP_END:
		step_end(world, step, &truth);
		break;
	default:
		step_small(world, step);
		break;
	}
	world->model.crowded |= world->model.debts.full;
	if (step->kind != STEP_END)
		model_look(&world->model, &truth);
	/* The SMMU took ATS from functions that have it on. */
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++) {
		const unsigned int bit = 1U << i;

		if (step->kind == STEP_RETURN && was.yes & bit && truth.no & bit &&
		    world->model.functions[i].ats && !((was.crossed | was.spread) & bit))
			truth.taken |= (__u8)bit;
	}
	if (world->logged == before)
		return;
	world->log[world->logged - 1].whole = true;
	world->log[world->logged - 1].truth = truth;
}
