// SPDX-License-Identifier: GPL-2.0
#include "driver.h"

#include <errno.h>
#include <string.h>

#define US 1000ULL
#define MS 1000000ULL
#define S  1000000000ULL

/* splitmix64 */
static __u64 random64(struct driver *driver)
{
	__u64 z = driver->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static unsigned int below(struct driver *driver, unsigned int limit)
{
	return (unsigned int)((random64(driver) >> 32) * limit >> 32);
}

static bool chance(struct driver *driver, unsigned int percent)
{
	return below(driver, 100) < percent;
}

static bool slip(struct driver *driver)
{
	return chance(driver, driver->slips);
}

void driver_init(struct driver *driver, __u64 seed, struct climate *climate)
{
	static const __u64 waits[] = {50 * US, 20 * MS, 700 * MS, 3 * S, 40 * S};
	static const unsigned int slips[] = {0, 3, 15, 50};

	memset(driver, 0, sizeof(*driver));
	driver->random = seed;
	driver->slips = slips[below(driver, 4)];
	driver->load = chance(driver, 50) ? 15 : 40;
	climate->injected = chance(driver, 50);
	climate->exact = chance(driver, 60);
	climate->poll_injected = chance(driver, 20);
	climate->wait_ns = waits[below(driver, 5)];
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++)
		driver->domain[i] = -1;
}

/* ---- steps to come ---- */

static struct step *push(struct driver *driver, unsigned int flow, enum step_kind kind,
			 unsigned int target, unsigned int way)
{
	static struct step dropped;
	struct script *script = &driver->scripts[flow];
	struct step *step = &dropped;

	if (script->count < DRIVER_TODO)
		step = &script->todo[(script->head + script->count++) % DRIVER_TODO];
	*step = (struct step){
		.kind = (__u8)kind,
		.flow = (__u8)flow,
		.target = (__u8)target,
		.way = (__u8)way,
		.delay_ns = 1000 + below(driver, 20000),
	};
	return step;
}

static void later(struct driver *driver, unsigned int flow, __u64 ns)
{
	push(driver, flow, STEP_LATER, 0, 0)->delay_ns =
		(__u32)(ns < 4000000000ULL ? ns : 4000000000ULL);
}

/* A list and its return. */
static void push_list(struct driver *driver, unsigned int flow, unsigned int queue,
		      const struct command *commands, unsigned int count, bool sync)
{
	struct step *step = push(driver, flow, STEP_LIST, queue, 0);

	step->sync = sync;
	step->count = (__u8)count;
	memcpy(step->command, commands, count * sizeof(*commands));
	push(driver, flow, STEP_RETURN, 0,
	     slip(driver) && chance(driver, 30) ? WAY_SWALLOW : WAY_HONEST);
}

static unsigned int queue_of(struct driver *driver, unsigned int smmu)
{
	return smmu ? 2 : below(driver, 2);
}

static struct command tlbi(int domain)
{
	return (struct command){.kind = COMMAND_TLBI, .domain = (__u8)domain};
}

static void push_tlbi(struct driver *driver, unsigned int flow, unsigned int queue, int domain)
{
	const struct command command = tlbi(domain);

	push_list(driver, flow, queue, &command, 1, !slip(driver));
}

/* ---- configuration ---- */

static void push_write(struct driver *driver, unsigned int flow, unsigned int stream,
		       enum smmu_grant grant)
{
	push(driver, flow, STEP_WRITE, stream, grant)->count = (__u8)below(driver, 4);
}

