/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a stream goes: stdout, or a file that stays valid whatever happens. If
 * a write fails (a full disk), a file of lines is cut back to its last whole line.
 */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct output {
	FILE *file;
	const char *name; /* for messages */
	bool regular;	  /* can be cut back */
	bool binary;	  /* no lines: its format copes with a torn end by itself */
	bool own;	  /* we opened it */
};

/* path NULL or "-": stdout. 0 or a negative errno, logged. */
int output_open(struct output *output, const char *path);
/* The same for what is not text: readable for its owner only, never a terminal. */
int output_open_binary(struct output *output, const char *path);
/* Writes out what is buffered. 0 or a negative errno. */
int output_flush(struct output *output);
/* What is still to be written goes nowhere: for a reader that does not read. */
void output_abandon(struct output *output);
/* Says what went wrong and cuts a file back to its last whole line. */
void output_fail(struct output *output, int err);
/* Was it because nobody reads stdout any more? */
bool output_reader_gone(void);
void output_close(struct output *output);

#endif
