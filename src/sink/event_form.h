/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  decoded event -> JSON object
 *
 * A fast path for the most frequent event, a list of one command that went through. Two such
 * events of the same thread, queue, StreamID and opcode differ in four numbers only: time,
 * prod, duration and address. event_json() writes the first one; its text is kept as a form,
 * and later ones are that form with their numbers filled in: a fifth of the instructions.
 * Memory is fixed: a form may replace another one, which is then written anew. Not thread safe.
 */
#ifndef SINK_EVENT_FORM_H
#define SINK_EVENT_FORM_H

#include "base/json.h"
#include "event/record.h"

#include <stdbool.h>

struct event_forms;

/* The caller frees them. NULL: no memory. */
struct event_forms *event_forms_new(void);
void event_forms_free(struct event_forms *forms);
/* What is kept has names in it that are no more right. */
void event_forms_forget(struct event_forms *forms);
/* Writes the whole object, without its line end. False, and nothing is written: no form yet. */
bool event_forms_put(struct event_forms *forms, struct json *json, struct event_record record);
/* Keeps a form. `json` holds the object of this event and nothing before it. */
void event_forms_keep(struct event_forms *forms, const struct json *json,
		      struct event_record record);

#endif
