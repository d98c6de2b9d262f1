// SPDX-License-Identifier: GPL-2.0
#include "record/end.h"

#include "smmu_arch.h"

#include <stdint.h>
#include <stdlib.h>

/* A struct of counters is written as their number and one varint each. */
#define COUNTERS(what) (sizeof(what) / sizeof(__u64))

_Static_assert(sizeof(struct smmu_queue_stats) ==
		       sizeof(__u64) *
			       (7 + SMMU_BATCH_BUCKETS + SMMU_LATENCY_BUCKETS + SMMU_OPCODE_COUNT),
	       "nothing but counters");
_Static_assert(sizeof(struct smmu_queue_errors) == sizeof(__u64) * (2 * SMMU_CAUSES + 6),
	       "nothing but counters");
_Static_assert(sizeof(struct smmu_device_stats) == sizeof(__u64) * 8, "nothing but counters");
_Static_assert(sizeof(struct smmu_ledger) == sizeof(__u64) * 3, "nothing but counters");
_Static_assert(sizeof(struct smmu_rule_state) == sizeof(__u64) * 4, "nothing but counters");
_Static_assert(sizeof(struct rule_silence) == sizeof(__u64) * 5, "nothing but counters");
_Static_assert(sizeof(struct blind) == sizeof(__u64) * (1 + 2 * BLIND_METHOD_COUNT),
	       "nothing but counters");
_Static_assert(sizeof(struct loss) == sizeof(__u64) * 5, "nothing but counters");

enum {
	STATISTICS_EVENTS = 1 << 0,
	STATISTICS_INJECTION_VISIBLE = 1 << 1,
	STATISTICS_ERRORS_VISIBLE = 1 << 2,
};

static void put_counters(struct wire_out *out, const void *counters, size_t count)
{
	const __u64 *list = counters;

	wire_put_varint(out, count);
	for (size_t i = 0; i < count; i++)
		wire_put_varint(out, list[i]);
}

/* An older recording may have fewer counters, the rest is 0; a newer one more, left out. */
static void get_counters(struct wire_in *in, void *counters, size_t count)
{
	size_t stored = wire_get_upto(in, (__u64)(in->end - in->at));
	__u64 *list = counters;

	memset(counters, 0, count * sizeof(*list));
	for (size_t i = 0; !in->bad && i < stored; i++) {
		__u64 value = wire_get_varint(in);

		if (i < count)
			list[i] = value;
	}
}

static void put_queues(struct wire_out *out, const struct statistics *statistics)
{
	wire_put_varint(out, statistics->queue_count);
	for (size_t i = 0; i < statistics->queue_count; i++) {
		wire_put_u64(out, statistics->queues[i].smmu);
		wire_put_u64(out, statistics->queues[i].queue);
		put_counters(out, &statistics->queues[i].sum, COUNTERS(statistics->queues[i].sum));
	}
}

static void put_devices(struct wire_out *out, const struct statistics *statistics)
{
	wire_put_varint(out, statistics->device_count);
	for (size_t i = 0; i < statistics->device_count; i++) {
		const struct device_statistics *device = &statistics->devices[i];

		wire_put_u64(out, device->key.smmu);
		wire_put_varint(out, device->key.sid);
		put_counters(out, &device->sum, COUNTERS(device->sum));
		wire_put_varint(out, device->state.suspect_ns);
		wire_put_varint(out, device->state.fenced_ns);
		wire_put_varint(out, device->state.unfenced_ns);
		wire_put_varint(out, device->state.synthetic);
		wire_put_varint(out, device->state.blamed);
	}
}

static void put_sequence(struct wire_out *out, const struct statistics *statistics)
{
	wire_put_varint(out, statistics->sequence_count);
	for (size_t i = 0; i < statistics->sequence_count; i++)
		wire_put_varint(out, statistics->sequence[i]);
}

/* Of the queues, in their order; what only the BPF programs need is left out. */
static void put_errors(struct wire_out *out, const struct statistics *statistics)
{
	for (size_t i = 0; i < statistics->queue_count; i++)
		put_counters(out, &statistics->queues[i].errors, 2 * SMMU_CAUSES + 2);
}

/* As many as there are rules. */
static void put_silences(struct wire_out *out, const struct statistics *statistics)
{
	for (size_t i = 0; i < statistics->inject_rule_count; i++)
		put_counters(out, &statistics->silences[i], COUNTERS(statistics->silences[i]));
}

void record_put_end(struct wire_out *out, const struct statistics *statistics, const char *reason)
{
	wire_put_string(out, reason);
	wire_put_varint(out, statistics->duration_ns);
	wire_put_u8(out, (__u8)((statistics->events ? STATISTICS_EVENTS : 0) |
				(statistics->injection_visible ? STATISTICS_INJECTION_VISIBLE : 0) |
				(statistics->errors_visible ? STATISTICS_ERRORS_VISIBLE : 0)));
	put_counters(out, &statistics->loss, COUNTERS(statistics->loss));
	wire_put_varint(out, SMMU_EVENT_KIND_COUNT);
	for (size_t i = 0; i < SMMU_EVENT_KIND_COUNT; i++)
		put_counters(out, &statistics->ledger[i], COUNTERS(statistics->ledger[i]));
	wire_put_varint(out, statistics->inject_rule_count);
	for (size_t i = 0; i < statistics->inject_rule_count; i++)
		put_counters(out, &statistics->inject_rules[i],
			     COUNTERS(statistics->inject_rules[i]));
	put_queues(out, statistics);
	put_devices(out, statistics);
	put_sequence(out, statistics);
	put_errors(out, statistics);
	put_silences(out, statistics);
	put_counters(out, &statistics->blind, COUNTERS(statistics->blind));
}

