/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a stream goes: stdout, or a file that stays valid if a write fails, as on a full
 * disk: a file of lines is cut back to its last whole line. Not thread safe.
 */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct output {
	FILE *file;
	const char *name; /* for messages */
	bool regular;	  /* a regular file of ours: can be cut back */
	bool binary;	  /* not lines: the format itself copes with a torn end */
	bool own;	  /* we opened it */
};

/* path: NULL or "-" is stdout; must outlive the output. 0 or a negative errno, logged. */
int output_open(struct output *output, const char *path);
/* The same for binary data: always a file, readable for its owner only. */
int output_open_binary(struct output *output, const char *path);
/* 0 or a negative errno. */
int output_flush(struct output *output);
/* Discards what is still to be written: for a reader that has stopped reading. */
void output_abandon(struct output *output);
/* Logs err, a negative errno of a write, and cuts a file back to its last whole line. */
void output_fail(struct output *output, int err);
/* Has output_fail() been called for a stdout that its reader closed? */
bool output_reader_gone(void);
void output_close(struct output *output);

#endif
