// SPDX-License-Identifier: GPL-2.0
#include "scenario/shell.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/log.h"

#include <string.h>
#include <time.h>

#define POLL_NS 5000000L

/*
 * $1: the name of the command, $2: the command. It runs in the background, because a shell
 * runs a trap only once its foreground command has ended, but at once during `wait`. Any
 * failure becomes 1: the status of the command could be taken for one of the tool's.
 */
static char wrapper[] = "exec >&2\n"
			"/bin/sh -c \"$2\" </dev/null &\n"
			"trap 'kill $! 2>/dev/null; exit 143' TERM INT HUP\n"
			"wait $!\n"
			"status=$?\n"
			"[ $status = 0 ] && exit 0\n"
			"echo \"smmuscope: error: the $1 ended with status $status\"\n"
			"exit 1\n";

char *const *shell_argv(const char *what, const char *command)
{
	static char shell[] = "/bin/sh", option[] = "-c", name[] = "smmuscope";
	static char *argv[7];

	argv[0] = shell;
	argv[1] = option;
	argv[2] = wrapper;
	argv[3] = name;
	/* execvp() wants char *, but changes nothing */
	memcpy(&argv[4], &what, sizeof(what));
	memcpy(&argv[5], &command, sizeof(command));
	argv[6] = NULL;
	return argv;
}

int shell_run(const char *what, const char *command, __u64 timeout_ns, const volatile int *stop)
{
	const struct timespec pause = {.tv_nsec = POLL_NS};
	__u64 begun = clock_ns(CLOCK_MONOTONIC);
	struct child child = {};
	int err = child_start(&child, shell_argv(what, command));

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
	return child.status ? EXIT_RUNTIME : EXIT_OK;
}
