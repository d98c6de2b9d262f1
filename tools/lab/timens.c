// SPDX-License-Identifier: GPL-2.0
/*
 * timens SECONDS COMMAND [ARG]...: runs the command in a time namespace of its own, whose
 * CLOCK_MONOTONIC and CLOCK_BOOTTIME are so far ahead of the kernel's, or behind them: busybox has
 * no `unshare -T`. Ends with the command's status.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

/* Takes effect for children. */
static int shift(const char *seconds)
{
	FILE *file;
	int err;

	if (unshare(CLONE_NEWTIME))
		return -1;
	file = fopen("/proc/self/timens_offsets", "we");
	if (!file)
		return -1;
	err = fprintf(file, "monotonic %s 0\nboottime %s 0\n", seconds, seconds) < 0;
	return fclose(file) || err ? -1 : 0;
}

int main(int argc, char **argv)
{
	int status;
	pid_t child;

	if (argc < 3) {
		fprintf(stderr, "usage: timens SECONDS COMMAND [ARG]...\n");
		return 2;
	}
	if (shift(argv[1])) {
		perror("timens: a time namespace");
		return 5;
	}
	child = fork();
	if (!child) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("timens: the command");
		return 5;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
