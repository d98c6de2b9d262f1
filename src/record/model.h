/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What writer and reader both derive from the events so far: the next event is written as the
 * difference to it. Empty at the start of every block, so that each block can be read without
 * the others. All numbers here are part of the file format; docs/RECORDING.md describes it.
 */
#ifndef RECORD_MODEL_H
#define RECORD_MODEL_H

#include "smmu_event.h"

#include <stdbool.h>
#include <stddef.h>

/* The first byte of an event: its kind, and which fields are as expected and left out. */
#define RECORD_KIND_MASK   0x0f
#define RECORD_KIND_ESCAPE 0x0f /* the kind follows */
#define RECORD_SAME_THREAD 0x10 /* that of the last event of this CPU */
#define RECORD_SAME_STYLE  0x20 /* flags and context: those of the last event of this kind */
#define RECORD_NEXT_SEQ	   0x40 /* one more than the last of this CPU */
#define RECORD_SAME_CPU	   0x80 /* that of the last event */

/* The first byte of a command list: likewise, and the number of commands. */
#define RECORD_LIST_QUEUE	   0x01 /* that of the last list of this CPU */
#define RECORD_LIST_PROD	   0x02 /* directly after the last list of the queue */
#define RECORD_LIST_OK		   0x04 /* result 0 */
#define RECORD_LIST_WHOLE	   0x08 /* all commands were captured */
#define RECORD_LIST_COMMANDS_SHIFT 4
#define RECORD_LIST_COMMANDS_MANY  0x0f /* the number follows */

/* Bytes: the longest payload that can be recorded, of known kinds and of later ones. */
#define RECORD_PAYLOAD_MAX 4096

/* Entries in the tables. CPUs share one modulo their number, a power of two. */
#define RECORD_CPUS    1024
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
	__u64 page; /* word 1 of the last command that it issued, without the low bits */
};

struct record_queue {
	__u64 smmu;
	__u64 queue;
	__u32 prod; /* where the next list is expected */
};

/* Word 0 of a command: opcode, StreamID. */
struct record_word {
	__u64 word;
	__u32 low; /* low bits of word 1 when it last came: size, leaf */
};

struct record_style {
	__u16 flags;
	__u8 context;
};

/*
 * The last three tables have one entry more than their number says: once a table is full, a new
 * item is written in full each time, and kept in that entry only until the next one.
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
	/* Entries of the last three tables are valid only up to their counts. */
	__builtin_memset(model, 0, offsetof(struct record_model, threads));
}

/* The index of a new entry: the next free one, or the spare one if the table is full. */
static inline __u32 record_model_add(__u32 *count, __u32 max)
{
	return *count < max ? (*count)++ : max;
}

/* The producer index after this list. A CMD_SYNC takes an entry of the queue, too. */
static inline __u32 record_model_next_prod(const struct smmu_event *event,
					   const struct smmu_submit *submit)
{
	return submit->prod + submit->commands + !!(event->flags & SMMU_EVENT_SYNC);
}

#endif
