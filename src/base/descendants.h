/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The processes that a COMMAND has started, they and theirs, in whatever process group or session
 * they are: found in /proc by their parents. One whose parent ends becomes a child of this
 * process, which is their subreaper. A process group of its own would not do: on a terminal it
 * would be stopped when it reads, and Ctrl-C would reach one of us only. State of the process; not
 * thread safe.
 */
#ifndef BASE_DESCENDANTS_H
#define BASE_DESCENDANTS_H

#include <stddef.h>
#include <sys/types.h>

/* Before a COMMAND is started: what an earlier one has left does not belong to it. */
void descendants_begin(void);
/* Reaps those that have become children of ours and have ended; not `command`. */
void descendants_reap(pid_t command);
/*
 * How many there are, `command` itself not counted; their names and numbers, as far as there is
 * room. 0 if /proc does not show this process.
 */
size_t descendants_list(pid_t command, char *text, size_t size);
/* Sends them this signal, `command` first, and lets those that are stopped go on. */
void descendants_signal(pid_t command, int number);

#endif
