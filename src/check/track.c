// SPDX-License-Identifier: GPL-2.0
#include "check/track.h"

#include "base/hash.h"
#include "smmu_arch.h"
#include "smmu_event.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 4096

void track_free(struct track *track)
{
	for (size_t i = 0; track->buckets && i < BUCKETS; i++) {
		while (track->buckets[i]) {
			struct flow *flow = track->buckets[i];

			track->buckets[i] = flow->next;
			free(flow);
		}
	}
	for (size_t i = 0; i < track->unit_count; i++)
		free(track->units[i]);
	for (size_t i = 0; i < IRQ_CPUS_MAX; i++)
		free(track->cpus[i]);
	for (size_t i = 0; i < track->queue_count; i++)
		free(track->queues[i].waiting);
	free(track->buckets);
	free(track->units);
	free(track->queues);
}

struct flow_id flow_id(const struct smmu_event *event)
{
	bool task = event->context == SMMU_CONTEXT_TASK;

	/* Task 0 is the idle task of each CPU, which does not move. */
	return (struct flow_id){
		.tid = event->tid,
		.context = event->context,
		.cpu = task && event->tid ? CPU_ANY : event->cpu,
	};
}

bool flow_same(const struct flow_id *a, const struct flow_id *b)
{
	return a->tid == b->tid && a->context == b->context && a->cpu == b->cpu;
}

static struct flow **bucket_of(const struct track *track, const struct flow_id *id)
{
	__u64 key = (__u64)id->tid << 32 | (__u64)id->context << 16 | id->cpu;

	return &track->buckets[hash_slot(key, BUCKETS)];
}

struct flow *track_known_flow(const struct track *track, const struct flow_id *id)
{
	struct flow *flow = *bucket_of(track, id);

	while (flow && !flow_same(&flow->id, id))
		flow = flow->next;
	return flow;
}

/* flow->left keeps no flow alive: its iommu_unmap() returns soon, if at all. */
static bool flow_idle(const struct track *track, const struct flow *flow)
{
	return flow->last_ns + FLOW_IDLE_NS < track->last_ns && !flow_trouble(flow) &&
	       !flow->timeout_count && !flow->suspect_count && !flow->unsynced_queue;
}

static void forget_idle(struct track *track)
{
	if (track->flow_count < FLOWS_MANY || track->last_ns < track->swept_ns + FLOW_SWEEP_NS)
		return;
	track->swept_ns = track->last_ns;
	for (size_t i = 0; i < BUCKETS; i++) {
		struct flow **at = &track->buckets[i];

		while (*at) {
			struct flow *flow = *at;

			if (!flow_idle(track, flow)) {
				at = &flow->next;
				continue;
			}
			*at = flow->next;
			free(flow);
			track->flow_count--;
		}
	}
}

static struct flow *add_flow(struct track *track, const struct flow_id *id)
{
	struct flow **bucket = bucket_of(track, id);
	struct flow *flow;

	forget_idle(track);
	flow = calloc(1, sizeof(*flow));
	if (!flow) {
		track->out_of_memory = true;
		return NULL;
	}
	flow->id = *id;
	flow->next = *bucket;
	*bucket = flow;
	track->flow_count++;
	return flow;
}

struct flow *track_flow(struct track *track, const struct flow_id *id)
{
	struct flow *flow = track_known_flow(track, id);

	if (!flow)
		flow = add_flow(track, id);
	if (flow)
		flow->last_ns = track->last_ns;
	return flow;
}

struct flow *track_next_flow(const struct track *track, const struct flow *flow)
{
	struct flow **bucket = flow ? bucket_of(track, &flow->id) + 1 : track->buckets;

	if (flow && flow->next)
		return flow->next;
	while (bucket < track->buckets + BUCKETS && !*bucket)
		bucket++;
	return bucket < track->buckets + BUCKETS ? *bucket : NULL;
}

