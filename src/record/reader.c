// SPDX-License-Identifier: GPL-2.0
/*
 * path: recording -> events
 */
#include "record/reader.h"

#include "event/decode.h"
#include "record/block.h"
#include "record/decode.h"
#include "record/end.h"
#include "record/frames.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

struct record_source {
	FILE *file;
	__u64 offset; /* of the next byte */
	struct record_unpacker *unpacker;
	struct record_decoder *decoder;
	struct record_info about;
	unsigned char *about_raw; /* what its strings are in */
	struct record_names names;
	unsigned char *end_raw; /* likewise, of `reason` */

	struct record_block block; /* the one at hand */
	bool pending;		   /* its header was read, but not what it holds */
	__u64 block_offset;
	__u32 sequence; /* of the next block */
	struct wire_in in;
	__u32 left;   /* events in `in` */
	__u64 passed; /* events given, or said to be missing */
};

enum fetch {
	FETCH_BLOCK,
	FETCH_DAMAGED, /* something was passed over: `hole` */
	FETCH_EOF,     /* between two blocks */
	FETCH_TORN,    /* within one */
	FETCH_ERROR,
};

__attribute__((format(printf, 4, 5))) static int fail(struct record_error *error,
						      enum record_error_code code, __u64 offset,
						      const char *format, ...)
{
	static const char *const hints[] = {
		[RECORD_FOREIGN] = "replay takes what -o FILE.smr made",
		[RECORD_VERSION_UNKNOWN] = "a later smmuscope reads it",
		[RECORD_DAMAGED] = "take another copy: without its beginning the rest has no names",
		[RECORD_IO] = "see what the kernel says about the disk it is on",
		[RECORD_MEMORY] = "free some memory",
	};
	va_list args;

	error->code = code;
	error->offset = offset;
	va_start(args, format);
	vsnprintf(error->message, sizeof(error->message), format, args);
	va_end(args);
	snprintf(error->hint, sizeof(error->hint), "%s", hints[code]);
	return -EINVAL;
}

static int no_memory(struct record_error *error, const struct record_source *source)
{
	return fail(error, RECORD_MEMORY, source->offset, "no memory to read it");
}

static size_t fill(struct record_source *source, void *to, size_t length)
{
	size_t count = length ? fread(to, 1, length, source->file) : 0;

	source->offset += count;
	return count;
}

/*
 * The next header, however much damage there is before it. Of what lies between only
 * one in 2^64 can look like one.
 */
static enum fetch fetch_header(struct record_source *source, struct record_hole *hole)
{
	unsigned char window[RECORD_BLOCK_LEN];
	size_t count = fill(source, window, sizeof(window));
	__u64 begin = source->offset - count;
	int c;

	hole->offset = begin;
	while (count == sizeof(window)) {
		memcpy(&source->block, window, sizeof(window));
		if (record_block_check(&source->block)) {
			source->block_offset = source->offset - sizeof(window);
			hole->bytes = source->block_offset - begin;
			return hole->bytes ? FETCH_DAMAGED : FETCH_BLOCK;
		}
		memmove(window, window + 1, sizeof(window) - 1);
		c = getc(source->file);
		if (c == EOF)
			break;
		source->offset++;
		window[sizeof(window) - 1] = (unsigned char)c;
	}
	hole->bytes = source->offset - begin;
	if (ferror(source->file))
		return FETCH_ERROR;
	return hole->bytes ? FETCH_TORN : FETCH_EOF;
}

/* What the block holds, unpacked. */
static enum fetch fetch_payload(struct record_source *source, struct record_hole *hole,
				unsigned char **raw)
{
	unsigned char *room = record_unpacker_room(source->unpacker, &source->block);
	size_t length = source->block.stored_length;

	if (!room) {
		errno = ENOMEM;
		return FETCH_ERROR;
	}
	*raw = NULL;
	if (fill(source, room, length) != length) {
		hole->offset = source->block_offset;
		hole->bytes = source->offset - source->block_offset;
		return ferror(source->file) ? FETCH_ERROR : FETCH_TORN;
	}
	*raw = record_unpack(source->unpacker, &source->block);
	if (*raw)
		return FETCH_BLOCK;
	return FETCH_DAMAGED;
}

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

/* What errno says: no memory, or the file. */
static int fail_by_errno(struct record_error *error, const struct record_source *source)
{
	if (errno == ENOMEM)
		return no_memory(error, source);
	return fail(error, RECORD_IO, source->offset, "it cannot be read: %s", strerror(errno));
}

