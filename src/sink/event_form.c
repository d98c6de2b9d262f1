// SPDX-License-Identifier: GPL-2.0
#include "sink/event_form.h"

#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>

#define FORMS	 256	/* a power of two */
#define LOW_MASK 0xfffU /* of word 1: below the address */

struct event_forms {
	struct event_form form[FORMS];
};

_Static_assert(offsetof(struct smmu_event, seq) == 8 && offsetof(struct smmu_event, tid) == 16 &&
		       offsetof(struct smmu_event, kind) == 24 &&
		       offsetof(struct smmu_event, context) == 25 &&
		       offsetof(struct smmu_event, comm) == 32,
	       "struct event_form_key has parts of it");

_Static_assert(sizeof(struct event_form) == 512, "forms are as large as their alignment");

struct event_forms *event_forms_new(void)
{
	struct event_forms *forms = aligned_alloc(_Alignof(struct event_forms), sizeof(*forms));

	if (forms)
		event_forms_forget(forms);
	return forms;
}

void event_forms_free(struct event_forms *forms)
{
	free(forms);
}

void event_forms_forget(struct event_forms *forms)
{
	memset(forms, 0, sizeof(*forms));
}

static inline struct event_form_key key_of(const struct smmu_event *event)
{
	const struct smmu_submit *submit = (const struct smmu_submit *)(event + 1);
	struct event_form_key key;
	__u16 style;

	memcpy(key.who, &event->seq, sizeof(key.who));
	key.who[0] >>= 32;
	memcpy(key.comm, event->comm, sizeof(key.comm));
	memcpy(key.where, submit, sizeof(key.where));
	key.word = submit->command[0].word[0];
	key.low = submit->command[0].word[1] & LOW_MASK;
	memcpy(&style, &event->kind, sizeof(style));
	key.style = style;
	return key;
}

static inline bool same_key(const struct event_form_key *a, const struct event_form_key *b)
{
	return !((a->who[0] ^ b->who[0]) | (a->who[1] ^ b->who[1]) | (a->comm[0] ^ b->comm[0]) |
		 (a->comm[1] ^ b->comm[1]) | (a->where[0] ^ b->where[0]) |
		 (a->where[1] ^ b->where[1]) | (a->word ^ b->word) | (a->low ^ b->low) |
		 (a->style ^ b->style));
}

static inline struct event_form *slot_of(struct event_forms *forms,
					 const struct event_form_key *key)
{
	return &forms->form[hash_slot(key->word ^ key->who[1] ^ key->where[1], FORMS)];
}

/* One command that went through: what of that the key, with kind and flags, does not tell. */
static inline bool went_through(struct event_record record)
{
	const struct smmu_submit *submit = event_payload(record.event);

	return record.length == EVENT_ONE_COMMAND && !submit->result && submit->commands == 1 &&
	       submit->captured == 1;
}

bool event_form_fits(struct event_record record)
{
	return record.event->kind == SMMU_EVENT_SUBMIT &&
	       !(record.event->flags & SMMU_EVENT_NO_START) && went_through(record);
}

const struct event_form *event_forms_find(struct event_forms *forms, struct event_record record)
{
	struct event_form_key key;
	const struct event_form *form;

	if (!went_through(record))
		return NULL;
	key = key_of(record.event);
	form = slot_of(forms, &key);
	return form->count && same_key(&form->key, &key) ? form : NULL;
}

/* The text from *rest to the number becomes a piece. False if the number is not there. */
static bool cut(struct event_form *form, char *to, const char **rest, const char *end,
		const struct event_form_number *number)
{
	char wanted[3 * DIGITS_LEN];
	size_t before = strlen(number->before), length = strlen(number->text);
	const char *at;

	snprintf(wanted, sizeof(wanted), "%s%s%s", number->before, number->text, number->after);
	at = memmem(*rest, (size_t)(end - *rest), wanted, strlen(wanted));
	if (!at)
		return false;
	at += before;
	memcpy(to, *rest, (size_t)(at - *rest));
	form->piece[form->count++] = (__u16)(at - *rest);
	*rest = at + length;
	return true;
}

void event_forms_keep(struct event_forms *forms, struct event_record record, const char *text,
		      size_t length, const struct event_form_number *numbers, size_t count)
{
	const struct event_form_key key = key_of(record.event);
	struct event_form *form = slot_of(forms, &key);
	const char *rest = text, *end = text + length;
	char *to = form->text;

	if (length > EVENT_FORM_TEXT)
		return;
	form->key = key;
	form->count = 0;
	for (size_t i = 0; i < count; i++) {
		if (!cut(form, to, &rest, end, &numbers[i])) {
			form->count = 0;
			return;
		}
		to += form->piece[i];
	}
	memcpy(to, rest, (size_t)(end - rest));
	form->piece[form->count++] = (__u16)(end - rest);
}