static struct unit *add_unit(struct track *track, __u64 smmu, __u32 sid,
			     const struct device *device)
{
	struct unit **units =
		realloc(track->units, (track->unit_count + 1) * sizeof(struct unit *));
	struct unit *unit = calloc(1, sizeof(*unit));

	if (units)
		track->units = units;
	if (!units || !unit) {
		free(unit);
		track->out_of_memory = true;
		return NULL;
	}
	unit->smmu = smmu;
	unit->sid = sid;
	unit->bdf = device ? device->bdf : BDF_NONE;
	unit->streams = device && device->sids ? device->sids : 1;
	if (device)
		snprintf(unit->name, sizeof(unit->name), "%s", device->name);
	else
		snprintf(unit->name, sizeof(unit->name), "StreamID 0x%x", sid);
	track->units[track->unit_count++] = unit;
	return unit;
}

struct unit *track_unit(struct track *track, __u64 smmu, __u32 sid)
{
	const struct device *device = devices_by_sid(track->info->devices, smmu, sid);

	if (device && device->sids)
		sid = device->sid[0];
	for (size_t i = 0; i < track->unit_count; i++) {
		struct unit *unit = track->units[i];

		if (unit->sid == sid && unit->smmu == smmu)
			return unit;
	}
	return add_unit(track, smmu, sid, device);
}

__u32 unit_stream(const struct track *track, const struct unit *unit, __u32 sid)
{
	const struct device *device = devices_by_sid(track->info->devices, unit->smmu, sid);

	for (unsigned int i = 0; device && i < device->sids; i++) {
		if (device->sid[i] == sid)
			return 1U << i;
	}
	return 1;
}

unsigned int stream_place(const struct track *track, const struct unit *unit, __u32 sid)
{
	return (unsigned int)__builtin_ctz(unit_stream(track, unit, sid));
}

bool unit_fenced_in_part(const struct track *track, const struct unit *unit, __u32 sid)
{
	return unit->fenced && !(unit->fenced & unit_stream(track, unit, sid));
}

/*
 * Who uses translations when the run begins. Now, as the devices may be scanned again; and as an
 * invalidation may have to reach a device of which nothing else is ever seen.
 */
static void know_devices(struct track *track)
{
	for (size_t i = 0; i < track->info->devices->count; i++) {
		const struct device *device = &track->info->devices->list[i];
		struct unit *unit;

		for (unsigned int s = 0; s < device->sids; s++) {
			if (!device->tag[s])
				continue;
			unit = track_unit(track, device->smmu, device->sid[s]);
			if (!unit)
				return;
			unit->tags[stream_place(track, unit, device->sid[s])].tag = device->tag[s];
			unit->ats_on = device->ats_enabled;
		}
	}
}

int track_init(struct track *track, const struct stream_info *info)
{
	memset(track, 0, sizeof(*track));
	track->info = info;
	track->buckets = calloc(BUCKETS, sizeof(struct flow *));
	if (track->buckets)
		know_devices(track);
	return track->buckets && !track->out_of_memory ? 0 : -ENOMEM;
}

struct unit *track_function(struct track *track, __u32 bdf, __u32 sid)
{
	const struct device *device = devices_by_bdf(track->info->devices, bdf);

	if (device)
		return track_unit(track, device->smmu, device->sid[0]);
	if (sid == SMMU_SID_NONE)
		return NULL;
	/*
	 * The device was added after the scan, and the event does not name its SMMU. If there
	 * are several, the same StreamID may be behind each.
	 */
	if (track->info->devices->smmu_count > 1)
		return NULL;
	for (size_t i = 0; i < track->unit_count; i++) {
		if (track->units[i]->sid == sid)
			return track->units[i];
	}
	return track_unit(
		track,
		track->info->devices->smmu_count ? track->info->devices->smmus[0].address : 0, sid);
}

struct queue *track_queue(struct track *track, __u64 smmu, __u64 queue)
{
	const struct smmu *known = devices_smmu(track->info->devices, smmu);
	struct queue *queues;

	for (size_t i = 0; i < track->queue_count; i++) {
		if (track->queues[i].queue == queue)
			return &track->queues[i];
	}
	queues = realloc(track->queues, (track->queue_count + 1) * sizeof(*queues));
	if (!queues) {
		track->out_of_memory = true;
		return NULL;
	}
	track->queues = queues;
	queues += track->queue_count++;
	memset(queues, 0, sizeof(*queues));
	queues->smmu = smmu;
	queues->queue = queue;
	queues->mask = SMMU_CONS_INDEX(~0U);
	queues->secondary = known && known->queue && known->queue != queue;
	return queues;
}

