/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: recording -> events
 *
 * Reads what sink_record wrote, from a file or a pipe, one event after the other.
 * Bytes may be damaged anywhere, or end anywhere: what is unharmed is given, and what
 * is not is a hole. Memory is bounded, whatever the file says. Not thread safe.
 */
#ifndef RECORD_READER_H
#define RECORD_READER_H

#include "record/info.h"
#include "sink/sink.h"

enum record_error_code {
	RECORD_FOREIGN, /* not a recording */
	RECORD_VERSION_UNKNOWN,
	RECORD_DAMAGED, /* so that nothing can be read */
	RECORD_IO,
	RECORD_MEMORY,
};

struct record_error {
	enum record_error_code code;
	__u64 offset; /* in the file */
	char message[200];
	char hint[320];
};

enum record_result {
	RECORD_EVENT,	/* `record` */
	RECORD_UNKNOWN, /* likewise, of a kind that a newer version of the tool has */
	RECORD_HOLE,	/* `hole`; it goes on behind it */
	RECORD_END,	/* `statistics`, `reason` */
	RECORD_CUT,	/* it stops without an end: `hole` is what is missing at least */
	RECORD_FAILED,	/* the error */
};

struct record_hole {
	__u64 offset; /* of the first byte that is of no use */
	__u64 bytes;
	__u64 events; /* that are missing, as far as the recording tells */
	__u64 blocks; /* likewise; at least this many */
};

struct record_reader {
	const struct stream_info *info; /* changes as the recording goes on: devices, symbols */
	struct event_record record;	/* valid until the next call */
	struct record_hole hole;
	struct statistics statistics; /* the reader's */
	const char *reason;
	__u64 end; /* RECORD_END: where the recording ends */
	struct record_source *source;
};

/* file: the caller's, at its beginning. 0, or -EINVAL and *error. */
int record_open(struct record_reader *reader, FILE *file, struct record_error *error);
/* Only some of the events are passed on: info says so from now on. */
void record_narrow(struct record_reader *reader, __u32 kinds, __u32 filtered);
/* Not again after RECORD_END, RECORD_CUT and RECORD_FAILED. */
enum record_result record_next(struct record_reader *reader, struct record_error *error);
void record_close(struct record_reader *reader);

#endif
