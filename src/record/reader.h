/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: recording -> events
 *
 * Reads what sink_record wrote, from a file or a pipe, one event after the other. Bytes may be
 * damaged anywhere, and the file may end anywhere: whatever is unharmed is given, the rest is
 * reported as holes. Memory is bounded, whatever the file says. Not thread safe.
 */
#ifndef RECORD_READER_H
#define RECORD_READER_H

#include "event/record.h"
#include "event/statistics.h"
#include "record/error.h"
#include "record/info.h"

#include <stdio.h>

enum record_result {
	RECORD_EVENT,	/* `record` */
	RECORD_UNKNOWN, /* likewise, of a kind that only a newer version of the tool knows */
	RECORD_HOLE,	/* `hole`; the next call goes on after it */
	RECORD_END,	/* `statistics`, `reason`, `end` */
	RECORD_CUT,	/* the file stops without an end: `hole` is the least that is missing */
	RECORD_FAILED,	/* *error */
};

/* Everything in it belongs to the reader and is valid until record_close(). */
struct record_reader {
	const struct stream_info *info; /* its devices and symbols change between events */
	struct event_record record;	/* valid until the next call only */
	struct record_hole hole;
	struct statistics statistics;
	const char *reason; /* why the run ended */
	bool renamed;	    /* the devices have changed; the caller clears it */
	__u64 end;	    /* offset in the file of the first byte after the recording */
	struct record_reading *reading;
};

/*
 * file: at the beginning of the recording; it is not closed and must stay open. 0, to be closed
 * with record_close(), or -EINVAL and *error.
 */
int record_open(struct record_reader *reader, FILE *file, struct record_error *error);
/*
 * For callers that pass on only some of the events: corrects the kinds and filters in info.
 * kinds: mask of 1 << enum smmu_event_kind that remain; filtered: those that remain in part.
 */
void record_narrow(struct record_reader *reader, __u32 kinds, __u32 filtered);
/* Must not be called again after RECORD_END, RECORD_CUT and RECORD_FAILED. */
enum record_result record_next(struct record_reader *reader, struct record_error *error);
void record_close(struct record_reader *reader);

#endif