/* Tells the SMMU of all StreamIDs of the function. */
static void push_tell(struct driver *driver, unsigned int flow, unsigned int function)
{
	const struct machine_function *place = &machine_functions[function];
	const bool wrong = slip(driver);
	unsigned int smmu = place->smmu, count = 0, streams = place->streams;
	struct command command[2] = {};
	bool sync = true;

	if (wrong && chance(driver, 30))
		sync = false;
	else if (wrong && chance(driver, 30))
		smmu = !smmu;
	else if (wrong)
		streams = 1;
	if (chance(driver, 15)) {
		command[count++] = (struct command){
			.kind = COMMAND_RANGE,
			.stream = (__u8)place->first,
			.size = chance(driver, 40) ? 31 : (__u8)below(driver, 12),
		};
	} else {
		for (unsigned int i = 0; i < streams; i++)
			command[count++] = (struct command){.kind = COMMAND_STE,
							    .stream = (__u8)(place->first + i)};
	}
	/* One list, or one for each. */
	for (unsigned int i = 0; chance(driver, 30) && i + 1 < count; i++) {
		push_list(driver, flow, queue_of(driver, smmu), command, 1, sync);
		command[0] = command[1];
		count--;
	}
	push_list(driver, flow, queue_of(driver, smmu), command, count, sync);
}

/* Tells the SMMU of another context descriptor. */
static void push_context(struct driver *driver, unsigned int flow, unsigned int function)
{
	const struct machine_function *place = &machine_functions[function];
	struct command command[2];

	for (unsigned int i = 0; i < place->streams; i++)
		command[i] =
			(struct command){.kind = COMMAND_CD, .stream = (__u8)(place->first + i)};
	if (!(slip(driver) && chance(driver, 25)))
		push_list(driver, flow, queue_of(driver, place->smmu), command, place->streams,
			  !slip(driver));
}

static void push_grant(struct driver *driver, unsigned int flow, unsigned int function,
		       enum smmu_grant grant)
{
	const struct machine_function *place = &machine_functions[function];
	const bool early = slip(driver) && chance(driver, 25);

	/* The SMMU is told, and then it is written. */
	if (early)
		push_tell(driver, flow, function);
	for (unsigned int i = 0; i < place->streams; i++) {
		if (!i || !slip(driver))
			push_write(driver, flow, place->first + i, grant);
	}
	if (!early && !(slip(driver) && chance(driver, 25)))
		push_tell(driver, flow, function);
}

static void push_ats(struct driver *driver, unsigned int flow, unsigned int function, bool on)
{
	if (slip(driver) && chance(driver, 30))
		return;
	push(driver, flow, STEP_ATS, function, on);
	driver->ats[function] = on;
}

static void push_fence(struct driver *driver, unsigned int flow, unsigned int function)
{
	const enum smmu_grant grant = chance(driver, 80) ? SMMU_GRANT_UNTRANSLATED
							 : SMMU_GRANT_NOTHING;
	const struct machine_function *place = &machine_functions[function];

	if (chance(driver, 10))
		push_ats(driver, flow, function, false);
	push_grant(driver, flow, function, grant);
	driver->fenced[function] = true;
	/* What is back in memory the SMMU may read. */
	if (slip(driver) && chance(driver, 20))
		push_write(driver, flow, place->first + below(driver, place->streams),
			   SMMU_GRANT_ATS);
	if (chance(driver, 30))
		push_ats(driver, flow, function, false);
}

/* ---- invalidations ---- */

static void push_asks(struct driver *driver, unsigned int flow, const struct command *commands,
		      unsigned int count, unsigned int smmu)
{
	const unsigned int queue = queue_of(driver, smmu);

	while (count) {
		unsigned int most = chance(driver, 70) ? LIST_COMMANDS : 1 + below(driver, 4);
		struct command list[LIST_COMMANDS];
		unsigned int used = 0;

		/* Other commands in the same list. */
		if (most > 2 && chance(driver, 5)) {
			list[used++] = (struct command){
				.kind = chance(driver, 50)   ? COMMAND_CD
					: chance(driver, 50) ? COMMAND_TLBI
							     : COMMAND_STE,
				.stream = commands->stream,
				.domain = (__u8)below(driver, MACHINE_DOMAINS),
			};
		}
		while (count && used < most) {
			list[used++] = *commands++;
			count--;
		}
		push_list(driver, flow, chance(driver, 90) ? queue : queue_of(driver, smmu), list,
			  used, !slip(driver));
	}
}

/* What is invalidated: a range, of one address space. */
static struct command range_of(struct driver *driver)
{
	struct command command = {.kind = COMMAND_ATC};

