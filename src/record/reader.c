// SPDX-License-Identifier: GPL-2.0
/*
 * path: recording -> events
 */
#include "record/reader.h"

#include "record/decode.h"
#include "record/end.h"
#include "record/frames.h"
#include "record/source.h"

#include <errno.h>
#include <stdlib.h>

struct record_reading {
	struct record_source source;
	struct record_decoder *decoder;
	struct record_info about;
	unsigned char *about_raw; /* has the strings of `about` */
	struct record_names names;
	unsigned char *end_raw; /* has the string `reason` */

	bool pending;	/* a block's header was read, but not its payload */
	__u32 sequence; /* that the next block should have */
	struct wire_in in;
	__u32 left;   /* events in `in` */
	__u64 passed; /* events given, or said to be missing */
};

static unsigned char *copy_of(const unsigned char *raw, size_t length)
{
	unsigned char *copy = malloc(length ? length : 1);

	if (copy && length)
		memcpy(copy, raw, length);
	return copy;
}

static struct wire_in input(unsigned char *raw, size_t length)
{
	return (struct wire_in){.at = raw, .end = raw + length};
}

static int read_info(struct record_reading *reading, struct record_error *error)
{
	struct record_source *source = &reading->source;
	struct record_hole hole = {};
	unsigned char *raw = NULL;
	enum record_fetch fetch = record_source_header(source, &hole);
	struct wire_in in;

	if (fetch == RECORD_FETCH_BLOCK && source->block.type == RECORD_BLOCK_INFO)
		fetch = record_source_payload(source, &hole, &raw);
	if (fetch == RECORD_FETCH_ERROR)
		return record_fail_errno(error, source->offset);
	if (fetch == RECORD_FETCH_EOF || fetch == RECORD_FETCH_TORN)
		return record_fail(error, RECORD_DAMAGED, source->offset,
				   "it ends at byte %llu, before it says what it is of",
				   source->offset);
	if (!raw)
		return record_fail(error, RECORD_DAMAGED, RECORD_HEADER_LEN,
				   "its first block, at byte %d, is damaged", RECORD_HEADER_LEN);
	reading->about_raw = copy_of(raw, source->block.raw_length);
	if (!reading->about_raw)
		return record_fail_errno(error, source->offset);
	in = input(reading->about_raw, source->block.raw_length);
	if (!record_get_info(&in, &reading->about))
		return record_fail(error, RECORD_DAMAGED, RECORD_HEADER_LEN,
				   "its first block, at byte %d, does not hold what it should",
				   RECORD_HEADER_LEN);
	reading->sequence = 1;
	return 0;
}

int record_open(struct record_reader *reader, FILE *file, struct record_error *error)
{
	struct record_reading *reading = calloc(1, sizeof(*reading));
	int err;

	memset(reader, 0, sizeof(*reader));
	memset(error, 0, sizeof(*error));
	if (!reading)
		return record_fail_errno(error, 0);
	reader->reading = reading;
	err = record_source_open(&reading->source, file);
	if (!err)
		reading->decoder = record_decoder_new();
	err = reading->decoder ? record_source_begin(&reading->source, error)
			       : record_fail(error, RECORD_MEMORY, 0, "no memory to read it");
	if (!err)
		err = read_info(reading, error);
	if (err)
		record_close(reader);
	else
		reader->info = &reading->about.info;
	return err;
}

void record_narrow(struct record_reader *reader, __u32 kinds, __u32 filtered)
{
	struct stream_info *info = &reader->reading->about.info;

	info->kinds &= kinds;
	info->filtered |= filtered;
}

/* How many events should have come before this block and did not. */
static __u64 missing_before(struct record_reading *reading)
{
	__u64 before = reading->source.block.before, missing = 0;

	if (before > reading->passed)
		missing = before - reading->passed;
	reading->passed = before;
	return missing;
}

/*
 * Something was passed over before the block at hand, which is taken next: the numbers of blocks
 * and events tell how much.
 */
static enum record_result hole_before(struct record_reader *reader)
{
	struct record_reading *reading = reader->reading;

	reader->hole.events = missing_before(reading);
	reader->hole.blocks = reading->source.block.sequence - reading->sequence;
	reading->sequence = reading->source.block.sequence;
	reading->pending = true;
	return RECORD_HOLE;
}

/* The block at hand cannot be used, or only in part. */
static enum record_result hole_at(struct record_reader *reader, __u64 events)
{
	struct record_reading *reading = reader->reading;

	reading->passed += events;
	reader->hole.offset = reading->source.block_offset;
	reader->hole.bytes = RECORD_BLOCK_LEN + reading->source.block.stored_length;
	reader->hole.events = events;
	reader->hole.blocks = 1;
	return RECORD_HOLE;
}

static enum record_result cut(struct record_reader *reader, bool torn)
{
	reader->hole.blocks = torn;
	return RECORD_CUT;
}

static enum record_result failed(struct record_reader *reader, struct record_error *error)
{
	record_fail_errno(error, reader->reading->source.offset);
	return RECORD_FAILED;
}

