/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  event -> recording
 *
 * Events -> the payload of a block of events. Not thread safe.
 */
#ifndef RECORD_ENCODE_H
#define RECORD_ENCODE_H

#include "record/wire.h"
#include "event/record.h"

struct record_encoder;

/* Takes some 370 KiB. NULL without memory. */
struct record_encoder *record_encoder_new(void);
void record_encoder_free(struct record_encoder *encoder);
/* Begins a new block, which knows nothing of the events before. */
void record_encoder_reset(struct record_encoder *encoder);
/*
 * Appends one event. 0; -EINVAL: longer than a recording has room for; -ENOMEM. Nothing is
 * appended in case of an error.
 */
int record_encode(struct record_encoder *encoder, struct wire_out *out, struct event_record record);

#endif