struct waiting *track_waiting(struct track *track, struct queue *queue)
{
	struct waiting *waiting;

	if (!queue->waiting)
		queue->waiting = calloc(WAITING_MAX, sizeof(*queue->waiting));
	if (!queue->waiting) {
		track->out_of_memory = true;
		return NULL;
	}
	waiting = &queue->waiting[queue->next_waiting++ % WAITING_MAX];
	memset(waiting, 0, sizeof(*waiting));
	return waiting;
}

struct cpu *track_cpu(struct track *track, unsigned int cpu)
{
	if (cpu >= IRQ_CPUS_MAX)
		return NULL;
	if (!track->cpus[cpu])
		track->cpus[cpu] = calloc(1, sizeof(*track->cpus[cpu]));
	if (!track->cpus[cpu])
		track->out_of_memory = true;
	return track->cpus[cpu];
}

__u64 track_patience(const struct track *track, __u64 ns)
{
	__u64 longest = 0;

	for (size_t i = 0; i < track->queue_count; i++) {
		const struct stood *stood = &track->queues[i].stood;

		if (stood_open(stood, track->last_ns))
			return SMMU_LONGEST_WAIT_NS;
		if (stood->longest_ns > longest)
			longest = stood->longest_ns;
	}
	return ns + longest;
}

bool flow_trouble(const struct flow *flow)
{
	return flow->timed_out || flow->dropped || flow->failed || flow->harmed ||
	       flow->suspect_count;
}

struct suspect *flow_suspect(struct flow *flow, const struct unit *unit)
{
	for (unsigned int i = 0; i < flow->suspect_count; i++) {
		if (flow->suspects[i].unit == unit)
			return &flow->suspects[i];
	}
	return NULL;
}

bool unit_barred(const struct unit *unit)
{
	for (unsigned int i = 0; i < unit->streams; i++) {
		if (unit->grants[i] == SMMU_GRANT_UNKNOWN || unit->grants[i] == SMMU_GRANT_ATS)
			return false;
	}
	return true;
}

/* May none of its StreamIDs use ATS, once all is confirmed that is queued? */
static bool unit_queued(const struct unit *unit)
{
	for (unsigned int i = 0; i < unit->streams; i++) {
		if (!(unit->queued & 1U << i) &&
		    (unit->grants[i] == SMMU_GRANT_UNKNOWN || unit->grants[i] == SMMU_GRANT_ATS))
			return false;
	}
	return unit->queued;
}

bool suspect_settled(const struct suspect *suspect)
{
	const struct unit *unit = suspect->unit;

	if (suspect->answered || suspect->elsewhere || unit_barred(unit))
		return true;
	/* The queue stands, as its poll has found: no CMD_SYNC would complete. */
	if (suspect->software && unit->queued_ns >= suspect->since_ns && unit_queued(unit))
		return true;
	if (unit->emptied_ns > suspect->asked_ns)
		return true;
	return unit->last_fence_ns >= suspect->since_ns && !unit->fenced_ns && unit->reset_running;
}

/* The pages that an ATC_INV is for: [*first, *last]. */
static void pages_of(const struct smmu_command *command, __u64 *first, __u64 *last)
{
	unsigned int size = SMMU_ATC_SIZE(command->word[1]);
	__u64 address = SMMU_ATC_ADDR(command->word[1]) >> 12;

	*first = size >= SMMU_ATC_SIZE_ALL ? 0 : address & ~((1ULL << size) - 1);
	*last = size >= SMMU_ATC_SIZE_ALL ? ~0ULL : *first | ((1ULL << size) - 1);
}

/*
 * Without SSV the request has no PASID, and the function drops what it has of every one; Global is
 * ignored then. With SSV, Global is for every SubstreamID (IHI 0070 4.5.1).
 */
static bool covers_substreams(__u64 wide, __u64 narrow)
{
	if (!SMMU_CMD_SSV(wide))
		return true;
	if (!SMMU_CMD_SSV(narrow))
		return false;
	return SMMU_ATC_GLOBAL(wide) ||
	       (!SMMU_ATC_GLOBAL(narrow) && SMMU_CMD_SSID(wide) == SMMU_CMD_SSID(narrow));
}

