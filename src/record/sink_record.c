// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  event -> recording
 */
#include "record/record.h"

#include "base/log.h"
#include "record/block.h"
#include "record/encode.h"
#include "record/end.h"
#include "record/frames.h"
#include "record/info.h"
#include "record/usual.h"

#include <errno.h>
#include <stdlib.h>

struct sink_record_state {
	struct record_packer *packer;
	struct record_encoder *encoder;
	struct record_frames *frames;
	struct wire_out events;	   /* the block that is being filled */
	struct record_block block; /* and its header */
	struct wire_out devices;   /* payload of the last block of devices */
	struct wire_out scratch;
	int error; /* sticky: the file may end within a block, and nothing may follow that */
};

static void state_free(struct sink_record_state *state)
{
	if (!state)
		return;
	record_packer_free(state->packer);
	record_encoder_free(state->encoder);
	record_frames_free(state->frames);
	wire_free(&state->events);
	wire_free(&state->devices);
	wire_free(&state->scratch);
	free(state);
}

static int write_block(struct sink_record_state *state, const struct record_block *block,
		       const struct wire_out *raw)
{
	if (!state->error)
		state->error = raw->failed
				       ? -ENOMEM
				       : record_pack(state->packer, block, raw->data, raw->length);
	return state->error;
}

static int write_scratch(struct sink_record_state *state, enum record_block_type type)
{
	const struct record_block block = {.type = (__u8)type};

	return write_block(state, &block, &state->scratch);
}

static int write_info(struct sink *sink, struct sink_record_state *state)
{
	state->devices.length = state->scratch.length = 0;
	record_put_devices(&state->devices, sink->info->devices);
	record_put_tags(&state->devices, sink->info->devices);
	record_put_info(&state->scratch, sink->info);
	return write_scratch(state, RECORD_BLOCK_INFO);
}

/* A file that was truncated, or opened again, becomes a recording that lacks its first events. */
static int look_at_file(struct sink *sink)
{
	struct sink_record_state *state = sink->state;
	enum record_file file = state->error ? RECORD_FILE_GOOD : record_packer_file(state->packer);

	if (file == RECORD_FILE_GOOD)
		return state->error;
	if (file == RECORD_FILE_CUT)
		log_warn("the recording was truncated by somebody else: it begins again, and what "
			 "was in it is missing");
	state->error = record_packer_again(state->packer);
	record_frames_again(state->frames);
	return write_info(sink, state);
}

static void block_begin(struct sink_record_state *state)
{
	memset(&state->block, 0, sizeof(state->block));
	state->block.type = RECORD_BLOCK_EVENTS;
	state->events.length = 0;
	record_encoder_reset(state->encoder);
}

/* Names first, so that the stacks of these events can be shown even if nothing follows. */
static int flush_events(struct sink *sink)
{
	struct sink_record_state *state = sink->state;

	if (!state->block.events)
		return state->error;
	state->scratch.length = 0;
	if (record_frames_put(state->frames, &state->scratch, sink->info->symbols))
		write_scratch(state, RECORD_BLOCK_SYMBOLS);
	write_block(state, &state->block, &state->events);
	block_begin(state);
	return state->error;
}

/* After the events, for which the old devices are right. */
static int flush_devices(struct sink *sink)
{
	struct sink_record_state *state = sink->state;
	struct wire_out swap;

	state->scratch.length = 0;
	record_put_devices(&state->scratch, sink->info->devices);
	record_put_tags(&state->scratch, sink->info->devices);
	if (state->scratch.length == state->devices.length &&
	    !memcmp(state->scratch.data, state->devices.data, state->devices.length))
		return state->error;
	if (write_scratch(state, RECORD_BLOCK_DEVICES))
		return state->error;
	swap = state->devices;
	state->devices = state->scratch;
	state->scratch = swap;
	return 0;
}

static __attribute__((noinline)) int flush(struct sink *sink)
{
	int err = look_at_file(sink);

	if (!err)
		err = flush_events(sink);
	return err ? err : flush_devices(sink);
}

static int record_open(struct sink *sink, bool pack)
{
	struct sink_record_state *state = calloc(1, sizeof(*state));
	int err;

	if (!state)
		return -ENOMEM;
	state->packer = record_packer_new(sink->file, pack);
	state->encoder = record_encoder_new();
	state->frames = record_frames_new();
	if (!state->packer || !state->encoder || !state->frames ||
	    !wire_grow(&state->events, 2 * RECORD_BLOCK_BYTES)) {
		state_free(state);
		return -ENOMEM;
	}
	block_begin(state);
	err = write_info(sink, state);
	if (err) {
		state_free(state);
		return err;
	}
	sink->state = state;
	return 0;
}

static int sink_record_open(struct sink *sink)
{
	return record_open(sink, false);
}

static int sink_record_open_packed(struct sink *sink)
{
	return record_open(sink, true);
}

static inline int event_put(struct sink *sink, const struct smmu_event *event)
{
	struct sink_record_state *state = sink->state;

	if (!state->block.events++)
		state->block.first_ns = event->ts_ns;
	state->block.last_ns = event->ts_ns;
	/* Only the size: the age is checked by tick(). */
	return state->events.length < RECORD_BLOCK_BYTES ? 0 : flush(sink);
}

/* Not inlined, so that the usual event saves no registers for it. */
static __attribute__((noinline)) int put_any(struct sink *sink, struct event_record record)
{
	const struct smmu_event *event = record.event;
	struct sink_record_state *state = sink->state;
	int err = record_encode(state->encoder, &state->events, record);

	if (err)
		return err;
	if (event->kind != SMMU_EVENT_SUBMIT && event->kind < SMMU_EVENT_KIND_COUNT)
		record_frames_see(state->frames, event);
	return event_put(sink, event);
}

static int sink_record_event(struct sink *sink, struct event_record record)
{
	struct sink_record_state *state = sink->state;

	if (record_usual_put(state->encoder, &state->events, record))
		return event_put(sink, record.event);
	return put_any(sink, record);
}

static int sink_record_tick(struct sink *sink, __u64 now_ns)
{
	const struct sink_record_state *state = sink->state;
	__u64 first_ns = state->block.first_ns;

	if (!state->block.events || now_ns < first_ns || now_ns - first_ns < RECORD_BLOCK_NS)
		return look_at_file(sink);
	return flush(sink);
}

static int sink_record_close(struct sink *sink, const struct statistics *statistics,
			     const char *reason)
{
	struct sink_record_state *state = sink->state;
	int err;

	if (!state)
		return 0;
	err = flush(sink);
	if (!err) {
		state->scratch.length = 0;
		record_put_end(&state->scratch, statistics, reason);
		err = write_scratch(state, RECORD_BLOCK_END);
	}
	state_free(state);
	sink->state = NULL;
	return err;
}

const struct sink_ops sink_record = {
	.open = sink_record_open,
	.event = sink_record_event,
	.tick = sink_record_tick,
	.renamed = flush,
	.close = sink_record_close,
};

const struct sink_ops sink_record_packed = {
	.open = sink_record_open_packed,
	.event = sink_record_event,
	.tick = sink_record_tick,
	.renamed = flush,
	.close = sink_record_close,
};
