/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frame of a recording: a header, then blocks, each of which can be found and checked
 * without the others. docs/RECORDING.md describes the format. Lengths and offsets are in
 * bytes. Not thread safe.
 */
#ifndef RECORD_BLOCK_H
#define RECORD_BLOCK_H

#include "record/wire.h"

#include <stdio.h>

#define RECORD_VERSION 1
/* As PNG's: detects text-mode transfers, which would change one of these bytes. */
#define RECORD_MAGIC		 "\x89SMR\r\n\x1a\n"
#define RECORD_HEADER_LEN	 16
#define RECORD_HEADER_VERSION_AT 8	     /* where the version is in it */
#define RECORD_BLOCK_MAGIC	 0x42524d53U /* "SMRB" */
#define RECORD_BLOCK_LEN	 64

/* Numbers stay what they are; a reader skips those that it does not know. */
enum record_block_type {
	RECORD_BLOCK_INFO = 1,
	RECORD_BLOCK_EVENTS = 2,
	RECORD_BLOCK_SYMBOLS = 3,
	RECORD_BLOCK_DEVICES = 4,
	RECORD_BLOCK_END = 5,
};

enum record_block_flags {
	RECORD_BLOCK_DEFLATED = 1 << 0, /* stored as a zlib stream */
};

/* The header of a block, as it is in the file. */
struct record_block {
	__u32 magic;
	__u8 type;
	__u8 flags;
	__u16 reserved;
	__u32 sequence; /* number of the block, from 0 */
	__u32 raw_length;
	__u32 stored_length; /* of what follows the header */
	__u32 stored_crc;    /* likewise */
	__u32 events;	     /* number in this block */
	__u32 reserved2;
	__u64 first_ns; /* time of its first and last event, CLOCK_MONOTONIC */
	__u64 last_ns;
	__u64 before; /* number of events in all blocks before this one */
	__u32 reserved3;
	__u32 crc; /* of the header before this member */
};

_Static_assert(sizeof(struct record_block) == RECORD_BLOCK_LEN, "block header");

enum record_header_state {
	RECORD_HEADER_OK,
	RECORD_HEADER_FOREIGN, /* no recording at all */
	RECORD_HEADER_DAMAGED,
	RECORD_HEADER_VERSION, /* not of RECORD_VERSION */
};

void record_header_make(unsigned char header[RECORD_HEADER_LEN]);
/* header: the first `length` bytes of a file. *version: what the file says, 0 if nothing. */
enum record_header_state record_header_check(const unsigned char *header, size_t length,
					     __u32 *version);

/* Appends blocks to a file. */
struct record_packer;

/*
 * pack_events: compress the blocks of events, too; all others always are. file: the caller's,
 * not closed. NULL without memory.
 */
struct record_packer *record_packer_new(FILE *file, bool pack_events);
void record_packer_free(struct record_packer *packer);
/*
 * Writes a block in one go, the first one together with the file's header. The caller sets type,
 * events, first_ns and last_ns of `block`; the rest is ignored. 0 or a negative errno, after
 * which the file may end within a block and nothing more must be written.
 */
int record_pack(struct record_packer *packer, const struct record_block *block,
		const unsigned char *raw, size_t length);

/* What became of the file since the last block, by somebody else's doing. */
enum record_file {
	RECORD_FILE_GOOD,
	RECORD_FILE_CUT,   /* it is shorter than what was written to it */
	RECORD_FILE_OTHER, /* it was opened again, and is another one */
};

enum record_file record_packer_file(struct record_packer *packer);
/*
 * Empties the file, so that the next block, which has to be an info block, begins it. The others go
 * on with their numbers: who reads it knows what is missing. 0 or a negative errno.
 */
int record_packer_again(struct record_packer *packer);

/* Is this the header of a block, undamaged and with lengths within bounds? */
bool record_block_check(const struct record_block *block);

/* Unpacks blocks, in buffers of its own that are valid until the next call. */
struct record_unpacker;

struct record_unpacker *record_unpacker_new(void);
void record_unpacker_free(struct record_unpacker *unpacker);
/* Room for the stored_length bytes, which the caller reads into it. NULL without memory. */
unsigned char *record_unpacker_room(struct record_unpacker *unpacker,
				    const struct record_block *block);
/* Unpacks them: raw_length bytes, or NULL if they are damaged. */
unsigned char *record_unpack(struct record_unpacker *unpacker, const struct record_block *block);

#endif
