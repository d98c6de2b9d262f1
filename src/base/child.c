// SPDX-License-Identifier: GPL-2.0
#include "base/child.h"

#include "base/descendants.h"
#include "base/inherited.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/wait.h>
#include <unistd.h>

/* A second in all. */
#define LOOK_NS 10000000
#define LOOKS	100

/* Of the processes that are named in a message. */
#define NAMES_LEN 256

int child_check(char *const argv[])
{
	const char *path = getenv("PATH"), *at = path ? path : "/usr/bin:/bin";
	char candidate[4096];
	int err = ENOENT;

	if (strchr(argv[0], '/'))
		return access(argv[0], X_OK) ? -errno : 0;
	while (*at) {
		size_t length = strcspn(at, ":");

		snprintf(candidate, sizeof(candidate), "%.*s/%s", (int)length, at, argv[0]);
		if (!access(candidate, X_OK))
			return 0;
		if (errno == EACCES)
			err = EACCES;
		at += length;
		at += *at == ':';
	}
	return -err;
}

/* In the child. errors: the end of the pipe for the errno of a failed exec. */
static void run(char *const argv[], int errors)
{
	int err;

	inherited_give();
	execvp(argv[0], argv);
	err = errno;
	if (write(errors, &err, sizeof(err)) != sizeof(err))
		_exit(126);
	_exit(127);
}

int child_start(struct child *child, char *const argv[])
{
	int pipes[2], err = 0;
	ssize_t got;

	if (pipe2(pipes, O_CLOEXEC))
		return -errno;
	child->name = argv[0];
	descendants_begin();
	child->pid = fork();
	if (child->pid < 0) {
		err = -errno;
		child->pid = 0;
	} else if (!child->pid) {
		run(argv, pipes[1]);
	}
	close(pipes[1]);
	/* A successful exec closes the pipe; a failed one writes its errno to it. */
	do {
		got = err ? 0 : read(pipes[0], &err, sizeof(err));
	} while (got < 0 && errno == EINTR);
	close(pipes[0]);
	if (got == sizeof(err)) {
		waitpid(child->pid, NULL, 0);
		child->pid = 0;
		err = -err;
	}
	return err;
}

int child_refused(char *const argv[], int err)
{
	log_error("%s cannot be started: %s", argv[0], strerror(-err));
	log_hint("name a program that can be run behind --; nothing stays attached");
	return EXIT_RUNTIME;
}

int child_reap(struct child *child)
{
	int status;
	pid_t got;

	if (!child->pid)
		return 1;
	got = waitpid(child->pid, &status, WNOHANG);
	if (got < 0 && errno == ECHILD) {
		/* Already reaped elsewhere: its status is lost. */
		child->pid = 0;
		return 1;
	}
	if (got != child->pid)
		return 0;
	child->pid = 0;
	child->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return 1;
}

/* Until it and all that descends from it have ended, or time is up. */
static bool ends_within(struct child *child, unsigned int looks, char *left, size_t size)
{
	const struct timespec pause = {.tv_nsec = LOOK_NS};

	for (unsigned int i = 0; i < looks; i++) {
		bool ended = child_reap(child);

		descendants_reap(child->pid);
		if (!descendants_list(child->pid, left, size) && ended)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

void child_stop(struct child *child)
{
	char left[NAMES_LEN];

	if (!child->pid)
		return;
	if (descendants_list(child->pid, left, sizeof(left)))
		log_info("ended with %s: %s", child->name, left);
	descendants_signal(child->pid, SIGTERM);
	if (ends_within(child, LOOKS, left, sizeof(left)))
		return;
	if (*left)
		log_warn("did not end at SIGTERM, and is killed: %s", left);
	descendants_signal(child->pid, SIGKILL);
	if (child->pid) {
		waitpid(child->pid, NULL, 0);
		child->pid = 0;
		child->status = 128 + SIGKILL;
	}
	if (!ends_within(child, LOOKS, left, sizeof(left)))
		log_warn("cannot be ended, and goes on: %s", left);
}

void child_say_left(const struct child *child)
{
	char left[NAMES_LEN];

	if (descendants_list(0, left, sizeof(left)))
		log_info("%s ended, and left running: %s", child->name, left);
}
