// SPDX-License-Identifier: GPL-2.0
#include "scenario/shell.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/log.h"

#include <string.h>
#include <time.h>

#define POLL_NS 5000000L

/* $1: the command. All that it prints goes to stderr: stdout is for the report. */
static char wrapper[] = "exec /bin/sh -c \"$1\" </dev/null >&2";

char *const *shell_argv(const char *command)
{
	static char shell[] = "/bin/sh", option[] = "-c", name[] = "smmuscope";
	static char *argv[6];

	argv[0] = shell;
	argv[1] = option;
	argv[2] = wrapper;
	argv[3] = name;
	/* execvp() wants char *, but changes nothing */
	memcpy(&argv[4], &command, sizeof(command));
	argv[5] = NULL;
	return argv;
}

void shell_say_status(const char *what, int status)
{
	if (status)
		log_error("the %s ended with status %d", what, status);
}

int shell_run(const char *what, const char *command, __u64 timeout_ns, const volatile int *stop)
{
	const struct timespec pause = {.tv_nsec = POLL_NS};
	__u64 begun = clock_ns(CLOCK_MONOTONIC);
	struct child child = {};
	int err = child_start(&child, shell_argv(command));

	if (err) {
		log_error("the %s cannot be started: /bin/sh: %s", what, strerror(-err));
		return EXIT_RUNTIME;
	}
	while (!child_reap(&child)) {
		if (*stop) {
			child_stop(&child);
			log_error("the %s was ended by a signal", what);
			return EXIT_RUNTIME;
		}
		if (clock_ns(CLOCK_MONOTONIC) - begun >= timeout_ns) {
			char text[DURATION_LEN];

			child_stop(&child);
			log_error("the %s did not end within %s", what,
				  duration_format(timeout_ns, text));
			log_hint("give it longer with 'timeout = TIME'");
			return EXIT_RUNTIME;
		}
		nanosleep(&pause, NULL);
	}
	shell_say_status(what, child.status);
	return child.status ? EXIT_RUNTIME : EXIT_OK;
}