static int read_header(struct record_source *source, struct record_error *error)
{
	unsigned char header[RECORD_HEADER_LEN];
	size_t count = fill(source, header, sizeof(header));
	__u32 version;

	if (ferror(source->file))
		return fail_by_errno(error, source);
	if (!count)
		return fail(error, RECORD_FOREIGN, 0, "it is empty, not a recording");
	switch (record_header_check(header, count, &version)) {
	case RECORD_HEADER_FOREIGN:
		return fail(error, RECORD_FOREIGN, 0, "it is not a recording of smmuscope");
	case RECORD_HEADER_DAMAGED:
		return fail(error, RECORD_DAMAGED, 0, "its header is damaged, or cut at byte %zu",
			    count);
	case RECORD_HEADER_VERSION:
		return fail(error, RECORD_VERSION_UNKNOWN, RECORD_HEADER_VERSION_AT,
			    "it is of version %u, and this smmuscope reads version %d", version,
			    RECORD_VERSION);
	case RECORD_HEADER_OK:
		break;
	}
	return 0;
}

static int read_info(struct record_source *source, struct record_error *error)
{
	struct record_hole hole = {};
	unsigned char *raw = NULL;
	enum fetch fetch = fetch_header(source, &hole);
	struct wire_in in;

	if (fetch == FETCH_BLOCK && source->block.type == RECORD_BLOCK_INFO)
		fetch = fetch_payload(source, &hole, &raw);
	if (fetch == FETCH_ERROR)
		return fail_by_errno(error, source);
	if (fetch == FETCH_EOF || fetch == FETCH_TORN)
		return fail(error, RECORD_DAMAGED, source->offset,
			    "it ends at byte %llu, before it says what it is of", source->offset);
	if (!raw)
		return fail(error, RECORD_DAMAGED, RECORD_HEADER_LEN,
			    "its first block, at byte %d, is damaged", RECORD_HEADER_LEN);
	source->about_raw = copy_of(raw, source->block.raw_length);
	if (!source->about_raw)
		return no_memory(error, source);
	in = input(source->about_raw, source->block.raw_length);
	if (!record_get_info(&in, &source->about))
		return fail(error, RECORD_DAMAGED, RECORD_HEADER_LEN,
			    "its first block, at byte %d, does not hold what it should",
			    RECORD_HEADER_LEN);
	source->sequence = 1;
	return 0;
}

int record_open(struct record_reader *reader, FILE *file, struct record_error *error)
{
	struct record_source *source = calloc(1, sizeof(*source));
	int err;

	memset(reader, 0, sizeof(*reader));
	memset(error, 0, sizeof(*error));
	if (!source)
		return fail(error, RECORD_MEMORY, 0, "no memory to read it");
	source->file = file;
	reader->source = source;
	source->unpacker = record_unpacker_new();
	source->decoder = record_decoder_new();
	err = source->unpacker && source->decoder ? read_header(source, error)
						  : no_memory(error, source);
	if (!err)
		err = read_info(source, error);
	if (err)
		record_close(reader);
	else
		reader->info = &source->about.info;
	return err;
}

void record_narrow(struct record_reader *reader, __u32 kinds, __u32 filtered)
{
	struct stream_info *info = &reader->source->about.info;

	info->kinds &= kinds;
	info->filtered |= filtered;
}

/* Events that should have come before this block. */
static __u64 missing_before(struct record_source *source)
{
	__u64 missing = 0;

	if (source->block.before > source->passed)
		missing = source->block.before - source->passed;
	source->passed = source->block.before;
	return missing;
}

/* Something was passed over up to here: of as many blocks as their numbers say. */
static enum record_result hole_before(struct record_reader *reader)
{
	struct record_source *source = reader->source;

	reader->hole.events = missing_before(source);
	reader->hole.blocks = source->block.sequence - source->sequence;
	source->sequence = source->block.sequence;
	source->pending = true;
	return RECORD_HOLE;
}

/* The block at hand is of no use. */
static enum record_result hole_at(struct record_reader *reader, __u64 events)
{
	struct record_source *source = reader->source;

	source->passed += events;
	reader->hole.offset = source->block_offset;
	reader->hole.bytes = RECORD_BLOCK_LEN + source->block.stored_length;
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
	fail_by_errno(error, reader->source);
	return RECORD_FAILED;
}

