/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts what went wrong with a queue: each CMDQ_ERR of the SMMU by its cause, and each timeout
 * by device if only one can be meant, else by queue. From the SMMU's registers and the queue's
 * memory, so that it does not matter whether the driver tells anybody.
 */
#ifndef ERROR_BPF_H
#define ERROR_BPF_H

#include "base/registers.bpf.h"
#include "list/culprit.bpf.h"
#include "list/queue.bpf.h"

/* By the queue's number. */
struct smmu_queue_errors error_counts[SMMU_QUEUES_MAX] __weak = {};

/* Make a value of smmu_queue_errors.seen, and of .last, differ from 0. */
#define ERROR_SEEN 2ULL
#define ERROR_LAST (1ULL << 32)

static __always_inline struct smmu_queue_errors *error_counts_of(__u64 smmu, __u64 queue)
{
	__u32 number = queue_search(smmu, queue);

	if (number >= SMMU_QUEUES_MAX)
		return NULL;
	asm volatile("" : "+r"(number));
	return &error_counts[number & (SMMU_QUEUES_MAX - 1)];
}

static __always_inline __u32 error_cause(__u32 cons)
{
	__u32 cause = SMMU_CONS_ERR(cons);

	return cause < SMMU_CAUSE_OTHER ? cause : SMMU_CAUSE_OTHER;
}

/*
 * Is it an error that has not been counted? The handler may call the function that the other
 * program is on, and a CPU that polls may be faster than the handler. GERROR.CMDQ_ERR changes
 * with each error (IHI 0070 7.5), so that errors that follow each other differ in it.
 */
static __always_inline bool error_is_new(struct smmu_queue_errors *errors,
					 const struct registers *registers)
{
	__u64 now = ERROR_SEEN | (registers->gerror & SMMU_GERROR_CMDQ_ERR);
	__u64 seen = errors->seen;

	return seen != now && __sync_val_compare_and_swap(&errors->seen, seen, now) == seen;
}

/* A CMD_SYNC can fail again when it is fetched again: still one list, and one timeout. */
static __always_inline void error_count(struct smmu_queue_errors *errors, __u64 smmu, __u64 queue,
					__u32 cons)
{
	__u32 cause = error_cause(cons), sid;
	__u64 last = errors->last, now = ERROR_LAST | cons;

	__sync_fetch_and_add(&errors->errors[cause], 1);
	errors->last = now;
	if (last == now)
		return;
	__sync_fetch_and_add(&errors->lists[cause], 1);
	errors->last_sid = SMMU_SID_NONE;
	errors->last_ns = bpf_ktime_get_ns();
	if (cause != SMMU_CERROR_ATC_INV_SYNC)
		return;
	sid = culprit_of(queue, cons);
	errors->last_sid = sid;
	if (sid == SMMU_SID_NONE)
		__sync_fetch_and_add(&errors->unknown_hardware, 1);
	else
		DEVICE_COUNT(smmu, sid, timeouts_hardware);
}

/*
 * A list ran out of the driver's time. It is a timeout of its device if that is the one that
 * the SMMU waits for, or waited for until an error while this list was under way. Any other list
 * only stood behind it.
 */
static __always_inline void error_count_software(const struct list *list)
{
	struct smmu_queue_errors *errors = error_counts_of(list->smmu, list->queue);
	struct registers registers;
	__u32 sid = SMMU_CMD_SID(list->first);

	if (!errors)
		return;
	registers_read(&registers, list->smmu, list->queue);
	if (list_opcode(list) == SMMU_OP_ATC_INV &&
	    (culprit_of(list->queue, registers.cons) == sid ||
	     (errors->last_sid == sid && list->now - list->duration_ns < errors->last_ns)))
		DEVICE_COUNT(list->smmu, sid, timeouts_software);
	else
		__sync_fetch_and_add(&errors->unknown_software, 1);
}

#endif
