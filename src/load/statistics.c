// SPDX-License-Identifier: GPL-2.0
#include "load/internal.h"

#include "load/info.h"
#include "smmu_arch.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Adds up, over the CPUs, a struct of `size` bytes that is all counters of 64 bits. */
static void sum_cpus(void *sum, const void *values, size_t size, int cpus)
{
	const __u64 *value = values;
	__u64 *total = sum;
	size_t words = size / sizeof(__u64);

	memset(sum, 0, size);
	for (int cpu = 0; cpu < cpus; cpu++) {
		for (size_t i = 0; i < words; i++)
			total[i] += value[(size_t)cpu * words + i];
	}
}

/* Derives what the programs leave uncounted because it follows from other counters. */
static void derive(const struct smmu_queue_account *all, struct smmu_queue_stats *sum)
{
	*sum = all->stats;
	for (unsigned int i = 0; i < SMMU_OPCODE_COUNT; i++) {
		sum->commands[i] += all->single[i];
		sum->batch_size[0] += all->single[i];
	}
	sum->atc_lists += all->single[SMMU_OP_ATC_INV];
	for (unsigned int i = 0; i < SMMU_BATCH_BUCKETS; i++)
		sum->lists += sum->batch_size[i];
	sum->synced = all->unstarted;
	for (unsigned int i = 0; i < SMMU_LATENCY_BUCKETS; i++)
		sum->synced += sum->sync_latency[i];
	sum->commands[SMMU_OP_SYNC] = sum->synced;
}

/* Adds up one queue's counters: of all copies, all CPUs, and those counted early. */
static int read_queue(const struct loader *loader, __u32 index, struct smmu_queue_account *values,
		      struct smmu_queue_stats *sum)
{
	int fd = bpf_map__fd(loader->bpf->maps.queue_stats), early;
	struct smmu_queue_account all;
	int count = 0;

	for (__u32 copy = 0; copy < loader_copies(loader); copy++) {
		__u32 key = copy * SMMU_QUEUES_MAX + index;

		if (bpf_map_lookup_elem(fd, &key, values + count))
			return -errno;
		count += loader->cpus;
	}
	early = bpf_map__fd(loader->bpf->maps.queue_early);
	if (bpf_map_lookup_elem(early, &index, values + count))
		return -errno;
	sum_cpus(&all, values, sizeof(all), count + 1);
	derive(&all, sum);
	return 0;
}

static int read_queues(struct loader *loader, struct statistics *statistics)
{
	struct smmu_queue_account *values =
		calloc((size_t)loader->cpus * SMMU_COPIES + 1, sizeof(*values));
	int err = 0;

	statistics->queues = calloc(SMMU_QUEUES_MAX, sizeof(*statistics->queues));
	if (!values || !statistics->queues)
		err = -ENOMEM;
	for (__u32 i = 0; !err && i < SMMU_QUEUES_MAX; i++) {
		struct queue_statistics *queue = &statistics->queues[statistics->queue_count];

		if (!loader->bpf->bss->queue_slots[i].queue)
			continue;
		err = read_queue(loader, i, values, &queue->sum);
		queue->queue = loader->bpf->bss->queue_slots[i].queue;
		queue->smmu = loader->bpf->bss->queue_slots[i].smmu;
		queue->errors = loader->bpf->bss->error_counts[i];
		statistics->queue_count += !err;
	}
	free(values);
	return err;
}

/* The StreamID in slot `i`. */
static int read_device(const struct loader *loader, __u32 i, struct smmu_device_stats *values,
		       struct device_statistics *device)
{
	const struct hooks_bpf__bss *bss = loader->bpf->bss;
	__u64 key = bss->device_slots[i];

	device->key.smmu = bss->smmu_slots[(key >> 32) % SMMU_SMMUS_MAX];
	device->key.sid = (__u32)key;
	device->key.reserved = 0;
	device->state = bss->device_states[i];
	if (bpf_map_lookup_elem(bpf_map__fd(loader->bpf->maps.device_stats), &i, values))
		return -errno;
	sum_cpus(&device->sum, values, sizeof(device->sum), loader->cpus);
	device->sum.atc_inv += bss->device_early[i];
	return 0;
}

static int read_devices(struct loader *loader, struct statistics *statistics)
{
	struct smmu_device_stats *values = calloc((size_t)loader->cpus, sizeof(*values));
	int err = 0;

	statistics->devices = calloc(SMMU_DEVICES_MAX, sizeof(*statistics->devices));
	if (!values || !statistics->devices)
		err = -ENOMEM;
	for (__u32 i = 0; !err && i < SMMU_DEVICES_MAX; i++) {
		if (!loader->bpf->bss->device_slots[i])
			continue;
		err = read_device(loader, i, values,
				  &statistics->devices[statistics->device_count]);
		statistics->device_count += !err;
	}
	free(values);
	return err;
}

