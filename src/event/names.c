// SPDX-License-Identifier: GPL-2.0
/*
 * path: 4/5  kernel address -> name
 */
#include "event/names.h"

#include <stdio.h>

void queue_names_init(struct queue_names *names)
{
	names->count = 0;
}

const char *queue_name(struct queue_names *names, const struct smmu *smmu, __u64 address,
		       __u64 queue)
{
	unsigned int number = 0;
	size_t i;

	/* Older kernels have one queue per SMMU, and no argument that says which. */
	if (!queue || (smmu && smmu->queue == queue))
		return "cmdq";
	for (i = 0; i < names->count; i++) {
		if (names->seen[i].smmu != address)
			continue;
		if (names->seen[i].queue == queue)
			return names->seen[i].name;
		number++;
	}
	if (i == NAMES_QUEUES_MAX)
		return "queue-other";
	names->seen[i].smmu = address;
	names->seen[i].queue = queue;
	snprintf(names->seen[i].name, QUEUE_NAME_LEN, "%s-%u",
		 smmu && smmu->queue ? "vcmdq" : "queue", number);
	names->count++;
	return names->seen[i].name;
}

const char *smmu_name(const struct smmu *smmu)
{
	return smmu ? smmu->name : "unknown";
}
