// SPDX-License-Identifier: GPL-2.0
#include "record/block.h"

#include "record/crc.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* zlib's fastest level, as the host that is being observed pays for it. */
#define LEVEL 1

/* A fuzzer cannot guess checksums, and is to test the code after them. */
static bool crc_matches(__u32 wanted, const void *data, size_t length)
{
#ifdef FUZZING
	(void)wanted;
	(void)data;
	(void)length;
	return true;
#else
	return wanted == record_crc(data, length);
#endif
}

/* How a recording begins, in every version. */
struct header {
	unsigned char magic[8];
	__u32 version;
	__u32 crc; /* of all before it */
};

_Static_assert(sizeof(struct header) == RECORD_HEADER_LEN, "file header");
_Static_assert(offsetof(struct header, version) == RECORD_HEADER_VERSION_AT, "file header");

void record_header_make(unsigned char header[RECORD_HEADER_LEN])
{
	struct header made = {.version = RECORD_VERSION};

	memcpy(made.magic, RECORD_MAGIC, sizeof(made.magic));
	made.crc = record_crc(&made, offsetof(struct header, crc));
	memcpy(header, &made, sizeof(made));
}

enum record_header_state record_header_check(const unsigned char *header, size_t length,
					     __u32 *version)
{
	struct header found;

	*version = 0;
	if (length < sizeof(found.magic) || memcmp(header, RECORD_MAGIC, sizeof(found.magic)) != 0)
		return RECORD_HEADER_FOREIGN;
	if (length < sizeof(found))
		return RECORD_HEADER_DAMAGED;
	memcpy(&found, header, sizeof(found));
	*version = found.version;
	if (!crc_matches(found.crc, &found, offsetof(struct header, crc)))
		return RECORD_HEADER_DAMAGED;
	return found.version == RECORD_VERSION ? RECORD_HEADER_OK : RECORD_HEADER_VERSION;
}

struct record_packer {
	FILE *file;
	bool pack_events;
	z_stream stream;
	struct wire_out out; /* header and payload, for one write */
	__u32 sequence;
	__u64 events;
	__u64 written; /* bytes, since the file last began */
	ino_t inode;   /* of the file */
	bool again;    /* the next block is the first of a file that has begun again */
};

struct record_packer *record_packer_new(FILE *file, bool pack_events)
{
	struct record_packer *packer = calloc(1, sizeof(*packer));

	if (!packer)
		return NULL;
	packer->file = file;
	packer->pack_events = pack_events;
	if (deflateInit(&packer->stream, LEVEL) != Z_OK) {
		free(packer);
		return NULL;
	}
	return packer;
}

void record_packer_free(struct record_packer *packer)
{
	if (!packer)
		return;
	deflateEnd(&packer->stream);
	free(packer->out.data);
	free(packer);
}

/* `to` has room for `length` bytes. The packed length, or 0 if it is not less than that. */
static size_t deflate_into(z_stream *stream, unsigned char *to, const unsigned char *raw,
			   size_t length)
{
	size_t packed = 0;

	stream->next_in = (unsigned char *)raw;
	stream->avail_in = (uInt)length;
	stream->next_out = to;
	stream->avail_out = (uInt)length;
	if (deflate(stream, Z_FINISH) == Z_STREAM_END && stream->avail_out)
		packed = length - stream->avail_out;
	deflateReset(stream);
	return packed;
}