	command.size = chance(driver, 20) ? 52 : (__u8)below(driver, 5);
	command.page = command.size < 52 ? (__u16)(below(driver, 16) << 2) : 0;
	if (chance(driver, 30))
		command.ssid = (__u8)(1 + below(driver, 2));
	if (command.ssid && chance(driver, 10))
		command.global = 1;
	return command;
}

static void remember(struct script *script, struct command command)
{
	if (script->asked_count < sizeof(script->asked) / sizeof(script->asked[0]))
		script->asked[script->asked_count++] = command;
}

/* Is something behind this SMMU in the domain? */
static bool uses(const struct driver *driver, int domain, unsigned int smmu)
{
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++) {
		if (machine_functions[i].smmu == smmu && driver->domain[i] == domain)
			return true;
	}
	return false;
}

static void plan_invalidation(struct driver *driver, unsigned int flow)
{
	struct script *script = &driver->scripts[flow];
	const int domain = (int)below(driver, MACHINE_DOMAINS);
	unsigned int ranges = chance(driver, 85) ? 1 : 1 + below(driver, 3), at;

	script->domain = domain;
	script->open = script->guilty = script->rounds = script->asked_count = 0;
	push(driver, flow, STEP_BEGIN, 0, (unsigned int)domain);
	for (unsigned int smmu = 0; smmu < MACHINE_SMMUS; smmu++) {
		if (uses(driver, domain, smmu) && !(slip(driver) && chance(driver, 30)))
			push_tlbi(driver, flow, queue_of(driver, smmu), domain);
	}
	for (; ranges; ranges--) {
		const struct command range = range_of(driver);

		for (unsigned int i = 0; i < MACHINE_STREAMS; i++) {
			const unsigned int function = machine_streams[i].function;
			struct command command = range;

			if (driver->domain[function] != domain || !driver->ats[function] ||
			    (driver->fenced[function] && !slip(driver)))
				continue;
			if (slip(driver) && chance(driver, 15))
				continue;
			command.stream = (__u8)i;
			remember(script, command);
		}
	}
	for (unsigned int smmu = 0; smmu < MACHINE_SMMUS; smmu++) {
		struct command list[sizeof(script->asked) / sizeof(script->asked[0])];

		at = 0;
		for (unsigned int i = 0; i < script->asked_count; i++) {
			if (machine_functions[machine_streams[script->asked[i].stream].function]
				    .smmu == smmu)
				list[at++] = script->asked[i];
		}
		push_asks(driver, flow, list, at, smmu);
	}
}

/* As it was asked, or for more, or by a slip for something else. */
static struct command again(struct driver *driver, struct command command)
{
	if (chance(driver, 40)) {
		command.size = 52;
		command.page = 0;
		if (chance(driver, 50))
			command.ssid = command.global = 0;
		else if (command.ssid && chance(driver, 50))
			command.global = 1;
	}
	if (!slip(driver))
		return command;
	switch (below(driver, 3)) {
	case 0:
		command.ssid = (__u8)(1 + below(driver, 2));
		break;
	case 1:
		command.size = 0;
		break;
	default:
		command.size = 1;
		command.page = (__u16)below(driver, 64);
		break;
	}
	return command;
}

static void push_question(struct driver *driver, unsigned int flow, unsigned int function)
{
	const struct script *script = &driver->scripts[flow];
	struct command list[LIST_COMMANDS];
	unsigned int count = 0;

	for (unsigned int i = 0; i < script->asked_count && count < LIST_COMMANDS; i++) {
		if (machine_streams[script->asked[i].stream].function == function &&
		    !(slip(driver) && chance(driver, 30)))
			list[count++] = again(driver, script->asked[i]);
	}
	if (count)
		push_list(driver, flow, queue_of(driver, machine_functions[function].smmu), list,
			  count, !slip(driver) || chance(driver, 70));
}

