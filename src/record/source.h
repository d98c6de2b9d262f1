/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: recording -> events
 *
 * The blocks of a recording, one after the other, from a file or a pipe: finds the next header
 * after damage, too, and unpacks the block's payload, which reader.c interprets. Not thread
 * safe.
 */
#ifndef RECORD_SOURCE_H
#define RECORD_SOURCE_H

#include "record/block.h"
#include "record/error.h"

struct record_source {
	FILE *file;   /* the caller's, read from where it stands */
	__u64 offset; /* of the next byte, counted from there */
	struct record_unpacker *unpacker;
	struct record_block block; /* the last header found */
	__u64 block_offset;	   /* where it begins */
};

enum record_fetch {
	RECORD_FETCH_BLOCK,
	RECORD_FETCH_DAMAGED, /* something was passed over: the hole says where */
	RECORD_FETCH_EOF,     /* the file ends between two blocks */
	RECORD_FETCH_TORN,    /* or within one: the hole says where */
	RECORD_FETCH_ERROR,   /* errno says why */
};

/* 0 or -ENOMEM. To be closed in either case; that leaves the file open. */
int record_source_open(struct record_source *source, FILE *file);
void record_source_close(struct record_source *source);

/* The header of the file. 0, or -EINVAL and *error: nothing in it can be read. */
int record_source_begin(struct record_source *source, struct record_error *error);
/*
 * The next header of a block, however much damage there is before it: with DAMAGED, too,
 * source->block is set. In the bytes passed over, one place in 2^64 looks like a header and is
 * none. Fills in `offset` and `bytes` of the hole, which are those of what was passed over.
 */
enum record_fetch record_source_header(struct record_source *source, struct record_hole *hole);
/*
 * Unpacks the payload of the block at hand: block.raw_length bytes, valid until the next call.
 * *raw is NULL if it is damaged; only after TORN are `offset` and `bytes` of the hole set.
 */
enum record_fetch record_source_payload(struct record_source *source, struct record_hole *hole,
					unsigned char **raw);

#endif