/* Takes in the payload of the block at hand. RECORD_EVENT: go on, nothing to return yet. */
static enum record_result take(struct record_reader *reader, unsigned char *raw,
			       struct record_error *error)
{
	struct record_reading *reading = reader->reading;
	struct wire_in in = input(raw, reading->source.block.raw_length);
	bool whole;

	switch (reading->source.block.type) {
	case RECORD_BLOCK_EVENTS:
		record_decoder_reset(reading->decoder);
		reading->in = in;
		reading->left = reading->source.block.events;
		return RECORD_EVENT;
	case RECORD_BLOCK_SYMBOLS:
		whole = record_names_get(&reading->names, &in);
		reading->about.info.symbols = reading->names.symbols;
		return whole ? RECORD_EVENT : hole_at(reader, 0);
	case RECORD_BLOCK_DEVICES:
		whole = record_get_devices(&in, &reading->about.devices) &&
			record_get_tags(&in, &reading->about.devices);
		reader->renamed |= whole;
		return whole ? RECORD_EVENT : hole_at(reader, 0);
	case RECORD_BLOCK_END:
		reading->end_raw = copy_of(raw, reading->source.block.raw_length);
		if (!reading->end_raw)
			return failed(reader, error);
		in = input(reading->end_raw, reading->source.block.raw_length);
		statistics_free(&reader->statistics);
		if (record_get_end(&in, &reader->statistics, &reader->reason)) {
			reader->end = reading->source.offset;
			return RECORD_END;
		}
		free(reading->end_raw);
		reading->end_raw = NULL;
		return hole_at(reader, 0);
	default:
		return RECORD_EVENT; /* a type that only newer versions know */
	}
}

/* Takes in the next block. RECORD_EVENT: go on, there is nothing to return yet. */
static enum record_result next_block(struct record_reader *reader, struct record_error *error)
{
	struct record_reading *reading = reader->reading;
	struct record_hole *hole = &reader->hole;
	unsigned char *raw = NULL;
	enum record_fetch fetch = RECORD_FETCH_BLOCK;
	bool again = false;

	memset(hole, 0, sizeof(*hole));
	errno = 0;
	if (!reading->pending) {
		fetch = record_source_header(&reading->source, hole);
		if (fetch == RECORD_FETCH_ERROR)
			return failed(reader, error);
		if (fetch == RECORD_FETCH_EOF || fetch == RECORD_FETCH_TORN)
			return cut(reader, fetch == RECORD_FETCH_TORN);
		/* Whole blocks can be missing, or be there twice: the second one is a hole then. */
		again = reading->source.block.sequence < reading->sequence;
		if (!again && (fetch == RECORD_FETCH_DAMAGED ||
			       reading->source.block.before > reading->passed ||
			       reading->source.block.sequence != reading->sequence))
			return hole_before(reader);
	}
	reading->pending = false;
	if (!again)
		reading->sequence = reading->source.block.sequence + 1;
	fetch = record_source_payload(&reading->source, hole, &raw);
	if (fetch == RECORD_FETCH_ERROR)
		return failed(reader, error);
	if (fetch == RECORD_FETCH_TORN) {
		hole->events = reading->source.block.events;
		return cut(reader, true);
	}
	if (again)
		return hole_at(reader, 0);
	if (fetch == RECORD_FETCH_DAMAGED)
		return hole_at(reader, reading->source.block.events);
	return take(reader, raw, error);
}

static enum record_result next_event(struct record_reader *reader, struct record_error *error)
{
	struct record_reading *reading = reader->reading;
	const struct smmu_event *event;
	bool known;

	event = record_decode(reading->decoder, &reading->in, &reader->record.length);
	reader->record.event = event;
	if (!event) {
		__u32 left = reading->left;

		reading->left = 0;
		return hole_at(reader, left);
	}
	reading->left--;
	reading->passed++;
	known = event->kind < SMMU_EVENT_KIND_COUNT;
	if (known && !record_names_cover(&reading->names, event))
		return failed(reader, error);
	reading->about.info.symbols = reading->names.symbols;
	return known ? RECORD_EVENT : RECORD_UNKNOWN;
}

enum record_result record_next(struct record_reader *reader, struct record_error *error)
{
	struct record_reading *reading = reader->reading;
	enum record_result result = RECORD_EVENT;

	while (result == RECORD_EVENT && !reading->left)
		result = next_block(reader, error);
	return result == RECORD_EVENT ? next_event(reader, error) : result;
}

void record_close(struct record_reader *reader)
{
	struct record_reading *reading = reader->reading;

	if (!reading)
		return;
	statistics_free(&reader->statistics);
	record_source_close(&reading->source);
	record_decoder_free(reading->decoder);
	record_info_free(&reading->about);
	record_names_free(&reading->names);
	free(reading->about_raw);
	free(reading->end_raw);
	free(reading);
	memset(reader, 0, sizeof(*reader));
}
