/* SPDX-License-Identifier: GPL-2.0 */
/* Counts one list in the statistics. */
#ifndef COUNT_BPF_H
#define COUNT_BPF_H

#include "base/call.bpf.h"
#include "base/emit.bpf.h"
#include "base/list.bpf.h"
#include "list/error.bpf.h"
#include "list/queue.bpf.h"

/*
 * A list may return while list_exit is running on the CPU for another list, interrupted or
 * preempted: then the kernel skips list_exit for it. Such a list is counted early: its
 * contents when it is issued, its outcome if the return is seen after all. As that can
 * interrupt the counting of another list, it goes into accounts of its own, which all CPUs
 * share and change atomically.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SMMU_QUEUES_MAX);
	__type(key, __u32);
	__type(value, struct smmu_queue_account);
} queue_early __weak SEC(".maps");

__u64 device_early[SMMU_DEVICES_MAX] __weak = {}; /* ATC_INV */

/* Lists that were counted early and whose return has not been seen (yet). */
__s64 early __weak = 0;

/* Per CPU: address of the kernel's counter that is not 0 while list_exit runs; 0: not known. */
__u64 exit_running[SMMU_CPUS_MAX] __weak = {};

/*
 * Will the kernel skip list_exit for this list? It will if list_exit is running on this CPU,
 * interrupted or preempted. If that cannot be read, any interrupt is assumed to be inside
 * list_exit.
 */
static __always_inline bool exit_skipped(void)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 address = cpu < SMMU_CPUS_MAX ? exit_running[cpu] : 0;

	if (!cfg_casts || !address)
		return current_context() != SMMU_CONTEXT_TASK;
	return (__u32)word_at(address);
}

#define COUNT(counter, is_early)                                                                   \
	do {                                                                                       \
		if (is_early)                                                                      \
			__sync_fetch_and_add(&(counter), 1);                                       \
		else                                                                               \
			(counter)++;                                                               \
	} while (0)

static __always_inline void count_atc_inv(__u32 smmu_number, __u32 sid, bool is_early)
{
	__u32 number = device_number_at(smmu_number, sid, true);
	struct smmu_device_stats *stats;

	if (is_early && number < SMMU_DEVICES_MAX) {
		__sync_fetch_and_add(&device_early[number & (SMMU_DEVICES_MAX - 1)], 1);
		return;
	}
	stats = bpf_map_lookup_elem(&device_stats, &number);
	if (!stats)
		__sync_fetch_and_add(&uncounted, 1);
	else /* atomic, as the other copy of the program may be running on this CPU */
		COUNT(stats->atc_inv, cfg_twice);
}

static __always_inline void count_commands(const struct list *list,
					   struct smmu_queue_account *account, bool is_early)
{
	for (__u32 i = 0; i < SMMU_LIST_MAX; i++) {
		__u32 opcode;
		__u64 word;

		if (i >= list->count)
			break;
		word = list_command(list, i).word[0];
		opcode = SMMU_CMD_OPCODE(word);
		COUNT(account->stats.commands[opcode], is_early);
		if (opcode == SMMU_OP_ATC_INV)
			count_atc_inv(account->smmu_slot, SMMU_CMD_SID(word), is_early);
	}
}

/* The commands of the list. */
static __always_inline void count_contents(const struct list *list,
					   struct smmu_queue_account *account, bool is_early)
{
	bool atc = list_opcode(list) == SMMU_OP_ATC_INV;

	if (atc && !list->sync)
		COUNT(account->stats.atc_lists_without_sync, is_early);
	if (is_early && list->sync)
		COUNT(account->unstarted, is_early);
	if (list->n == 1 && list->first) { /* as most are */
		COUNT(account->single[list_opcode(list)], is_early);
		if (atc)
			count_atc_inv(account->smmu_slot, SMMU_CMD_SID(list->first), is_early);
		return;
	}
	if (atc)
		COUNT(account->stats.atc_lists, is_early);
	COUNT(account->stats.batch_size[batch_bucket(list->n)], is_early);
	if (list->flags & SMMU_EVENT_UNREAD)
		COUNT(account->stats.unread, is_early);
	else
		count_commands(list, account, is_early);
}

static __always_inline void count_latency(const struct list *list,
					  struct smmu_queue_account *account)
{
	account->stats.sync_latency[latency_bucket(list->duration_ns)]++;
	account->stats.sync_latency_sum_ns += list->duration_ns;
}

/* The list returned an error. */
static __always_inline void count_failed(const struct list *list,
					 struct smmu_queue_account *account)
{
	account->stats.failed++;
	if (list->result == -ETIMEDOUT && !(list->flags & SMMU_EVENT_SYNTHETIC))
		error_count_software(list);
}

/* The result and latency of the list. */
static __always_inline void count_outcome(const struct list *list,
					  struct smmu_queue_account *account, bool started)
{
	if (list->result < 0)
		count_failed(list, account);
	if (!list->sync)
		return;
	if (!started) {
		account->unstarted++;
		return;
	}
	if (list->counted) /* count_contents() took it for a list without a start */
		account->unstarted--;
	count_latency(list, account);
}

/* Fast path: start known, not counted early. list_follow() counts a failure. */
static __always_inline void count_usual(struct list *list)
{
	struct smmu_queue_account *account;

	list->queue = list_queue(list);
	account = queue_account(list);
	list_open_usual(list);
	if (!account) {
		__sync_fetch_and_add(&uncounted, 1);
		return;
	}
	list->sync = list_sync(list);
	if (list->sync)
		count_latency(list, account);
	count_contents(list, account, false);
}

static __always_inline void count_failure(struct list *list)
{
	struct smmu_queue_account *account = queue_account(list);

	if (account)
		count_failed(list, account);
}

static __always_inline void count_list(struct list *list, bool started)
{
	struct smmu_queue_account *account = queue_account(list);

	if (!account) {
		if (!list->counted)
			__sync_fetch_and_add(&uncounted, 1);
		return;
	}
	if (!list->counted)
		count_contents(list, account, false);
	count_outcome(list, account, started);
}

/* At entry: counts the contents, reading commands as the exit would. */
static __always_inline void count_early(struct list *list, struct smmu_call *call)
{
	__u32 number = queue_search(list->smmu, list->queue);
	struct smmu_queue_account *account = bpf_map_lookup_elem(&queue_early, &number);

	if (account) {
		account->smmu_slot = smmu_number(list->smmu);
		list_open(list);
		count_contents(list, account, true);
	} else {
		__sync_fetch_and_add(&uncounted, 1);
	}
	call->flags |= CALL_COUNTED;
	__sync_fetch_and_add(&early, 1);
}

#endif
