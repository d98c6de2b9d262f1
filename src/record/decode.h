/* SPDX-License-Identifier: GPL-2.0 */
/* The payload of a block of events -> events. */
#ifndef RECORD_DECODE_H
#define RECORD_DECODE_H

#include "record/wire.h"
#include "smmu_event.h"

struct record_decoder;

struct record_decoder *record_decoder_new(void);
void record_decoder_free(struct record_decoder *decoder);
/* A new block. */
void record_decoder_reset(struct record_decoder *decoder);
/*
 * The next event and its length, valid until the next call; NULL if what is there
 * cannot be one, after which the rest of the block is of no use.
 */
const struct smmu_event *record_decode(struct record_decoder *decoder, struct wire_in *in,
				       size_t *length);

#endif
