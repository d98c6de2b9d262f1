/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shell commands of a scenario, bounded in time. Their output goes to stderr, because the
 * report may go to stdout; under --json line by line as objects, once they have ended. State of the
 * process; not thread safe.
 */
#ifndef SCENARIO_SHELL_H
#define SCENARIO_SHELL_H

#include <linux/types.h>

/* An argv that runs `command` by /bin/sh. Static, but for that string: valid until the next call.
 */
char *const *shell_argv(const char *command);

/* "Status" of one that was ended. */
#define SHELL_STOPPED -1

/* Logs under --json what it has printed, and its status, unless that is 0. what: as below. */
void shell_ended(const char *what, int status);

/*
 * Runs such a command and waits for it. EXIT_OK if its status is 0, else EXIT_RUNTIME, logged.
 * It is ended early when *stop is set. what: as "setup", for messages.
 */
int shell_run(const char *what, const char *command, __u64 timeout_ns, const volatile int *stop);

#endif