/* One block's content. RECORD_EVENT: nothing to say, go on. */
static enum record_result take(struct record_reader *reader, unsigned char *raw,
			       struct record_error *error)
{
	struct record_source *source = reader->source;
	struct wire_in in = input(raw, source->block.raw_length);
	bool whole;

	switch (source->block.type) {
	case RECORD_BLOCK_EVENTS:
		record_decoder_reset(source->decoder);
		source->in = in;
		source->left = source->block.events;
		return RECORD_EVENT;
	case RECORD_BLOCK_SYMBOLS:
		whole = record_names_get(&source->names, &in);
		source->about.info.symbols = source->names.symbols;
		return whole ? RECORD_EVENT : hole_at(reader, 0);
	case RECORD_BLOCK_DEVICES:
		return record_get_devices(&in, &source->about.devices) ? RECORD_EVENT
								       : hole_at(reader, 0);
	case RECORD_BLOCK_END:
		source->end_raw = copy_of(raw, source->block.raw_length);
		if (!source->end_raw)
			return failed(reader, error);
		in = input(source->end_raw, source->block.raw_length);
		statistics_free(&reader->statistics);
		if (record_get_end(&in, &reader->statistics, &reader->reason)) {
			reader->end = source->offset;
			return RECORD_END;
		}
		free(source->end_raw);
		source->end_raw = NULL;
		return hole_at(reader, 0);
	default:
		return RECORD_EVENT; /* what this version does not know */
	}
}

/* The next block. RECORD_EVENT: nothing to say, go on. */
static enum record_result next_block(struct record_reader *reader, struct record_error *error)
{
	struct record_source *source = reader->source;
	struct record_hole *hole = &reader->hole;
	unsigned char *raw = NULL;
	enum fetch fetch = FETCH_BLOCK;
	bool again = false;

	memset(hole, 0, sizeof(*hole));
	errno = 0;
	if (!source->pending) {
		fetch = fetch_header(source, hole);
		if (fetch == FETCH_ERROR)
			return failed(reader, error);
		if (fetch == FETCH_EOF || fetch == FETCH_TORN)
			return cut(reader, fetch == FETCH_TORN);
		/* Whole blocks can be missing, too, or be there twice. */
		again = source->block.sequence < source->sequence;
		if (!again && (fetch == FETCH_DAMAGED || source->block.before > source->passed ||
			       source->block.sequence != source->sequence))
			return hole_before(reader);
	}
	source->pending = false;
	if (!again)
		source->sequence = source->block.sequence + 1;
	fetch = fetch_payload(source, hole, &raw);
	if (fetch == FETCH_ERROR)
		return failed(reader, error);
	if (fetch == FETCH_TORN) {
		hole->events = source->block.events;
		return cut(reader, true);
	}
	if (again)
		return hole_at(reader, 0);
	if (fetch == FETCH_DAMAGED)
		return hole_at(reader, source->block.events);
	return take(reader, raw, error);
}

static enum record_result next_event(struct record_reader *reader, struct record_error *error)
{
	struct record_source *source = reader->source;
	const struct smmu_event *event;
	bool known;

	event = record_decode(source->decoder, &source->in, &reader->record.length);
	reader->record.event = event;
	if (!event) {
		__u32 left = source->left;

		source->left = 0;
		return hole_at(reader, left);
	}
	source->left--;
	source->passed++;
	known = event->kind < SMMU_EVENT_KIND_COUNT;
	if (known && !record_names_cover(&source->names, event)) {
		no_memory(error, source);
		return RECORD_FAILED;
	}
	source->about.info.symbols = source->names.symbols;
	return known ? RECORD_EVENT : RECORD_UNKNOWN;
}

enum record_result record_next(struct record_reader *reader, struct record_error *error)
{
	struct record_source *source = reader->source;
	enum record_result result = RECORD_EVENT;

	while (result == RECORD_EVENT && !source->left)
		result = next_block(reader, error);
	return result == RECORD_EVENT ? next_event(reader, error) : result;
}

void record_close(struct record_reader *reader)
{
	struct record_source *source = reader->source;

	if (!source)
		return;
	statistics_free(&reader->statistics);
	record_unpacker_free(source->unpacker);
	record_decoder_free(source->decoder);
	record_info_free(&source->about);
	record_names_free(&source->names);
	free(source->about_raw);
	free(source->end_raw);
	free(source);
	memset(reader, 0, sizeof(*reader));
}
