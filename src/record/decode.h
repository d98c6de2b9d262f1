/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: recording -> events
 *
 * The payload of a block of events -> events. Not thread safe.
 */
#ifndef RECORD_DECODE_H
#define RECORD_DECODE_H

#include "record/wire.h"
#include "smmu_event.h"

struct record_decoder;

struct record_decoder *record_decoder_new(void);
void record_decoder_free(struct record_decoder *decoder);
/* Begins a new block, which knows nothing of the events before. */
void record_decoder_reset(struct record_decoder *decoder);
/*
 * The next event and its length in bytes, valid until the next call. NULL if the input is not an
 * event: the rest of the block cannot be decoded then.
 */
const struct smmu_event *record_decode(struct record_decoder *decoder, struct wire_in *in,
				       size_t *length);

#endif
