/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What writer and reader of a block of events know alike after each event, so that
 * the next one needs to say only what is new. Empty at the start of every block: each
 * can be read without the others. docs/RECORDING.md has the encoding to the byte.
 */
#ifndef RECORD_MODEL_H
#define RECORD_MODEL_H

#include "smmu_event.h"

#include <stdbool.h>
#include <stddef.h>

/* The first byte of an event: its kind and what is as expected. */
#define RECORD_KIND_MASK   0x0f
#define RECORD_KIND_ESCAPE 0x0f /* the kind follows */
#define RECORD_SAME_THREAD 0x10 /* that of the last event of this CPU */
#define RECORD_SAME_STYLE  0x20 /* flags and context: of the last event of this kind */
#define RECORD_NEXT_SEQ	   0x40 /* one more than the last of this CPU */
#define RECORD_SAME_CPU	   0x80 /* that of the last event */

/* The first byte of a command list: likewise. */
#define RECORD_LIST_QUEUE	   0x01 /* that of the last list of this CPU */
#define RECORD_LIST_PROD	   0x02 /* right behind the last list of the queue */
#define RECORD_LIST_OK		   0x04 /* result 0 */
#define RECORD_LIST_WHOLE	   0x08 /* all commands were captured */
#define RECORD_LIST_COMMANDS_SHIFT 4
#define RECORD_LIST_COMMANDS_MANY  0x0f /* how many follows */

/* The most that is kept of a kind that this version does not know. */
#define RECORD_PAYLOAD_MAX 4096

#define RECORD_CPUS    1024 /* a power of two: CPUs above share */
#define RECORD_THREADS 4096
#define RECORD_QUEUES  256
#define RECORD_WORDS   4096
#define RECORD_KINDS   256

#define RECORD_PAGE_SHIFT 12
#define RECORD_PAGE_MASK  ((1ULL << 52) - 1)
#define RECORD_LOW_MASK	  0xfffU

struct record_cpu {
	__u32 seq;
	__u16 thread; /* index + 1; 0: none yet */
	__u16 queue;
};

struct record_thread {
	__u32 pid;
	__u32 tid;
	char comm[SMMU_COMM_LEN];
	__u64 page; /* of the last command that it issued */
};

struct record_queue {
	__u64 smmu;
	__u64 queue;
	__u32 prod; /* where the next list is expected */
};

/* Word 0 of a command: opcode, StreamID. */
struct record_word {
	__u64 word;
	__u32 low; /* of word 1, when it last came: size, leaf */
};

struct record_style {
	__u16 flags;
	__u8 context;
};

/*
 * Each table has one place more than it takes: once full, what is new is said in
 * full each time and goes there.
 */
struct record_model {
	__u64 ts_ns;
	__u16 cpu;
	__u32 thread_count;
	__u32 queue_count;
	__u32 word_count;
	struct record_cpu cpus[RECORD_CPUS];
	struct record_style styles[RECORD_KINDS];
	struct record_thread threads[RECORD_THREADS + 1];
	struct record_queue queues[RECORD_QUEUES + 1];
	struct record_word words[RECORD_WORDS + 1];
};

static inline void record_model_reset(struct record_model *model)
{
	/* What is in the tables counts only up to the counts. */
	__builtin_memset(model, 0, offsetof(struct record_model, threads));
}

/* The new entry that index `count` means. */
static inline __u32 record_model_add(__u32 *count, __u32 max)
{
	return *count < max ? (*count)++ : max;
}

/* Where the list after this one is expected. The CMD_SYNC takes a place, too. */
static inline __u32 record_model_next_prod(const struct smmu_event *event,
					   const struct smmu_submit *submit)
{
	return submit->prod + submit->commands + !!(event->flags & SMMU_EVENT_SYNC);
}

#endif
