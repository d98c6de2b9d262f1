// SPDX-License-Identifier: GPL-2.0
/* Commands and sinks that are being written: what they are called by, until they are there. */
#include "check.h"
#include "command.h"
#include "log.h"

#include <errno.h>

#define PENDING __attribute__((weak))

static int pending_open(struct sink *sink)
{
	(void)sink;
	return -ENOSYS;
}

static int pending_event(struct sink *sink, const struct smmu_event *event, size_t length)
{
	(void)sink;
	(void)event;
	(void)length;
	return -ENOSYS;
}

static int pending_close(struct sink *sink, const struct statistics *statistics, const char *reason)
{
	(void)sink;
	(void)statistics;
	(void)reason;
	return -ENOSYS;
}

PENDING const struct sink_ops sink_record = {pending_open, pending_event, pending_close};

PENDING int command_replay(const struct cli *cli)
{
	(void)cli;
	log_error("replay is not there yet");
	return EXIT_RUNTIME;
}

PENDING int command_run(const struct cli *cli)
{
	(void)cli;
	log_error("run is not there yet");
	return EXIT_RUNTIME;
}
