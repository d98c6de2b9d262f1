/* SPDX-License-Identifier: GPL-2.0 */
/* Events -> the payload of a block of events. */
#ifndef RECORD_ENCODE_H
#define RECORD_ENCODE_H

#include "record/wire.h"
#include "event/record.h"

struct record_encoder;

struct record_encoder *record_encoder_new(void);
void record_encoder_free(struct record_encoder *encoder);
/* A new block. */
void record_encoder_reset(struct record_encoder *encoder);
/*
 * Appends one event. 0, or -EINVAL: longer than a recording has room for; -ENOMEM. In both
 * cases nothing was appended.
 */
int record_encode(struct record_encoder *encoder, struct wire_out *out, struct event_record record);

#endif
