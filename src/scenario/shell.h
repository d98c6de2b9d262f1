/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shell commands of a scenario, bounded in time. Their output goes to stderr, because the
 * report may go to stdout. Not thread safe.
 */
#ifndef SCENARIO_SHELL_H
#define SCENARIO_SHELL_H

#include <linux/types.h>

/*
 * An argv that runs `command` by /bin/sh, passes SIGTERM, SIGINT and SIGHUP on to it, and ends
 * with status 0, or with a message on stderr and status 1. what: the command's name in that
 * message. Static, but for the two strings: valid until the next call.
 */
char *const *shell_argv(const char *what, const char *command);

/*
 * Runs such a command and waits for it. EXIT_OK if its status is 0, else EXIT_RUNTIME, logged.
 * It is ended early when *stop is set. what: as "setup", for messages.
 */
int shell_run(const char *what, const char *command, __u64 timeout_ns, const volatile int *stop);

#endif
