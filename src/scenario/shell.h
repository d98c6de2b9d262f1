/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shell commands of a scenario, bounded in time. What they print goes to stderr:
 * stdout is the report's. Not thread safe.
 */
#ifndef SCENARIO_SHELL_H
#define SCENARIO_SHELL_H

#include <linux/types.h>

/*
 * The argv that has /bin/sh run `command`, ends it when it is told to end, and has the
 * status 0 or 1 of it, said on stderr. Valid until the next call.
 */
char *const *shell_argv(const char *what, const char *command);

/*
 * Runs it and waits. 0 if its status is 0, else an enum exit_code, logged. `what`: for
 * messages, "setup". Ends early when *stop is set.
 */
int shell_run(const char *what, const char *command, __u64 timeout_ns, const volatile int *stop);

#endif
