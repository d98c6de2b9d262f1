/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  event -> recording
 *
 * sink_record writes a recording, record/reader.h reads it; docs/RECORDING.md has the format.
 * A block is written in one go, when it is full or a second old: that is the most that a kill
 * or a full disk costs.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "sink/sink.h"

#define RECORD_SUFFIX ".smr"

extern const struct sink_ops sink_record;
extern const struct sink_ops sink_record_packed; /* the same, compressed */

/* A block of events is written once it has this many bytes (not packed) or this age. */
#define RECORD_BLOCK_BYTES (64U << 10)
#define RECORD_BLOCK_NS	   1000000000ULL

#endif
