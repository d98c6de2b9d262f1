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

static int read_queues(struct loader *loader, struct statistics *statistics)
{
	int fd = bpf_map__fd(loader->bpf->maps.queue_stats);
	size_t size = sizeof(struct smmu_queue_stats);
	void *values = calloc((size_t)loader->cpus, size);
	int err = 0;

	statistics->queues = calloc(SMMU_QUEUES_MAX, sizeof(*statistics->queues));
	if (!values || !statistics->queues)
		err = -ENOMEM;
	for (__u32 i = 0; !err && i < SMMU_QUEUES_MAX; i++) {
		struct queue_statistics *queue = &statistics->queues[statistics->queue_count];

		if (!loader->bpf->bss->queue_slots[i].queue)
			break;
		if (bpf_map_lookup_elem(fd, &i, values)) {
			err = -errno;
			break;
		}
		queue->queue = loader->bpf->bss->queue_slots[i].queue;
		queue->smmu = loader->bpf->bss->queue_slots[i].smmu;
		sum_cpus(&queue->sum, values, size, loader->cpus);
		statistics->queue_count++;
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
	return strncmp(bpf_program__name(program), "watch_", 6) != 0;
}

static __u64 skipped(const struct loader *loader)
{
	struct bpf_program *program;
	__u64 sum = 0;

	bpf_object__for_each_program(program, loader->bpf->obj)
	{
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);

		if (bpf_program__fd(program) >= 0 && skips_count(program) &&
		    !bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size))
			sum += info.recursion_misses;
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
