/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions that stay attached while others say what to do with them: lines on
 * stdin, or a stimulus in the background that another one asks by name.
 */
#ifndef SERVE_H
#define SERVE_H

#include "cost.h"
#include "stimulus.h"

/* A line of JSON when all is attached, and one for each line N that is read. */
int serve_lines(struct stimulus *stimulus, const struct work *work);
/*
 * Before anything is attached: forks. The child returns 0; the parent waits until the
 * child calls serve_name() and ends with its status.
 */
int serve_fork(int *ready);
/* Answers to `name` (an abstract socket) until it is told to quit. An exit status. */
int serve_name(struct stimulus *stimulus, const char *name, int ready);
/*
 * Has the stimulus called `name` do it; prints its line, with the CPU time that these processes
 * took for it until they rested. NULL: it is to quit. An exit status.
 */
int serve_ask(const char *name, const struct work *work, const struct processes *charged);

#endif
