/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 4/5  kernel address -> name
 *
 * Names for the identities in records and statistics, so that no kernel address gets into an
 * output. Not thread safe.
 */
#ifndef EVENT_NAMES_H
#define EVENT_NAMES_H

#include "device/devices.h"

#define NAMES_QUEUES_MAX 256
#define QUEUE_NAME_LEN	 24

/* The queues besides each SMMU's own, in the order in which they appeared. */
struct queue_names {
	struct {
		__u64 smmu;
		__u64 queue;
		char name[QUEUE_NAME_LEN];
	} seen[NAMES_QUEUES_MAX];
	size_t count;
};

void queue_names_init(struct queue_names *names);
/*
 * "cmdq" for the SMMU's own queue, "vcmdq-N" for another one, N counted from 0 per SMMU;
 * "queue-N" if, when it appeared, the SMMU's own queue was not known; "queue-other" once the
 * table is full. The name lives as long as `names`.
 *
 * smmu: the queue's SMMU, NULL if not known; address: that SMMU's, in any case; queue: the
 * queue's address, 0 in kernels whose SMMUs have one queue each.
 */
const char *queue_name(struct queue_names *names, const struct smmu *smmu, __u64 address,
		       __u64 queue);
/* The SMMU's name, "unknown" for NULL. */
const char *smmu_name(const struct smmu *smmu);

#endif
