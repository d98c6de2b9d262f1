/* SPDX-License-Identifier: GPL-2.0 */
/* Statistics of one list. */
#ifndef COUNT_BPF_H
#define COUNT_BPF_H

#include "list.bpf.h"
#include "queue.bpf.h"

static __always_inline void count_commands(struct list *list, struct smmu_queue_stats *stats)
{
	struct command_list *commands = list->commands;

	for (__u32 i = 0; i < SMMU_LIST_MAX; i++) {
		__u64 word;
		__u32 opcode;

		if (i >= list->count)
			break;
		word = commands->command[i].word[0];
		opcode = SMMU_CMD_OPCODE(word);
		stats->commands[opcode]++;
		if (opcode == SMMU_OP_ATC_INV)
			DEVICE_COUNT(list->smmu, SMMU_CMD_SID(word), atc_inv);
	}
}

static __always_inline void count_list(struct list *list)
{
	struct smmu_queue_stats *stats = queue_stats_of(list->smmu, list->queue, list->copy);

	if (!stats) {
		__sync_fetch_and_add(&uncounted, 1);
		return;
	}
	stats->lists++;
	stats->batch_size[batch_bucket(list->n)]++;
	if (list->result < 0)
		stats->failed++;
	if (list_opcode(list) == SMMU_OP_ATC_INV) {
		stats->atc_lists++;
		if (!list->sync)
			stats->atc_lists_without_sync++;
	}
	if (list->sync) {
		stats->synced++;
		stats->commands[SMMU_OP_SYNC]++;
		if (!(list->flags & SMMU_EVENT_NO_START)) {
			stats->sync_latency[latency_bucket(list->duration_ns)]++;
			stats->sync_latency_sum_ns += list->duration_ns;
		}
	}
	if (list->commands)
		count_commands(list, stats);
	else
		stats->unread++;
}

#endif
