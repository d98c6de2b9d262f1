// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  record -> every stream that a run writes
 */
#include "sink/streams.h"

#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int streams_open(struct streams *streams, const struct sink_ops *ops, struct output *output,
		 const struct stream_info *info, const void *options)
{
	struct stream *stream = &streams->stream[streams->count++];
	int err;

	stream->output = output;
	stream->sink.ops = ops;
	stream->sink.file = output->file;
	stream->sink.info = info;
	stream->sink.options = options;
	err = ops->open(&stream->sink);
	if (!err) {
		stream->open = stream->takes = true;
		err = output_flush(output);
	}
	if (err)
		output_fail(output, err);
	return err;
}

void streams_stop(struct streams *streams, struct stream *stream, int error)
{
	stream->takes = false;
	streams->error = stream->error = error;
}

void streams_put_all(struct streams *streams, struct event_record record)
{
	for (size_t i = 0; i < streams->count; i++)
		stream_put(streams, &streams->stream[i], record);
}

void streams_fail(struct streams *streams, const struct output *output, int error)
{
	for (size_t i = 0; i < streams->count; i++) {
		if (streams->stream[i].output == output && !streams->stream[i].error)
			streams_stop(streams, &streams->stream[i], error);
	}
}

/* Each that still takes something is told; one that fails takes nothing any more. */
static void tell(struct streams *streams, int (*told)(struct stream *stream, __u64 now_ns),
		 __u64 now_ns)
{
	for (size_t i = 0; i < streams->count; i++) {
		struct stream *stream = &streams->stream[i];
		int err = stream->takes ? told(stream, now_ns) : 0;

		if (err)
			streams_stop(streams, stream, err);
	}
}

static int stream_flush(struct stream *stream, __u64 now_ns)
{
	(void)now_ns;
	return stream->sink.ops->flush ? stream->sink.ops->flush(&stream->sink) : 0;
}

void streams_flush(struct streams *streams)
{
	tell(streams, stream_flush, 0);
}

static int stream_renamed(struct stream *stream, __u64 now_ns)
{
	(void)now_ns;
	return stream->sink.ops->renamed ? stream->sink.ops->renamed(&stream->sink) : 0;
}

void streams_renamed(struct streams *streams)
{
	tell(streams, stream_renamed, 0);
}

/* Past the buffer, which has lines that belong behind it. */
static int put_head(struct stream *stream)
{
	char *text = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&text, &length);
	int err;

	if (!memory)
		return -errno;
	err = stream->sink.ops->head(&stream->sink, memory);
	if (fclose(memory) && !err)
		err = -errno;
	errno = 0;
	if (!err && write(fileno(stream->output->file), text, length) != (ssize_t)length)
		err = errno ? -errno : -EIO;
	free(text);
	return err;
}

static int stream_tick(struct stream *stream, __u64 now_ns)
{
	const struct sink_ops *ops = stream->sink.ops;
	int err = ops->head && output_begun_anew(stream->output) ? put_head(stream) : 0;

	return !err && ops->tick ? ops->tick(&stream->sink, now_ns) : err;
}

void streams_tick(struct streams *streams, __u64 now_ns)
{
	tell(streams, stream_tick, now_ns);
}

static int stream_close(struct stream *stream, const struct statistics *statistics,
			const char *reason)
{
	int err = stream->error, closed;

	if (!stream->open)
		return err;
	stream->open = stream->takes = false;
	/* A write that was blocked until a signal came would be blocked again. */
	if (err == -EINTR)
		output_abandon(stream->output);
	closed = stream->sink.ops->close(&stream->sink, statistics, err ? "error" : reason);
	if (!err)
		err = closed;
	if (!err)
		err = output_flush(stream->output);
	if (err)
		output_fail(stream->output, err);
	return err;
}

int streams_close(struct streams *streams, const struct statistics *statistics,
		  const struct statistics *worst, const char *reason)
{
	int err = 0;

	if (streams->error)
		reason = "error";
	for (size_t i = 0; i < streams->count; i++) {
		struct stream *stream = &streams->stream[i];
		int wrong = stream_close(stream, stream->sink.ops->concludes ? worst : statistics,
					 reason);

		err = err ? err : wrong;
	}
	return err;
}

int streams_code(const struct streams *streams)
{
	for (size_t i = 0; i < streams->count; i++) {
		if (streams->stream[i].sink.code)
			return streams->stream[i].sink.code;
	}
	return EXIT_OK;
}