/* Would an answer to `wide` be one to `narrow`, too? Both are for the same function. */
static bool covers(const struct smmu_command *wide, const struct smmu_command *narrow)
{
	__u64 first, last, from, to;

	if (SMMU_CMD_SID(wide->word[0]) != SMMU_CMD_SID(narrow->word[0]))
		return false;
	if (!covers_substreams(wide->word[0], narrow->word[0]))
		return false;
	pages_of(wide, &first, &last);
	pages_of(narrow, &from, &to);
	return first <= from && to <= last;
}

bool suspect_asks(struct suspect *suspect, const struct ask *ask)
{
	suspect->answered = suspect->elsewhere = false;
	for (unsigned int i = 0; i < suspect->ask_count; i++) {
		struct ask *open = &suspect->asks[i];

		if (memcmp(&open->command, &ask->command, sizeof(open->command)) != 0)
			continue;
		if (open->start_ns < ask->start_ns)
			open->start_ns = ask->start_ns;
		return true;
	}
	if (suspect->ask_count == SUSPECT_ASKS_MAX)
		return false;
	suspect->asks[suspect->ask_count++] = *ask;
	return true;
}

bool suspect_answers(struct suspect *suspect, const struct ask *ask)
{
	unsigned int left = 0;

	for (unsigned int i = 0; i < suspect->ask_count; i++) {
		const struct ask *open = &suspect->asks[i];

		/* What was asked before a reset that worked needs no answer any more. */
		if (open->start_ns >= suspect->unit->emptied_ns &&
		    (open->start_ns > ask->start_ns || !covers(&ask->command, &open->command)))
			suspect->asks[left++] = *open;
	}
	suspect->ask_count = left;
	return !left;
}

bool flow_unsynced(const struct flow *flow, __u64 queue)
{
	for (unsigned int i = 0; i < flow->unsynced.count; i++) {
		if (flow->unsynced.left[i].queue == queue)
			return true;
	}
	return false;
}

bool suspect_unconfirmed(const struct suspect *suspect)
{
	return !suspect->answered && !suspect->elsewhere &&
	       (suspect->unit->unconfirmed || suspect->unit->queued_ns);
}

struct suspect *flow_add_suspect(struct track *track, struct flow *flow, struct unit *unit,
				 __u64 now, bool software)
{
	struct suspect *suspect = flow_suspect(flow, unit);

	if (suspect) {
		suspect->answered = suspect->elsewhere = false;
		suspect->software |= software;
		return suspect;
	}
	if (flow->suspect_count == SUSPECTS_MAX) {
		flow->crowded = true;
		return NULL;
	}
	suspect = &flow->suspects[flow->suspect_count++];
	*suspect = (struct suspect){
		.unit = unit,
		.since_ns = now,
		.software = software,
	};
	unit->suspected++;
	track->suspects++;
	return suspect;
}

void flow_clear_suspects(struct track *track, struct flow *flow)
{
	for (unsigned int i = 0; i < flow->suspect_count; i++)
		flow->suspects[i].unit->suspected--;
	track->suspects -= flow->suspect_count;
	flow->suspect_count = 0;
}

void track_irq_act(struct track *track, const struct smmu_event *event, __u64 start_ns,
		   const char *format, ...)
{
	struct irq_act *act;
	struct cpu *cpu;
	va_list args;

	if (event->context != SMMU_CONTEXT_HARDIRQ)
		return;
	cpu = track_cpu(track, event->cpu);
	if (!cpu)
		return;
	act = &cpu->acts[cpu->next++ % IRQ_ACTS_MAX];
	act->start_ns = start_ns;
	act->ts_ns = event->ts_ns;
	va_start(args, format);
	vsnprintf(act->text, sizeof(act->text), format, args);
	va_end(args);
}

void track_fact(struct track *track, const struct smmu_event *event, enum fact_of of, __u32 device,
		const char *format, ...)
{
	struct fact *fact = &track->facts[track->next_fact++ % FACTS_MAX];
	va_list args;

	fact->ts_ns = event->ts_ns;
	fact->flow = flow_id(event);
	fact->device = device;
	fact->of_flow = of == OF_FLOW;
	va_start(args, format);
	vsnprintf(fact->text, sizeof(fact->text), format, args);
	va_end(args);
}
