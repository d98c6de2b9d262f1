// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for the driver: what counts as there, that it is noticed, that a signal ends it.
 */
#include "session/wait.h"

#include "base/log.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char root[64], said[200];

static void keep(const char *format, va_list args)
{
	vsnprintf(said, sizeof(said), format, args);
}

/* In place of log.c. */
#define LOG(name)                                                                                  \
	void name(const char *format, ...)                                                         \
	{                                                                                          \
		va_list args;                                                                      \
                                                                                                   \
		va_start(args, format);                                                            \
		keep(format, args);                                                                \
		va_end(args);                                                                      \
	}
LOG(log_info)
LOG(log_error)

void log_hint(const char *format, ...)
{
	assert_true(format[0]);
}

static int shell(const char *command)
{
	char whole[300];

	snprintf(whole, sizeof(whole), "cd %s && %s", root, command);
	return system(whole);
}

static int begin(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/smmuscope-test-XXXXXX");
	said[0] = 0;
	return mkdtemp(root) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	return shell("rm -rf sys && rmdir $PWD");
}

#define DRIVER "mkdir -p sys/bus/platform/drivers/arm-smmu-v3"
#define MODULE "mkdir -p sys/module/arm_smmu_v3 && cd sys/module/arm_smmu_v3 && echo "

static void test_ready(void **state)
{
	(void)state;
	assert_false(wait_driver_ready(root));
	assert_int_equal(shell(MODULE "coming >initstate"), 0);
	assert_false(wait_driver_ready(root));
	assert_int_equal(shell(DRIVER), 0);
	assert_false(wait_driver_ready(root));
	assert_int_equal(shell(MODULE "live >initstate"), 0);
	assert_true(wait_driver_ready(root));
	/* Built in, it has parameters and no state. */
	assert_int_equal(shell("rm sys/module/arm_smmu_v3/initstate"), 0);
	assert_true(wait_driver_ready(root));
	assert_int_equal(wait_for_driver(root), 0);
	assert_string_equal(said, "");
}

static void test_loaded_meanwhile(void **state)
{
	pid_t child;
	int status;

	(void)state;
	child = fork();
	if (!child) {
		usleep(100000);
		_exit(shell(DRIVER));
	}
	assert_int_equal(wait_for_driver(root), 0);
	assert_non_null(strstr(said, "waiting for the driver"));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_signal(void **state)
{
	sigset_t term, before, after;

	(void)state;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &before);
	raise(SIGTERM);
	assert_int_equal(wait_for_driver(root), EXIT_KERNEL);
	assert_non_null(strstr(said, "signal"));
	/* Taken, and the signals are as they were. */
	sigprocmask(SIG_SETMASK, &before, &after);
	assert_true(sigismember(&after, SIGTERM));
	assert_false(sigismember(&after, SIGINT));
}

static int third(void *context)
{
	int *calls = context;

	return ++*calls == 3;
}

static int broken(void *context)
{
	(void)context;
	return -EIO;
}

static void test_until(void **state)
{
	int calls = 0;

	(void)state;
	assert_int_equal(wait_until(third, &calls, "the third call", "wait"), 0);
	assert_int_equal(calls, 3);
	assert_non_null(strstr(said, "waiting for the third call"));
	assert_int_equal(wait_until(broken, NULL, "nothing", "wait"), EXIT_RUNTIME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ready, begin, end),
		cmocka_unit_test_setup_teardown(test_loaded_meanwhile, begin, end),
		cmocka_unit_test_setup_teardown(test_until, begin, end),
		cmocka_unit_test_setup_teardown(test_signal, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
