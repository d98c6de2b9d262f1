/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A user's command as a child process: the one behind `--`, or one of a scenario. Not thread
 * safe.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <sys/types.h>

struct child {
	pid_t pid;	  /* 0: not started, or ended */
	const char *name; /* for messages */
	int status;	  /* once ended, as a shell gives it: exit status, or 128 + signal */
};

/* Can argv[0] be run? 0, or the negative errno that child_start() would return. */
int child_check(char *const argv[]);
/*
 * Returns once the exec has succeeded (0) or failed (a negative errno). argv[0] is looked
 * up in PATH.
 */
int child_start(struct child *child, char *const argv[]);
/* Logs an error of child_check() or child_start() with a hint; returns EXIT_RUNTIME. */
int child_refused(char *const argv[], int err);
/* Reaps it if it has ended. 1: ended, 0: still running. Does not wait. */
int child_reap(struct child *child);
/*
 * Ends and reaps it if it still runs, with all that it has started: SIGTERM, and SIGKILL after a
 * second. What one that ended by itself has left running was put into the background on purpose,
 * and lives: child_say_left() logs it.
 */
void child_stop(struct child *child);
void child_say_left(const struct child *child);

#endif
