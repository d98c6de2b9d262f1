/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 4/5  bytes from the ring or from a recording -> a record that can be trusted
 *
 * Bytes are checked and become a record here, once, where they come in; a record is never
 * checked again. Pure, thread safe.
 */
#ifndef EVENT_RECORD_H
#define EVENT_RECORD_H

#include "smmu_event.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * An event and its payload, good by event_record_make(): its kind is known, the payload of
 * that kind is there in full, the captured commands of a submit included, and a stack is
 * no deeper than its room. Two words, so that it is passed in registers. The bytes belong to
 * the caller, which says how long they live.
 */
struct event_record {
	const struct smmu_event *event;
	size_t length; /* bytes of header and payload; may be more than the kind needs */
};

/* The length of the most frequent event: a list of one command. */
#define EVENT_ONE_COMMAND                                                                          \
	(sizeof(struct smmu_event) + sizeof(struct smmu_submit) + sizeof(struct smmu_command))

/* The check of event_record_make() without its fast path. */
bool event_record_good(const struct smmu_event *event, size_t length);

/*
 * For records of older versions: fields that a payload did not have then are set to zero. event
 * has room for the payload as it is today. Returns the new length.
 */
size_t event_record_complete(struct smmu_event *event, size_t length);

/* False, and *record is not set, if the bytes are no whole event of a known kind. */
static inline bool event_record_make(struct event_record *record, const struct smmu_event *event,
				     size_t length)
{
	const struct smmu_submit *submit = (const struct smmu_submit *)(event + 1);

	if ((length != EVENT_ONE_COMMAND || event->kind != SMMU_EVENT_SUBMIT ||
	     submit->captured > 1) &&
	    !event_record_good(event, length))
		return false;
	record->event = event;
	record->length = length;
	return true;
}

/* The payload, of the type that SMMU_EVENT_KINDS names for the event's kind. */
static inline const void *event_payload(const struct smmu_event *event)
{
	return event + 1;
}

/* The stack in the payload, NULL for a kind without one. */
const struct smmu_stack *event_stack(const struct smmu_event *event);

#endif
