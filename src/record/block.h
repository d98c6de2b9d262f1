/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frame of a recording: a header, then blocks, each of which can be found and
 * checked without the others. docs/RECORDING.md has the format to the byte.
 */
#ifndef RECORD_BLOCK_H
#define RECORD_BLOCK_H

#include "record/wire.h"

#include <stdio.h>

#define RECORD_VERSION 1
/* Not text, and broken by whoever treats it as text. */
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

/* As it is in the file. */
struct record_block {
	__u32 magic;
	__u8 type;
	__u8 flags;
	__u16 reserved;
	__u32 sequence; /* of the block, from 0 */
	__u32 raw_length;
	__u32 stored_length;
	__u32 stored_crc;
	__u32 events; /* in this block */
	__u32 reserved2;
	__u64 first_ns; /* of its events */
	__u64 last_ns;
	__u64 before; /* events in all blocks before this one */
	__u32 reserved3;
	__u32 crc; /* of all before it */
};

_Static_assert(sizeof(struct record_block) == RECORD_BLOCK_LEN, "block header");

enum record_header_state {
	RECORD_HEADER_OK,
	RECORD_HEADER_FOREIGN, /* no recording at all */
	RECORD_HEADER_DAMAGED,
	RECORD_HEADER_VERSION, /* of a version that this reader does not know */
};

void record_header_make(unsigned char header[RECORD_HEADER_LEN]);
/* version: what the file says, if it is a recording. */
enum record_header_state record_header_check(const unsigned char *header, size_t length,
					     __u32 *version);

/* Appends blocks to a file. */
struct record_packer;

/* pack_events: or only the other blocks are compressed, which are few. */
struct record_packer *record_packer_new(FILE *file, bool pack_events);
void record_packer_free(struct record_packer *packer);
/*
 * What is to be in front of the next block, in the same write: the file's header. In
 * `block` type, events, first_ns and last_ns are the caller's. 0 or a negative errno,
 * after which the file may end within a block: nothing more is to be written then.
 */
int record_pack(struct record_packer *packer, const struct record_block *block,
		const unsigned char *raw, size_t length);

/* Is this a header, unharmed, that says what can be? */
bool record_block_check(const struct record_block *block);

/* Takes blocks apart. The memory is its own and valid until the next call. */
struct record_unpacker;

struct record_unpacker *record_unpacker_new(void);
void record_unpacker_free(struct record_unpacker *unpacker);
/* Where the caller puts what is stored: stored_length bytes. NULL without memory. */
unsigned char *record_unpacker_room(struct record_unpacker *unpacker,
				    const struct record_block *block);
/* What was put there, unpacked: raw_length bytes. NULL if it is damaged. */
unsigned char *record_unpack(struct record_unpacker *unpacker, const struct record_block *block);

#endif
