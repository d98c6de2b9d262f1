/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  record -> every stream that a run writes
 *
 * The one fan-out, for what comes from the ring and for what comes from a recording. A
 * stream that failed gets no more records; its error is logged once, when it is closed. Not
 * thread safe.
 */
#ifndef SINK_STREAMS_H
#define SINK_STREAMS_H

#include "base/output.h"
#include "sink/sink.h"

#include <stdbool.h>

struct stream {
	struct sink sink;
	struct output *output;
	bool open;
	bool takes; /* records: it is open and has no error */
	int error;  /* a negative errno */
};

/* The events or the verdict on them, and a recording. */
#define STREAMS_MAX 2

struct streams {
	struct stream stream[STREAMS_MAX];
	size_t count;
	int error; /* the last one of any stream, 0 while all is well */
};

/*
 * Adds a stream and writes its header. output, info and options stay the caller's and must
 * live until streams_close(). 0 or a negative errno, logged.
 */
int streams_open(struct streams *streams, const struct sink_ops *ops, struct output *output,
		 const struct stream_info *info, const void *options);
/* The streams of that output get no more: it cannot be written. */
void streams_fail(struct streams *streams, const struct output *output, int error);
/* What they hold back goes to their files, which are not flushed. */
void streams_flush(struct streams *streams);
/* The devices of their info have changed: before the first event that needs the new ones. */
void streams_renamed(struct streams *streams);
/* Calls their tick(), if they have one. now_ns: as the times of events are. */
void streams_tick(struct streams *streams, __u64 now_ns);
/*
 * Ends all of them, even if one fails. worst: as statistics, but with everything that may be
 * missing counted as lost, for sinks that conclude from the absence of events; the same as
 * statistics if nothing is in doubt. 0 or the first negative errno, logged.
 */
int streams_close(struct streams *streams, const struct statistics *statistics,
		  const struct statistics *worst, const char *reason);
/* The first conclusion of a sink that is not EXIT_OK: an enum exit_code. */
int streams_code(const struct streams *streams);

/* Out of line, for streams_put(), which then has fewer registers to save for each event. */
__attribute__((cold, noinline)) void streams_stop(struct streams *streams, struct stream *stream,
						  int error);
__attribute__((noinline)) void streams_put_all(struct streams *streams, struct event_record record);

static inline void stream_put(struct streams *streams, struct stream *stream,
			      struct event_record record)
{
	int error = stream->takes ? stream->sink.ops->event(&stream->sink, record) : 0;

	if (error)
		streams_stop(streams, stream, error);
}

/* For each event of the machine; mostly there is one stream. */
static inline void streams_put(struct streams *streams, struct event_record record)
{
	if (streams->count > 1)
		streams_put_all(streams, record);
	else
		stream_put(streams, &streams->stream[0], record);
}

#endif
