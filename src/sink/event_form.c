// SPDX-License-Identifier: GPL-2.0
#include "sink/event_form.h"

#include "base/hash.h"
#include "event/decode.h"

#include <stdlib.h>

#define FORMS	 256 /* a power of two */
#define TEXT_MAX 448
#define LOW_MASK 0xfffU /* of word 1: below the address */

/* Everything that the text between the four numbers depends on. */
struct form_key {
	__u64 who[2]; /* pid (seq, in the same word, is masked out); tid, cpu and flags */
	__u64 comm[2];
	__u64 where[2]; /* smmu, queue */
	__u64 word;	/* word 0 of the command */
	__u32 low;	/* low bits of its word 1, below the address */
	__u32 context;
};

struct form {
	struct form_key key;
	struct json_form pieces;
	char text[TEXT_MAX];
};

struct event_forms {
	struct form form[FORMS];
};

_Static_assert(offsetof(struct smmu_event, seq) == 8 && offsetof(struct smmu_event, tid) == 16 &&
		       offsetof(struct smmu_event, comm) == 32,
	       "struct form_key has parts of it");

struct event_forms *event_forms_new(void)
{
	return calloc(1, sizeof(struct event_forms));
}

void event_forms_free(struct event_forms *forms)
{
	free(forms);
}

void event_forms_forget(struct event_forms *forms)
{
	memset(forms, 0, sizeof(*forms));
}

/* A list of one command that went through, seen from entry to return. */
static inline bool is_usual(struct event_record record)
{
	const struct smmu_event *event = record.event;
	const struct smmu_submit *submit = event_payload(event);

	return record.length == EVENT_ONE_COMMAND && event->kind == SMMU_EVENT_SUBMIT &&
	       !submit->result && submit->commands == 1 && submit->captured == 1 &&
	       !(event->flags & SMMU_EVENT_NO_START);
}

static inline struct form_key key_of(const struct smmu_event *event)
{
	const struct smmu_submit *submit = (const struct smmu_submit *)(event + 1);
	struct form_key key;

	memcpy(key.who, &event->seq, sizeof(key.who));
	key.who[0] >>= 32;
	memcpy(key.comm, event->comm, sizeof(key.comm));
	memcpy(key.where, submit, sizeof(key.where));
	key.word = submit->command[0].word[0];
	key.low = submit->command[0].word[1] & LOW_MASK;
	key.context = event->context;
	return key;
}

static inline bool same_key(const struct form_key *a, const struct form_key *b)
{
	return !((a->who[0] ^ b->who[0]) | (a->who[1] ^ b->who[1]) | (a->comm[0] ^ b->comm[0]) |
		 (a->comm[1] ^ b->comm[1]) | (a->where[0] ^ b->where[0]) |
		 (a->where[1] ^ b->where[1]) | (a->word ^ b->word) | (a->low ^ b->low) |
		 (a->context ^ b->context));
}

static inline struct form *slot_of(struct event_forms *forms, const struct form_key *key)
{
	return &forms->form[hash_slot(key->word ^ key->who[1] ^ key->where[1], FORMS)];
}

bool event_forms_put(struct event_forms *forms, struct json *json, struct event_record record)
{
	const struct smmu_event *event = record.event;
	const struct smmu_submit *submit = event_payload(event);
	struct form_key key;
	struct form *form;
	struct atc_inv atc;
	__u64 values[JSON_FORM_MAX];

	if (!is_usual(record))
		return false;
	key = key_of(event);
	form = slot_of(forms, &key);
	if (!form->pieces.count || !same_key(&form->key, &key))
		return false;
	values[0] = event->ts_ns;
	values[1] = submit->prod;
	values[2] = submit->duration_ns;
	if (form->pieces.hex)
		values[3] = decode_atc(&submit->command[0], &atc) ? atc.iova : 0;
	json_form(json, &form->pieces, form->text, values);
	return true;
}

/* Cuts the number after `name` out. False if it is not there. */
static bool cut(struct form *form, const char **rest, const char *end, const char *name,
		const char *digits)
{
	size_t length = strlen(name);
	const char *at = memmem(*rest, (size_t)(end - *rest), name, length);
	char *to = form->text + form->pieces.length;

	if (!at)
		return false;
	at += length;
	memcpy(to, *rest, (size_t)(at - *rest));
	form->pieces.piece[form->pieces.count++] = (__u16)(at - *rest);
	form->pieces.length += (size_t)(at - *rest);
	*rest = at + strspn(at, digits);
	return true;
}

void event_forms_keep(struct event_forms *forms, const struct json *json,
		      struct event_record record)
{
	/* The writer puts a comma after every value: leave it out. */
	const char *rest = json->start, *end = json->at - 1;
	struct form_key key;
	struct form *form;

	if (!is_usual(record) || json->error || end - rest > TEXT_MAX)
		return;
	key = key_of(record.event);
	form = slot_of(forms, &key);
	form->key = key;
	form->pieces = (struct json_form){};
	/* These match keys only: within a string value the quotes would be escaped. */
	if (!cut(form, &rest, end, "\"ts_ns\":", "0123456789") ||
	    !cut(form, &rest, end, "\"prod\":", "0123456789") ||
	    !cut(form, &rest, end, "\"duration_ns\":", "0123456789")) {
		form->pieces.count = 0;
		return;
	}
	form->pieces.hex = cut(form, &rest, end, "\"iova\":\"0x", "0123456789abcdef");
	memcpy(form->text + form->pieces.length, rest, (size_t)(end - rest));
	form->pieces.piece[form->pieces.count++] = (__u16)(end - rest);
	form->pieces.length += (size_t)(end - rest);
}
