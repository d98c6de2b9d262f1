/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  event -> recording
 *
 * sink_record writes a recording, record_reader.h reads it. docs/RECORDING.md has the
 * format. A block is written when it is full or a second old, in one go: that is the
 * most that a kill or a full disk costs.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include "sink/sink.h"

#define RECORD_SUFFIX ".smr"

extern const struct sink_ops sink_record;
extern const struct sink_ops sink_record_packed; /* the same, compressed */

/* Of a block of events: written once it has more, or is older. */
#define RECORD_BLOCK_BYTES (64U << 10)
#define RECORD_BLOCK_NS	   1000000000ULL

#endif
