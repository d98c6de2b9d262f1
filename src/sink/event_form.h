/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  decoded event -> text
 *
 * A fast path for the most frequent event, a list of one command that went through. Two such
 * events of the same thread, queue, StreamID and opcode differ in a few numbers only: time, prod,
 * duration and address. A sink writes the first one in full; its text is kept as a form, and later
 * ones are that form with their numbers filled in: a fifth of the instructions.
 * Memory is fixed: a form may replace another one, which is then written anew. Not thread safe.
 */
#ifndef SINK_EVENT_FORM_H
#define SINK_EVENT_FORM_H

#include "base/digits.h"
#include "event/record.h"

#include <string.h>

#define EVENT_FORM_NUMBERS 4
#define EVENT_FORM_TEXT	   400
/* Copied at once: overwrites that many bytes less one after the end. */
#define EVENT_FORM_STEP 32
/* Room for a form with its numbers, and for what is overwritten after it. */
#define EVENT_FORM_ROOM (EVENT_FORM_TEXT + EVENT_FORM_NUMBERS * DIGITS_LEN + EVENT_FORM_STEP)

/* Everything that the text between the numbers depends on. */
struct event_form_key {
	__u64 who[2]; /* pid (seq, in the same word, is masked out); tid, cpu and flags */
	__u64 comm[2];
	__u64 where[2]; /* smmu, queue */
	__u64 word;	/* word 0 of the command */
	__u32 low;	/* low bits of its word 1, below the address */
	__u32 style;	/* kind and context */
};

struct event_form {
	struct event_form_key key;
	unsigned int count; /* of pieces: one more than there are numbers; 0: it is free */
	__u16 piece[EVENT_FORM_NUMBERS + 1]; /* their lengths */
	char text[EVENT_FORM_TEXT + EVENT_FORM_STEP];
} __attribute__((aligned(512))); /* a power of two: cheaper to index */

/* A number in the text that a form is made of, with what stands around it. */
struct event_form_number {
	const char *before;
	const char *after;
	char text[DIGITS_LEN]; /* up to its NUL */
};

struct event_forms;

/* The caller frees them. NULL: no memory. */
struct event_forms *event_forms_new(void);
void event_forms_free(struct event_forms *forms);
/* What is kept has names in it that are no more right. */
void event_forms_forget(struct event_forms *forms);
/* NULL: no form yet. */
const struct event_form *event_forms_find(struct event_forms *forms, struct event_record record);
/* Can there be a form of this event? */
bool event_form_fits(struct event_record record);
/* Makes a form of the text of such an event. numbers: `count`, in the order of the text. */
void event_forms_keep(struct event_forms *forms, struct event_record record, const char *text,
		      size_t length, const struct event_form_number *numbers, size_t count);

/* Writes the next piece, and moves *text, which begins as form->text, past it. */
static inline char *event_form_piece(char *at, const struct event_form *form, unsigned int piece,
				     const char **text)
{
	size_t length = form->piece[piece];

	for (size_t i = 0; i < length; i += EVENT_FORM_STEP)
		memcpy(at + i, *text + i, EVENT_FORM_STEP);
	*text += length;
	return at + length;
}

#endif
