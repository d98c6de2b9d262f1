/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  decoded event -> JSON object
 *
 * Forms for the events that almost all are: a list of one command that went through.
 * Its object differs from that of an earlier one of the same thread, queue, StreamID and
 * opcode in four numbers: time, prod, duration and address. So event_json() writes
 * the first, which is kept as a form, and the others are that form, filled in: a fifth of
 * the instructions. Memory is fixed; a form that is pushed out is made anew. Not thread safe.
 */
#ifndef SINK_EVENT_FORM_H
#define SINK_EVENT_FORM_H

#include "base/json.h"
#include "event/record.h"

#include <stdbool.h>

struct event_forms;

/* NULL: no memory. */
struct event_forms *event_forms_new(void);
void event_forms_free(struct event_forms *forms);
/* The whole object, without its line end, or false and nothing if there is no form for it. */
bool event_forms_put(struct event_forms *forms, struct json *json, struct event_record record);
/* `json` has the object of this event, and nothing before it. */
void event_forms_keep(struct event_forms *forms, const struct json *json,
		      struct event_record record);

#endif