int record_pack(struct record_packer *packer, const struct record_block *block,
		const unsigned char *raw, size_t length)
{
	size_t front = packer->sequence && !packer->again ? 0 : RECORD_HEADER_LEN, total = 0;
	struct record_block header = *block;
	unsigned char *at, *stored;

	packer->out.length = 0;
	if (length > RECORD_RAW_MAX)
		return -EFBIG;
	if (packer->out.room < front + sizeof(header) + length) {
		at = realloc(packer->out.data, front + sizeof(header) + length);
		if (!at)
			return -ENOMEM;
		packer->out.data = at;
		packer->out.room = front + sizeof(header) + length;
	}
	at = packer->out.data;
	if (front)
		record_header_make(at);
	stored = at + front + sizeof(header);
	header.magic = RECORD_BLOCK_MAGIC;
	header.sequence = packer->again ? 0 : packer->sequence;
	header.before = packer->events;
	header.raw_length = (__u32)length;
	if (packer->pack_events || header.type != RECORD_BLOCK_EVENTS)
		header.stored_length = (__u32)deflate_into(&packer->stream, stored, raw, length);
	header.flags = header.stored_length ? RECORD_BLOCK_DEFLATED : 0;
	if (!header.stored_length && length) {
		memcpy(stored, raw, length);
		header.stored_length = (__u32)length;
	}
	header.stored_crc = record_crc(stored, header.stored_length);
	header.crc = record_crc(&header, offsetof(struct record_block, crc));
	memcpy(at + front, &header, sizeof(header));
	total = front + sizeof(header) + header.stored_length;
	packer->sequence += !packer->again;
	packer->again = false;
	packer->written += total;
	packer->events += header.events;
	errno = 0;
	if (fwrite(at, 1, total, packer->file) != total || fflush(packer->file))
		return errno ? -errno : -EIO;
	return 0;
}

enum record_file record_packer_file(struct record_packer *packer)
{
	struct stat status;
	enum record_file state = RECORD_FILE_GOOD;

	if (fstat(fileno(packer->file), &status) || !S_ISREG(status.st_mode))
		return RECORD_FILE_GOOD;
	if (packer->inode && packer->inode != status.st_ino)
		state = RECORD_FILE_OTHER;
	else if ((__u64)status.st_size < packer->written)
		state = RECORD_FILE_CUT;
	packer->inode = status.st_ino;
	return state;
}

int record_packer_again(struct record_packer *packer)
{
	packer->again = true;
	packer->written = 0;
	return ftruncate(fileno(packer->file), 0) ? -errno : 0;
}

bool record_block_check(const struct record_block *block)
{
	if (block->magic != RECORD_BLOCK_MAGIC ||
	    !crc_matches(block->crc, block, offsetof(struct record_block, crc)))
		return false;
	if (block->raw_length > RECORD_RAW_MAX || block->stored_length > block->raw_length)
		return false;
	return block->flags & RECORD_BLOCK_DEFLATED || block->stored_length == block->raw_length;
}

struct record_unpacker {
	z_stream stream;
	unsigned char *stored, *raw;
	size_t stored_room, raw_room;
};

struct record_unpacker *record_unpacker_new(void)
{
	struct record_unpacker *unpacker = calloc(1, sizeof(*unpacker));

	if (unpacker && inflateInit(&unpacker->stream) != Z_OK) {
		free(unpacker);
		return NULL;
	}
	return unpacker;
}

void record_unpacker_free(struct record_unpacker *unpacker)
{
	if (!unpacker)
		return;
	inflateEnd(&unpacker->stream);
	free(unpacker->stored);
	free(unpacker->raw);
	free(unpacker);
}

static unsigned char *room_for(unsigned char **buffer, size_t *room, size_t wanted)
{
	unsigned char *bigger;

	/* At least 1, as NULL means no memory. */
	wanted = wanted ? wanted : 1;
	if (*room >= wanted)
		return *buffer;
	bigger = realloc(*buffer, wanted);
	if (!bigger)
		return NULL;
	*buffer = bigger;
	*room = wanted;
	return bigger;
}

unsigned char *record_unpacker_room(struct record_unpacker *unpacker,
				    const struct record_block *block)
{
	if (block->flags & RECORD_BLOCK_DEFLATED &&
	    !room_for(&unpacker->raw, &unpacker->raw_room, block->raw_length))
		return NULL;
	return room_for(&unpacker->stored, &unpacker->stored_room, block->stored_length);
}

unsigned char *record_unpack(struct record_unpacker *unpacker, const struct record_block *block)
{
	z_stream *stream = &unpacker->stream;
	bool whole;

	if (!crc_matches(block->stored_crc, unpacker->stored, block->stored_length))
		return NULL;
	if (!(block->flags & RECORD_BLOCK_DEFLATED))
		return unpacker->stored;
	inflateReset(stream);
	stream->next_in = unpacker->stored;
	stream->avail_in = block->stored_length;
	stream->next_out = unpacker->raw;
	stream->avail_out = block->raw_length;
	whole = inflate(stream, Z_FINISH) == Z_STREAM_END && !stream->avail_out;
	return whole ? unpacker->raw : NULL;
}
