/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions that stay attached and are given work: by lines on stdin, or, for a stimulus in the
 * background, by another stimulus that knows its name.
 */
#ifndef SERVE_H
#define SERVE_H

#include "cost.h"
#include "stimulus.h"

/* A line of JSON when all is attached, and one for each line N that is read. */
int serve_lines(struct stimulus *stimulus, const struct work *work);
/*
 * Forks, before anything is attached. Returns 0 in the child. The parent waits until the child
 * calls serve_name() or ends, and exits with its status. An exit status if there is no child.
 */
int serve_fork(int *ready);
/* Answers to `name` (an abstract socket) until it is told to quit. An exit status. */
int serve_name(struct stimulus *stimulus, const char *name, int ready);
/*
 * Sends the work to the stimulus called `name` and prints its line, with the CPU time of these
 * processes until they were idle again. work NULL: it is to quit. An exit status.
 */
int serve_ask(const char *name, const struct work *work, const struct processes *charged);

#endif
