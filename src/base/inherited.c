// SPDX-License-Identifier: GPL-2.0
#include "base/inherited.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* All that this process handles or ignores. An exec resets what is handled, not what is ignored. */
static struct {
	const int number;
	const bool ignore; /* from the start */
	bool ignored;	   /* by whoever started us */
} signals[] = {
	{.number = SIGINT},
	{.number = SIGTERM},
	{.number = SIGHUP},
	{.number = SIGALRM},
	{.number = SIGCHLD},
	{.number = SIGPIPE, .ignore = true},
	{.number = SIGXFSZ, .ignore = true},
	{.number = SIGUSR1, .ignore = true},
};

/* MEMLOCK: libbpf raises it on kernels that count maps as locked memory (before 5.11). */
static struct {
	const int resource;
	bool known;
	struct rlimit limit;
} limits[] = {{.resource = RLIMIT_NOFILE}, {.resource = RLIMIT_MEMLOCK}};

static sigset_t blocked;

/*
 * A shell without job control starts what is put into the background with SIGINT and SIGQUIT
 * ignored (POSIX, XCU 2.11), so that Ctrl-C does not reach it. Nobody asked for that: a script that
 * sends it SIGINT means it.
 */
static bool in_background;

/*
 * The other way round, so that a read or a write of it fails as if it were closed. CLOEXEC: for
 * a COMMAND it is closed, as it was.
 */
static void open_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", mode | O_CLOEXEC);
	}
}

static bool is_ignored(int number)
{
	struct sigaction action = {};

	sigaction(number, NULL, &action);
	return action.sa_handler == SIG_IGN;
}

static void take_signals(void)
{
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	in_background = is_ignored(SIGINT) && is_ignored(SIGQUIT);
	for (size_t i = 0; i < LENGTH(signals); i++) {
		signals[i].ignored = is_ignored(signals[i].number);
		if (signals[i].ignore)
			signal(signals[i].number, SIG_IGN);
	}
	/* Else the kernel reaps children itself, and their statuses are lost. */
	signal(SIGCHLD, SIG_DFL);
}

static void take_limits(void)
{
	for (size_t i = 0; i < LENGTH(limits); i++)
		limits[i].known = !getrlimit(limits[i].resource, &limits[i].limit);
	if (limits[0].known) {
		const struct rlimit most = {limits[0].limit.rlim_max, limits[0].limit.rlim_max};

		setrlimit(RLIMIT_NOFILE, &most);
	}
}

void inherited_take(void)
{
	open_standard();
	take_signals();
	take_limits();
}

bool inherited_ignored(int number)
{
	for (size_t i = 0; i < LENGTH(signals); i++) {
		if (signals[i].number == number)
			return signals[i].ignored && !(number == SIGINT && in_background);
	}
	return false;
}

const char *inherited_limit(int err)
{
	struct rlimit limit;

	if (err == -EMFILE)
		return "raise the hard limit on open files: ulimit -n, or LimitNOFILE= of a unit";
	if (err == -ENOMEM && !getrlimit(RLIMIT_AS, &limit) && limit.rlim_cur != RLIM_INFINITY)
		return "raise the limit on memory: ulimit -v, or LimitAS= of a unit";
	return NULL;
}

void inherited_give(void)
{
	for (size_t i = 0; i < LENGTH(signals); i++)
		signal(signals[i].number, signals[i].ignored ? SIG_IGN : SIG_DFL);
	for (size_t i = 0; i < LENGTH(limits); i++) {
		if (limits[i].known)
			setrlimit(limits[i].resource, &limits[i].limit);
	}
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}
