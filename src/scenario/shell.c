// SPDX-License-Identifier: GPL-2.0
#include "scenario/shell.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define POLL_NS 5000000L

/*
 * $1: the command. All that it prints goes to stderr, as stdout is for the report; under --json to
 * a file $2 of ours, as each line becomes an object. Where stderr was closed from the start,
 * nowhere.
 */
static char to_stderr[] = "exec /bin/sh -c \"$1\" </dev/null >&2";
static char to_nowhere[] = "exec /bin/sh -c \"$1\" </dev/null >/dev/null 2>&1";
static char to_file[] = "exec /bin/sh -c \"$1\" </dev/null >>\"$2\" 2>&1";

static int said = -1;	/* that file, in memory */
static off_t said_upto; /* and how much of it has been logged */

/* By its number in /proc: whoever opens it so need not inherit it. */
static bool make_file(char *path, size_t size)
{
	if (said < 0)
		said = memfd_create("said", MFD_CLOEXEC);
	snprintf(path, size, "/proc/%d/fd/%d", getpid(), said);
	return said >= 0 && !access(path, W_OK);
}

/* What stands in for a closed descriptor is not for a command (base/inherited.h). */
static bool stderr_closed(void)
{
	int flags = fcntl(STDERR_FILENO, F_GETFD);

	return flags < 0 || flags & FD_CLOEXEC;
}

char *const *shell_argv(const char *command)
{
	static char shell[] = "/bin/sh", option[] = "-c", name[] = "smmuscope", path[64];
	static char *argv[7];

	argv[0] = shell;
	argv[1] = option;
	argv[2] = stderr_closed() ? to_nowhere : to_stderr;
	if (log_is_json() && make_file(path, sizeof(path)))
		argv[2] = to_file;
	argv[3] = name;
	/* execvp() wants char *, but changes nothing */
	memcpy(&argv[4], &command, sizeof(command));
	argv[5] = path;
	argv[6] = NULL;
	return argv;
}

static void say_line(const char *what, char *line, bool failed)
{
	if (failed)
		log_warn("%s: %s", what, line);
	else
		log_info("%s: %s", what, line);
}

void shell_ended(const char *what, int status)
{
	FILE *file = said < 0 ? NULL : fdopen(dup(said), "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	if (file && !fseeko(file, said_upto, SEEK_SET)) {
		while ((length = getline(&line, &size, file)) > 0) {
			line[strcspn(line, "\n")] = '\0';
			say_line(what, line, status != 0);
			said_upto += length;
		}
	}
	free(line);
	if (file)
		fclose(file);
	if (status > 0)
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
			shell_ended(what, SHELL_STOPPED);
			log_error("the %s was ended by a signal", what);
			return EXIT_RUNTIME;
		}
		if (clock_ns(CLOCK_MONOTONIC) - begun >= timeout_ns) {
			char text[DURATION_LEN];

			child_stop(&child);
			shell_ended(what, SHELL_STOPPED);
			log_error("the %s did not end within %s", what,
				  duration_format(timeout_ns, text));
			log_hint("give it longer with 'timeout = TIME'");
			return EXIT_RUNTIME;
		}
		nanosleep(&pause, NULL);
	}
	shell_ended(what, child.status);
	return child.status ? EXIT_RUNTIME : EXIT_OK;
}
