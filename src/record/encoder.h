/* SPDX-License-Identifier: GPL-2.0 */
/* The encoder from the inside, for encode.c (any event) and usual.c (the fast path). */
#ifndef RECORD_ENCODER_H
#define RECORD_ENCODER_H

#include "base/hash.h"
#include "record/model.h"
#include "record/usual.h"

/* Slots of a hash table: at least twice what it takes, so that probe sequences are short. */
#define RECORD_SLOTS 8192U

_Static_assert(RECORD_SLOTS >= 2 * RECORD_THREADS, "short searches");
_Static_assert(RECORD_SLOTS >= 2 * RECORD_WORDS, "short searches");

/* The longest event: a list of SMMU_LIST_MAX commands of which nothing is in the model yet. */
#define RECORD_EVENT_MAX (RECORD_PAYLOAD_MAX + 256)

struct record_encoder {
	struct record_usual usual[RECORD_CPUS]; /* first: no offset to add for each event */
	__u32 block; /* counts blocks: a struct record_usual of another block is void */
	__u32 style; /* flags, kind and context of the last command list, as in an event */
	struct record_model model;
	/* Hash tables of the model's entries: index + 1; 0: free. */
	__u16 thread_slots[RECORD_SLOTS];
	__u16 word_slots[RECORD_SLOTS];
};

/* Where the probe sequence of a value begins. */
static inline __u32 record_slot(__u64 value)
{
	return (__u32)hash_slot(value, RECORD_SLOTS);
}

#endif
