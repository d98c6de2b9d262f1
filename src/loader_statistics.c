// SPDX-License-Identifier: GPL-2.0
#include "loader_internal.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Adds up `count` counters of 64 bits over the CPUs. */
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

/* One queue's counters of all copies and CPUs. */
static int read_queue(const struct loader *loader, __u32 index, struct smmu_queue_stats *values,
		      struct smmu_queue_stats *sum)
{
	int fd = bpf_map__fd(loader->bpf->maps.queue_stats);

	for (__u32 copy = 0; copy < SMMU_COPIES; copy++) {
		__u32 key = copy * SMMU_QUEUES_MAX + index;

		if (bpf_map_lookup_elem(fd, &key, values + copy * (size_t)loader->cpus))
			return -errno;
	}
	sum_cpus(sum, values, sizeof(*sum), loader->cpus * SMMU_COPIES);
	return 0;
}

static int read_queues(struct loader *loader, struct statistics *statistics)
{
	struct smmu_queue_stats *values =
		calloc((size_t)loader->cpus * SMMU_COPIES, sizeof(*values));
	int err = 0;

	statistics->queues = calloc(SMMU_QUEUES_MAX, sizeof(*statistics->queues));
	if (!values || !statistics->queues)
		err = -ENOMEM;
	for (__u32 i = 0; !err && i < SMMU_QUEUES_MAX; i++) {
		struct queue_statistics *queue = &statistics->queues[statistics->queue_count];

		if (!loader->bpf->bss->queue_slots[i].queue)
			break;
		err = read_queue(loader, i, values, &queue->sum);
		queue->queue = loader->bpf->bss->queue_slots[i].queue;
		queue->smmu = loader->bpf->bss->queue_slots[i].smmu;
		statistics->queue_count += !err;
	}
	free(values);
	return err;
}

static int read_devices(struct loader *loader, struct statistics *statistics)
{
	int fd = bpf_map__fd(loader->bpf->maps.device_stats);
	int states = bpf_map__fd(loader->bpf->maps.device_states);
	size_t size = sizeof(struct smmu_device_stats);
	void *values = calloc((size_t)loader->cpus, size);
	struct smmu_stream_key key, *last = NULL;
	int err = 0;

	statistics->devices = calloc(SMMU_DEVICES_MAX, sizeof(*statistics->devices));
	if (!values || !statistics->devices)
		err = -ENOMEM;
	while (!err && statistics->device_count < SMMU_DEVICES_MAX &&
	       !bpf_map_get_next_key(fd, last, &key)) {
		struct device_statistics *device = &statistics->devices[statistics->device_count];

		device->key = key;
		last = &device->key;
		if (bpf_map_lookup_elem(fd, &key, values)) {
			err = -errno;
			break;
		}
		sum_cpus(&device->sum, values, size, loader->cpus);
		bpf_map_lookup_elem(states, &key, &device->state);
		statistics->device_count++;
	}
	free(values);
	return err;
}

static int read_ledger(struct loader *loader, struct statistics *statistics)
{
	int fd = bpf_map__fd(loader->bpf->maps.ledger);
	size_t size = sizeof(struct smmu_ledger);
	void *values = calloc((size_t)loader->cpus, size);
	int err = values ? 0 : -ENOMEM;

	for (__u32 i = 0; !err && i < SMMU_EVENT_KIND_COUNT; i++) {
		struct smmu_ledger *sum = &statistics->ledger[i];

		if (bpf_map_lookup_elem(fd, &i, values)) {
			err = -errno;
			break;
		}
		sum_cpus(sum, values, size, loader->cpus);
		statistics->loss.attempted += sum->attempted;
		statistics->loss.emitted += sum->emitted;
		statistics->loss.lost += sum->lost;
	}
	free(values);
	return err;
}

/*
 * Hits that came while the same program ran on that CPU: the kernel skips these. The
 * hooks on allocations and locks are not in it: they are hit all the time, skipped at
 * times, and it matters only in the moments in which something is watched.
 */
static bool skips_count(const struct bpf_program *program)
{
	const char *name = bpf_program__name(program);

	/* Without its entry a list is reported all the same, without a start. */
	return strncmp(name, "watch_", 6) != 0 && strcmp(name, "list_entry") != 0;
}

static __u64 misses(const struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_program__fd(program) < 0 ||
	    bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
		return 0;
	return info.recursion_misses;
}

/*
 * What neither copy saw. The second one helps once for each call that the first one
 * was skipped for. If the kernel ran them the other way round, it would do all the work
 * and the first one help, uncounted: then all that it was skipped for may be lost.
 */
static __u64 missed_by_both(__u64 helped, __u64 first, __u64 second)
{
	return helped <= first ? first - helped : second;
}

static __u64 skipped(const struct loader *loader)
{
	const struct smmuscope_bpf *bpf = loader->bpf;
	const struct {
		const struct bpf_program *first, *second;
	} twice[SMMU_TWICE_COUNT] = {
		[SMMU_TWICE_LIST] = {bpf->progs.list_exit, bpf->progs.list_exit_again},
		[SMMU_TWICE_DOMAIN] = {bpf->progs.invalidation_domain_exit,
				       bpf->progs.invalidation_domain_exit_again},
		[SMMU_TWICE_MASTER] = {bpf->progs.invalidation_master_exit,
				       bpf->progs.invalidation_master_exit_again},
		[SMMU_TWICE_UNMAP] = {bpf->progs.unmap_exit, bpf->progs.unmap_exit_again},
	};
	struct bpf_program *program;
	__u64 sum = loader->bpf->bss->unpaired;

	bpf_object__for_each_program(program, bpf->obj)
	{
		bool one = skips_count(program);

		for (unsigned int i = 0; i < SMMU_TWICE_COUNT; i++)
			one = one && program != twice[i].first && program != twice[i].second;
		if (one)
			sum += misses(program);
	}
	for (unsigned int i = 0; i < SMMU_TWICE_COUNT; i++) {
		/* Before the misses: no call is in the first number and not in the other. */
		__u64 helped = __atomic_load_n(&bpf->bss->helped[i], __ATOMIC_ACQUIRE);

		sum += missed_by_both(helped, misses(twice[i].first), misses(twice[i].second));
	}
	return sum;
}

int loader_statistics(struct loader *loader, struct statistics *statistics)
{
	int err = read_queues(loader, statistics);

	if (!err)
		err = read_devices(loader, statistics);
	if (!err)
		err = read_ledger(loader, statistics);
	statistics->rule_count = loader->rules ? loader->rules->count : 0;
	for (__u32 i = 0; !err && i < statistics->rule_count; i++)
		err = loader_rule_state(loader, i, &statistics->rules[i]);
	statistics->loss.skipped_by_kernel = skipped(loader);
	statistics->events = loader->events;
	statistics->injection_visible = loader->sees_injection;
	return err;
}
