/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  event -> recording
 *
 * The fast path of the encoder. Almost every command list is like the one before on its CPU:
 * the same thread issues one command to the same queue, and it succeeds. Such a list is
 * recognised by a few comparisons with what is expected, and encoded without looking anything
 * up; the bytes are the same as by encode.c.
 */
#ifndef RECORD_USUAL_H
#define RECORD_USUAL_H

#include "event/record.h"
#include "record/model.h"
#include "record/wire.h"

struct record_encoder;

/* The command list that is expected next of a CPU. */
struct record_usual {
	/* Laid out as in an event. head: seq, pid, tid, cpu, flags. */
	__u64 head[2];
	__u64 comm[2];
	__u64 where[2]; /* smmu, queue */
	struct record_thread *thread;
	struct record_queue *queue;
	struct record_word *word[2]; /* of the last two lists: unmaps alternate TLBI, ATC_INV */
	__u32 block;		     /* the block in which this holds; 0: none */
} __attribute__((aligned(128)));     /* a power of two: cheaper to index */

/*
 * Encodes an event if it is as expected, and nothing is in the way. False: nothing was done, and
 * record_encode() is to encode it.
 */
bool record_usual_put(struct record_encoder *encoder, struct wire_out *out,
		      struct event_record record);
/* Before encode.c encodes an event: tells the model what the fast path skipped. */
void record_usual_sync(struct record_encoder *encoder, const struct smmu_event *event);
/* After that: the next list is expected to be like this event. */
void record_usual_note(struct record_encoder *encoder, const struct smmu_event *event);

#endif
