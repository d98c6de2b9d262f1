/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a stream goes: stdout, or a file that stays valid if a write fails, as on a full
 * disk: a file of lines is cut back to its last whole line. The one place that opens, begins,
 * opens again and closes what a run writes. State of the process; not thread safe.
 */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct output {
	FILE *file;
	const char *name; /* for messages */
	bool regular;	  /* a regular file: can be cut back */
	bool binary;	  /* not lines: the format itself copes with a torn end */
	bool own;	  /* we opened it */
	bool created;	  /* and it was not there before */
	bool failed;	  /* output_fail() has been called: nothing more is written */
	bool renewed;	  /* it was opened again, and output_begun_anew() has not been asked yet */
	off_t begin;	  /* what is before that is not ours */
	off_t seen;	  /* its size, when output_begun_anew() was asked last */
	struct output *next;
};

/*
 * Nothing is truncated before output_begin(). path: NULL, "-" or a name of descriptor 1 is stdout;
 * must outlive the output. 0, or a negative errno, logged: -EINVAL if the run reads or writes that
 * file already (base/files.h).
 */
int output_open(struct output *output, const char *path);
/* The same for binary data: always a file, readable for its owner only. */
int output_open_binary(struct output *output, const char *path);
/* The same, in the place of stdout: whoever opens stdout after that gets the file. */
int output_open_as_stdout(struct output *output, const char *path);
/* Once all files of a run are open: what the file had is gone. 0 or a negative errno, logged. */
int output_begin(struct output *output);
/*
 * Is a file of lines empty again since the last question: opened again, or truncated by somebody
 * else?
 */
bool output_begun_anew(struct output *output);
/* 0 or a negative errno. */
int output_flush(struct output *output);
/*
 * After a rotation: every file that is open is opened again by its name. One that cannot be goes on
 * as it was, and that is logged.
 */
void output_reopen_all(void);
/* Discards what is still to be written: for a reader that has stopped reading. */
void output_abandon(struct output *output);
/*
 * Logs err, a negative errno of a write, and cuts a file back to its last whole line. Only the
 * first call does something.
 */
void output_fail(struct output *output, int err);
/* Has output_fail() been called for a stdout that its reader closed? */
bool output_reader_gone(void);
/* At the end of the process. False, logged unless it was before, if stdout could not be written. */
bool output_stdout_written(void);
void output_close(struct output *output);
/* Instead, if the run is refused: a file that was not there before is not left behind. */
void output_take_back(struct output *output);

#endif