static void add_ledger(struct statistics *statistics, const struct smmu_book *sum)
{
	__u64 others = 0;

	for (__u32 i = 0; i < SMMU_EVENT_KIND_COUNT; i++) {
		statistics->ledger[i] = sum->kind[i];
		others += sum->kind[i].emitted + sum->kind[i].lost;
	}
	/* Events of the most frequent kind are not counted by themselves. */
	statistics->ledger[SMMU_EVENT_SUBMIT].emitted = sum->sequence - others;
	for (__u32 i = 0; i < SMMU_EVENT_KIND_COUNT; i++) {
		struct smmu_ledger *ledger = &statistics->ledger[i];

		ledger->attempted = ledger->emitted + ledger->lost;
		statistics->loss.emitted += ledger->emitted;
		statistics->loss.lost += ledger->lost;
	}
}

/* From the books of all CPUs: the ledger, and the last number each CPU gave to an event. */
static int read_books(struct loader *loader, struct statistics *statistics)
{
	int fd = bpf_map__fd(loader->bpf->maps.book), err = 0;
	struct smmu_book *values = calloc((size_t)loader->cpus, sizeof(*values)), sum;
	size_t numbers = loader->cpu[loader->cpus - 1] + 1;
	__u32 zero = 0;

	statistics->sequence = calloc(numbers, sizeof(*statistics->sequence));
	if (!values || !statistics->sequence)
		err = -ENOMEM;
	else if (bpf_map_lookup_elem(fd, &zero, values))
		err = -errno;
	if (!err) {
		sum_cpus(&sum, values, sizeof(sum), loader->cpus);
		add_ledger(statistics, &sum);
		statistics->loss.attempted = sum.sequence;
	}
	for (int i = 0; !err && i < loader->cpus; i++)
		statistics->sequence[loader->cpu[i]] = (__u32)values[i].sequence;
	if (!err)
		statistics->sequence_count = numbers;
	free(values);
	return err;
}

/* Hits that the kernel skipped because the same program was running on that CPU. */
static __u64 misses(const struct bpf_program *program)
{
	struct bpf_prog_info info;

	return programs_info(program, &info) ? 0 : info.recursion_misses;
}

/*
 * The calls that both copies missed. helped: calls that the second copy handled because the
 * first had missed them. If it is more than the first missed, the kernel runs the copies in the
 * other order: the second handles every call and the first, uncounted, those that the second
 * missed. Then any of these may be lost.
 */
static __u64 missed_by_both(__u64 helped, __u64 first, __u64 second)
{
	return helped <= first ? first - helped : second;
}

/* Misses that are no loss to statistics, as the list was counted when it was issued. */
static __u64 counted_early(const struct loader *loader)
{
	__u64 missed = misses(loader->bpf->progs.list_exit);
	__s64 early = __atomic_load_n(&loader->bpf->bss->early, __ATOMIC_ACQUIRE);

	if (loader->events || early <= 0)
		return 0;
	return (__u64)early < missed ? (__u64)early : missed;
}

/* X(id, name): the programs of which there are two copies, SMMU_TWICE_id. */
#define PAIRS(X)                                                                                   \
	X(LIST, list_exit)                                                                         \
	X(DOMAIN, invalidation_domain_exit)                                                        \
	X(MASTER, invalidation_master_exit)                                                        \
	X(UNMAP, unmap_exit)

#define ONE(id, name) +1
_Static_assert((0 PAIRS(ONE)) == SMMU_TWICE_COUNT, "each pair of enum smmu_twice");

static __u64 skipped_in_pairs(const struct hooks_bpf *bpf)
{
#define PAIR(id, name) [SMMU_TWICE_##id] = {bpf->progs.name, bpf->progs.name##_again},
	const struct {
		const struct bpf_program *first, *second;
	} pairs[SMMU_TWICE_COUNT] = {PAIRS(PAIR)};
	__u64 sum = 0;

	for (unsigned int i = 0; i < SMMU_TWICE_COUNT; i++) {
		/* Read before the misses, so that each of these calls is among the misses, too. */
		__u64 helped = __atomic_load_n(&bpf->bss->helped[i], __ATOMIC_ACQUIRE);

		sum += missed_by_both(helped, misses(pairs[i].first), misses(pairs[i].second));
	}
	return sum;
}

static __u64 skipped(const struct loader *loader)
{
	struct bpf_program *program;
	/* Read first: it is never more than the misses that are read after it. */
	__u64 counted = counted_early(loader), sum = loader->bpf->bss->unpaired;

	bpf_object__for_each_program(program, loader->bpf->obj)
	{
		if (loader_skips_count(loader, program))
			sum += misses(program);
	}
	/* A kprobe's program and its link count different hits. */
	return sum + skipped_in_pairs(loader->bpf) - counted + loader->missed +
	       loader_missed(loader);
}

int loader_statistics(struct loader *loader, struct statistics *statistics)
{
	int err = read_queues(loader, statistics);

	if (!err)
		err = read_devices(loader, statistics);
	if (!err)
		err = read_books(loader, statistics);
	statistics->inject_rule_count = loader->inject_rules ? loader->inject_rules->count : 0;
	for (__u32 i = 0; !err && i < statistics->inject_rule_count; i++)
		err = loader_rule_state(loader, i, &statistics->inject_rules[i]);
	statistics->loss.skipped_by_kernel = skipped(loader);
	statistics->events = loader->events;
	statistics->injection_visible = loader->sees_injection;
	statistics->errors_visible = loader->sees_errors;
	return err;
}
