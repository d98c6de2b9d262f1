/* SPDX-License-Identifier: GPL-2.0 */
/* The command behind `--`: started once everything is attached. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <sys/types.h>

struct child {
	pid_t pid;  /* 0: none, or gone */
	int status; /* as a shell would give it: exit status, or 128 + signal */
};

/* Can argv[0] be run? 0, or the negative errno that starting it would give. */
int child_check(char *const argv[]);
/* argv[0] is looked up in PATH. 0, or a negative errno if it cannot be started. */
int child_start(struct child *child, char *const argv[]);
/* What one of the two said is wrong, logged with the way out. EXIT_RUNTIME. */
int child_refused(char *const argv[], int err);
/* Collects it if it has ended. 1 ended, 0 still there. */
int child_reap(struct child *child);
/* Ends it, SIGTERM first, SIGKILL after a second; collects it. */
void child_stop(struct child *child);

#endif