/* Its lists have returned, and not all with success. */
static void plan_recovery(struct driver *driver, unsigned int flow)
{
	struct script *script = &driver->scripts[flow];

	script->rounds++;
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++) {
		if (script->guilty & 1U << i) {
			script->guilty &= ~(1U << i);
			script->open &= ~(1U << i);
			if (!slip(driver))
				push_fence(driver, flow, i);
		} else if (script->open & 1U << i) {
			push_question(driver, flow, i);
			return;
		}
	}
}

static void plan_end(struct driver *driver, unsigned int flow)
{
	struct script *script = &driver->scripts[flow];
	const unsigned int late = script->open | script->guilty;

	push(driver, flow, STEP_END, 0, 0);
	if (chance(driver, 60))
		push(driver, flow, STEP_UNMAP, 0, 0);
	for (unsigned int i = 0; i < MACHINE_FUNCTIONS; i++) {
		if (late & 1U << i && chance(driver, 50))
			push_fence(driver, chance(driver, 50) ? flow : below(driver, 4), i);
	}
	script->open = script->guilty = 0;
}

/* ---- everything else ---- */

static void plan_attach(struct driver *driver, unsigned int flow, unsigned int function)
{
	struct script *script = &driver->scripts[flow];
	const unsigned int domain = below(driver, MACHINE_DOMAINS);
	const struct machine_function *place = &machine_functions[function];
	struct command all[2];
	bool context;

	if (driver->fenced[function] && !slip(driver))
		return;
	/* From domain to domain the STE need not change. */
	context = driver->domain[function] >= 0 && driver->ats[function] &&
		  !driver->fenced[function] && chance(driver, 50);
	push(driver, flow, STEP_JOIN, function, domain);
	driver->domain[function] = (int)domain;
	if (context)
		push_context(driver, flow, function);
	else
		push_grant(driver, flow, function, SMMU_GRANT_ATS);
	push_ats(driver, flow, function, true);
	driver->fenced[function] = false;
	script->asked_count = script->open = script->guilty = script->rounds = 0;
	for (unsigned int i = 0; i < place->streams; i++) {
		all[i] = (struct command){
			.kind = COMMAND_ATC, .stream = (__u8)(place->first + i), .size = 52};
		remember(script, all[i]);
	}
	push(driver, flow, STEP_BEGIN, 0, MACHINE_DOMAINS);
	push_list(driver, flow, queue_of(driver, place->smmu), all, place->streams, !slip(driver));
	/* What becomes of that is seen to as in any other invalidation. */
	script->nested = true;
}

static void plan_detach(struct driver *driver, unsigned int flow, unsigned int function)
{
	push(driver, flow, STEP_JOIN, function, MACHINE_DOMAINS);
	driver->domain[function] = -1;
	push_ats(driver, flow, function, false);
	push_grant(driver, flow, function,
		   chance(driver, 50) ? SMMU_GRANT_NOTHING : SMMU_GRANT_UNTRANSLATED);
}

static void push_phase(struct driver *driver, unsigned int flow, unsigned int function,
		       enum smmu_reset_phase phase, bool failed)
{
	if (!slip(driver))
		push(driver, flow, STEP_RESET, function, phase)->failed = failed;
}

/* The pair is around the reset, or inside it, or there is none. */
static void plan_reset(struct driver *driver, unsigned int flow, unsigned int function)
{
	const bool failed = chance(driver, 25), prepared = chance(driver, 70);
	const bool inside = prepared && chance(driver, 50);
	const bool back = driver->domain[function] >= 0 && (!failed || slip(driver));

	if (inside)
		push_phase(driver, flow, function, SMMU_RESET_BEGIN, false);
	if (prepared) {
		push_grant(driver, flow, function, SMMU_GRANT_NOTHING);
		push_phase(driver, flow, function, SMMU_RESET_PREPARE, false);
	}
	if (!inside)
		push_phase(driver, flow, function, SMMU_RESET_BEGIN, false);
	if (chance(driver, 50))
		later(driver, flow, 100 * MS);
	if (!inside)
		push_phase(driver, flow, function, SMMU_RESET_END, failed);
	if (prepared)
		push_phase(driver, flow, function, SMMU_RESET_DONE, false);
	if (back && (prepared || driver->fenced[function])) {
		push_grant(driver, flow, function, SMMU_GRANT_ATS);
		push_ats(driver, flow, function, true);
		driver->fenced[function] = false;
	}
	if (inside)
		push_phase(driver, flow, function, SMMU_RESET_END, failed);
}

