// SPDX-License-Identifier: GPL-2.0
/*
 * A COMMAND: what it is given, and what becomes of the processes that it has started.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/child.h"
#include "base/descendants.h"
#include "base/inherited.h"
#include "base/log.h"
#include "base/patience.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char directory[] = "/tmp/test_child.XXXXXX";

static void pause_ms(long ms)
{
	const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

static void begin(struct child *child, const char *script)
{
	static char shell[] = "/bin/sh", option[] = "-c", text[1024];
	char *argv[] = {shell, option, text, NULL};

	memset(child, 0, sizeof(*child));
	snprintf(text, sizeof(text), "cd %s; %s", directory, script);
	assert_int_equal(child_start(child, argv), 0);
}

static void wait_for(struct child *child)
{
	while (!child_reap(child))
		pause_ms(1);
}

/* The number in a file that a script has written, once it is there. */
static pid_t number_in(const char *name)
{
	char path[64];
	int number = 0;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	for (int i = 0; i < 2000 && !number; i++) {
		FILE *file = fopen(path, "re");

		if (!file || fscanf(file, "%d\n", &number) != 1)
			pause_ms(1);
		if (file)
			fclose(file);
	}
	assert_int_not_equal(number, 0);
	unlink(path);
	return number;
}

static bool lives(pid_t pid)
{
	descendants_reap(0);
	return !kill(pid, 0);
}

/* As a shell does that waits for it in the foreground, and as a daemon's start does. */
static void test_all_that_it_started_ends_with_it(void **state)
{
	struct child child;
	pid_t below, apart, left;

	(void)state;
	begin(&child, "sh -c 'sleep 1001 & echo $! >left'; setsid sh -c 'echo $$ >apart; exec "
		      "sleep 1002' & "
		      "sh -c 'echo $$ >below; sleep 1003; true'; true");
	below = number_in("below");
	apart = number_in("apart");
	left = number_in("left");
	child_stop(&child);
	assert_int_equal(child.pid, 0);
	assert_int_equal(child.status, 128 + SIGTERM);
	assert_false(lives(below));
	assert_false(lives(apart));
	assert_false(lives(left));
}

static void test_one_that_does_not_want_to_is_killed(void **state)
{
	struct child child;
	pid_t deaf, stopped;

	(void)state;
	begin(&child, "sh -c 'trap \"\" TERM; echo $$ >deaf; while :; do sleep 1; done' & "
		      "sh -c 'echo $$ >stopped; kill -STOP $$' & exec sleep 1004");
	deaf = number_in("deaf");
	stopped = number_in("stopped");
	child_stop(&child);
	assert_false(lives(deaf));
	assert_false(lives(stopped));
}

/* Also when a later command is ended. */
static void test_what_was_put_into_the_background_lives(void **state)
{
	struct child child;
	pid_t left;

	(void)state;
	begin(&child, "sleep 1005 & echo $! >left");
	left = number_in("left");
	wait_for(&child);
	child_stop(&child);
	assert_true(lives(left));
	begin(&child, "exec sleep 1006");
	child_stop(&child);
	assert_true(lives(left));
	kill(left, SIGKILL);
	pause_ms(20);
	assert_false(lives(left));
}

static void test_the_command_gets_what_the_tool_got(void **state)
{
	static char program[] = "grep", quiet[] = "-q", blocked[] = "^SigBlk:.*00000800$",
		    status[] = "/proc/self/status";
	char *grep[] = {program, quiet, blocked, status, NULL};
	struct rlimit limit, now;
	struct child child;
	sigset_t set, ending;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 64;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	inherited_take();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
	assert_int_equal(now.rlim_cur, limit.rlim_max);
	assert_true(inherited_ignored(SIGHUP));
	assert_false(inherited_ignored(SIGTERM));
	assert_false(inherited_ignored(SIGXFSZ));
	patience_signals(&ending);
	assert_false(sigismember(&ending, SIGHUP));
	assert_true(sigismember(&ending, SIGTERM));
	sigprocmask(SIG_BLOCK, &ending, NULL);

	/* HUP is 1, USR2 is 12; PIPE and XFSZ, which the tool ignores, are not among them */
	begin(&child, "[ $(ulimit -S -n) = 64 ] || exit 1; "
		      "grep -q '^SigIgn:.*0000001$' /proc/self/status || exit 2");
	wait_for(&child);
	assert_int_equal(child.status, 0);
	/* without a shell, which may unblock all */
	memset(&child, 0, sizeof(child));
	assert_int_equal(child_start(&child, grep), 0);
	wait_for(&child);
	assert_int_equal(child.status, 0);
	sigprocmask(SIG_UNBLOCK, &ending, NULL);
}

/* In a script, of a job that was put into the background; and of one that does not want SIGINT. */
static void test_interrupt_of_a_background_job(void **state)
{
	(void)state;
	signal(SIGINT, SIG_IGN);
	inherited_take();
	assert_true(inherited_ignored(SIGINT));
	signal(SIGQUIT, SIG_IGN);
	inherited_take();
	assert_false(inherited_ignored(SIGINT));
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	inherited_take();
}

static int make_directory(void **state)
{
	(void)state;
	log_verbosity(-1);
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_that_it_started_ends_with_it),
		cmocka_unit_test(test_one_that_does_not_want_to_is_killed),
		cmocka_unit_test(test_what_was_put_into_the_background_lives),
		cmocka_unit_test(test_the_command_gets_what_the_tool_got),
		cmocka_unit_test(test_interrupt_of_a_background_job),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
