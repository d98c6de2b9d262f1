// SPDX-License-Identifier: GPL-2.0
#include "record/source.h"

#include <errno.h>

int record_source_open(struct record_source *source, FILE *file)
{
	memset(source, 0, sizeof(*source));
	source->file = file;
	source->unpacker = record_unpacker_new();
	return source->unpacker ? 0 : -ENOMEM;
}

void record_source_close(struct record_source *source)
{
	record_unpacker_free(source->unpacker);
	source->unpacker = NULL;
}

static size_t fill(struct record_source *source, void *to, size_t length)
{
	size_t count = length ? fread(to, 1, length, source->file) : 0;

	source->offset += count;
	return count;
}

int record_source_begin(struct record_source *source, struct record_error *error)
{
	unsigned char header[RECORD_HEADER_LEN];
	size_t count = fill(source, header, sizeof(header));
	__u32 version;

	if (ferror(source->file))
		return record_fail_errno(error, source->offset);
	if (!count)
		return record_fail(error, RECORD_FOREIGN, 0, "it is empty, not a recording");
	switch (record_header_check(header, count, &version)) {
	case RECORD_HEADER_FOREIGN:
		return record_fail(error, RECORD_FOREIGN, 0, "it is not a recording of smmuscope");
	case RECORD_HEADER_DAMAGED:
		return record_fail(error, RECORD_DAMAGED, 0,
				   "its header is damaged, or cut at byte %zu", count);
	case RECORD_HEADER_VERSION:
		return record_fail(error, RECORD_VERSION_UNKNOWN, RECORD_HEADER_VERSION_AT,
				   "it is of version %u, and this smmuscope reads version %d",
				   version, RECORD_VERSION);
	case RECORD_HEADER_OK:
		break;
	}
	return 0;
}

enum record_fetch record_source_header(struct record_source *source, struct record_hole *hole)
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
			return hole->bytes ? RECORD_FETCH_DAMAGED : RECORD_FETCH_BLOCK;
		}
		/* No header here: one byte on. */
		memmove(window, window + 1, sizeof(window) - 1);
		c = getc(source->file);
		if (c == EOF)
			break;
		source->offset++;
		window[sizeof(window) - 1] = (unsigned char)c;
	}
	hole->bytes = source->offset - begin;
	if (ferror(source->file))
		return RECORD_FETCH_ERROR;
	return hole->bytes ? RECORD_FETCH_TORN : RECORD_FETCH_EOF;
}

enum record_fetch record_source_payload(struct record_source *source, struct record_hole *hole,
					unsigned char **raw)
{
	unsigned char *room = record_unpacker_room(source->unpacker, &source->block);
	size_t length = source->block.stored_length;

	*raw = NULL;
	if (!room) {
		errno = ENOMEM;
		return RECORD_FETCH_ERROR;
	}
	if (fill(source, room, length) != length) {
		hole->offset = source->block_offset;
		hole->bytes = source->offset - source->block_offset;
		return ferror(source->file) ? RECORD_FETCH_ERROR : RECORD_FETCH_TORN;
	}
	*raw = record_unpack(source->unpacker, &source->block);
	return *raw ? RECORD_FETCH_BLOCK : RECORD_FETCH_DAMAGED;
}
