// SPDX-License-Identifier: GPL-2.0
#include "serial.h"
#include "cost.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Each read from the beginning has the driver ask the disk anew. */
static int ask_all(int fd, unsigned long requests, struct serial_result *result)
{
	struct cost cost;
	char text[64];
	int err = 0;

	cost_init(&cost, requests);
	cost_begin(&cost);
	for (unsigned long i = 0; !err && i < requests; i++) {
		err = pread(fd, text, sizeof(text), 0) < 0 ? -1 : 0;
		cost_piece(&cost, i);
		result->requests += !err;
	}
	result->each_ns = cost_of_piece(&cost);
	cost_free(&cost);
	return err;
}

int serial_ask(const char *path, unsigned long requests, struct serial_result *result)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = -1;

	memset(result, 0, sizeof(*result));
	if (fd >= 0)
		err = ask_all(fd, requests, result);
	if (err)
		fprintf(stderr, "stimulus: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return err;
}