/* Commands of nobody in particular. */
static void plan_stray(struct driver *driver, unsigned int flow)
{
	const struct command command = {
		.kind = chance(driver, 60) ? COMMAND_RANGE : COMMAND_STE,
		.stream = (__u8)below(driver, MACHINE_STREAMS),
		.size = chance(driver, 50) ? 31 : (__u8)below(driver, 10),
	};

	push_list(driver, flow, below(driver, MACHINE_QUEUES), &command, 1, chance(driver, 70));
	if (slip(driver) && chance(driver, 50))
		push_write(driver, flow, below(driver, MACHINE_STREAMS),
			   1 + below(driver, SMMU_GRANT_COUNT - 1));
}

static void plan_silence(struct driver *driver, unsigned int flow)
{
	const unsigned int function = below(driver, MACHINE_FUNCTIONS);

	push(driver, flow, STEP_SILENCE, function, chance(driver, 60));
}

static void plan_other(struct driver *driver, unsigned int flow)
{
	const unsigned int function = below(driver, MACHINE_FUNCTIONS), what = below(driver, 100);

	if (what < 30)
		plan_attach(driver, flow, function);
	else if (what < 40)
		plan_detach(driver, flow, function);
	else if (what < 60 && flow < 4)
		plan_reset(driver, flow, function);
	else if (what < 85)
		plan_silence(driver, flow);
	else if (what < 95)
		plan_stray(driver, flow);
	else
		later(driver, flow, chance(driver, 70) ? 10 * MS : 3500 * MS);
}

static void plan(struct driver *driver, const struct world *world, unsigned int flow)
{
	struct script *script = &driver->scripts[flow];

	if (!world->model.invalidations[flow].active) {
		if (chance(driver, driver->load))
			plan_other(driver, flow);
		else
			plan_invalidation(driver, flow);
		return;
	}
	if ((script->open || script->guilty) && script->rounds < 12 &&
	    !(slip(driver) && chance(driver, 30))) {
		plan_recovery(driver, flow);
		if (script->count)
			return;
	}
	plan_end(driver, flow);
	if (script->nested)
		push(driver, flow, STEP_ATTACH, machine_streams[script->asked[0].stream].function,
		     0);
	script->nested = false;
}

void driver_next(struct driver *driver, const struct world *world, struct step *step)
{
	for (;;) {
		/* Interrupts are less than threads. */
		const unsigned int flow = chance(driver, 80) ? below(driver, 4)
							     : below(driver, MACHINE_FLOWS);
		struct script *script = &driver->scripts[flow];

		if (!script->count)
			plan(driver, world, flow);
		if (!script->count)
			continue;
		*step = script->todo[script->head];
		script->head = (script->head + 1) % DRIVER_TODO;
		script->count--;
		return;
	}
}

/* What the return of a list with ATC_INV tells its flow. */
void driver_learn(struct driver *driver, const struct world *world, const struct step *step)
{
	struct script *script = &driver->scripts[step->flow];
	const int result = world->flows[step->flow].result;
	const struct world_list *entry = NULL;
	unsigned int functions = 0;

	if (step->kind != STEP_RETURN || !step->done)
		return;
	for (size_t i = world->list_count; i-- && !entry;) {
		if (world->list[i].list.flow == step->flow)
			entry = &world->list[i];
	}
	for (unsigned int i = 0; entry && i < entry->list.count; i++) {
		const struct command *command = &entry->list.command[i];

		if (command->kind == COMMAND_ATC)
			functions |= 1U << machine_streams[command->stream].function;
	}
	if (!result && script->rounds)
		script->open &= ~functions;
	else if (result)
		script->open |= functions;
	/* Alone, or there is no time to ask. */
	if (result == -ETIMEDOUT || (result && !(functions & (functions - 1))))
		script->guilty |= functions;
}