/* Reads `stored` structs of `count` counters each; keeps the first `room` of them. */
static void get_list(struct wire_in *in, size_t stored, void *list, size_t room, size_t count)
{
	__u64 rest[COUNTERS(struct loss)], *to = list;

	for (size_t i = 0; !in->bad && i < stored; i++)
		get_counters(in, i < room ? to + i * count : rest, count);
}

static void get_queues(struct wire_in *in, struct statistics *statistics)
{
	size_t count = wire_get_upto(in, SMMU_QUEUES_MAX);

	/* One more, as calloc(0) may return NULL. */
	statistics->queues = calloc(count + 1, sizeof(*statistics->queues));
	if (!statistics->queues)
		in->bad = true;
	for (size_t i = 0; !in->bad && i < count; i++) {
		struct queue_statistics *queue = &statistics->queues[i];

		queue->smmu = wire_get_u64(in);
		queue->queue = wire_get_u64(in);
		get_counters(in, &queue->sum, COUNTERS(queue->sum));
		statistics->queue_count++;
	}
}

static void get_devices(struct wire_in *in, struct statistics *statistics)
{
	size_t count = wire_get_upto(in, SMMU_DEVICES_MAX);

	statistics->devices = calloc(count + 1, sizeof(*statistics->devices));
	if (!statistics->devices)
		in->bad = true;
	for (size_t i = 0; !in->bad && i < count; i++) {
		struct device_statistics *device = &statistics->devices[i];

		device->key.smmu = wire_get_u64(in);
		device->key.sid = (__u32)wire_get_upto(in, UINT32_MAX);
		get_counters(in, &device->sum, COUNTERS(device->sum));
		device->state.suspect_ns = wire_get_varint(in);
		device->state.fenced_ns = wire_get_varint(in);
		device->state.unfenced_ns = wire_get_varint(in);
		device->state.synthetic = (__u8)wire_get_upto(in, UINT8_MAX);
		device->state.blamed = (__u8)wire_get_upto(in, UINT8_MAX);
		statistics->device_count++;
	}
}

/* Older recordings end before this. */
static void get_sequence(struct wire_in *in, struct statistics *statistics)
{
	size_t count;

	if (in->bad || in->at == in->end)
		return;
	count = wire_get_upto(in, (__u64)(in->end - in->at));
	statistics->sequence = calloc(count + 1, sizeof(*statistics->sequence));
	if (!statistics->sequence)
		in->bad = true;
	for (size_t i = 0; !in->bad && i < count; i++)
		statistics->sequence[statistics->sequence_count++] =
			(__u32)wire_get_upto(in, UINT32_MAX);
}

/* Likewise. */
static void get_errors(struct wire_in *in, struct statistics *statistics)
{
	if (in->bad || in->at == in->end)
		return;
	for (size_t i = 0; !in->bad && i < statistics->queue_count; i++)
		get_counters(in, &statistics->queues[i].errors, 2 * SMMU_CAUSES + 2);
}

static void get_silences(struct wire_in *in, struct statistics *statistics)
{
	if (!in->bad && in->at != in->end)
		get_list(in, statistics->inject_rule_count, statistics->silences, SMMU_RULES_MAX,
			 COUNTERS(statistics->silences[0]));
}

/* Likewise: then it is not known. */
static void get_blind(struct wire_in *in, struct statistics *statistics)
{
	if (!in->bad && in->at != in->end)
		get_counters(in, &statistics->blind, COUNTERS(statistics->blind));
}

bool record_get_end(struct wire_in *in, struct statistics *statistics, const char **reason)
{
	size_t kinds;
	__u8 flags;

	memset(statistics, 0, sizeof(*statistics));
	*reason = wire_get_text(in);
	statistics->duration_ns = wire_get_varint(in);
	flags = wire_get_u8(in);
	statistics->events = flags & STATISTICS_EVENTS;
	statistics->injection_visible = flags & STATISTICS_INJECTION_VISIBLE;
	statistics->errors_visible = flags & STATISTICS_ERRORS_VISIBLE;
	get_counters(in, &statistics->loss, COUNTERS(statistics->loss));
	kinds = wire_get_upto(in, (__u64)(in->end - in->at));
	get_list(in, kinds, statistics->ledger, SMMU_EVENT_KIND_COUNT,
		 COUNTERS(statistics->ledger[0]));
	statistics->inject_rule_count = wire_get_upto(in, SMMU_RULES_MAX);
	get_list(in, statistics->inject_rule_count, statistics->inject_rules, SMMU_RULES_MAX,
		 COUNTERS(statistics->inject_rules[0]));
	get_queues(in, statistics);
	get_devices(in, statistics);
	get_sequence(in, statistics);
	get_errors(in, statistics);
	get_silences(in, statistics);
	get_blind(in, statistics);
	return !in->bad;
}
