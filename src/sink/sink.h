/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  decoded event -> sinks
 *
 * A sink writes one stream: header, events, summary. Errors are negative errnos;
 * a sink that returned one is closed by its caller and gets no more events.
 */
#ifndef SINK_SINK_H
#define SINK_SINK_H

#include "event/record.h"
#include "event/statistics.h"
#include "event/stream.h"

#include <stdio.h>

struct sink {
	const struct sink_ops *ops;
	FILE *file; /* not closed by the sink */
	const struct stream_info *info;
	const void *options; /* of the sink's own kind, NULL for those that have none */
	void *state;
	int code; /* enum exit_code: what close() concluded (sink_check), else 0 */
};

struct sink_ops {
	int (*open)(struct sink *sink);
	/* The record is the caller's, and valid during the call only. */
	int (*event)(struct sink *sink, struct event_record record);
	/* What it holds back of lines goes to the file; NULL if it holds back none. */
	int (*flush)(struct sink *sink);
	/*
	 * The end: what each injection rule did, then the summary. reason: why the stream
	 * ended ("end", "signal", "timeout", "command", "limit", "cut", "error"). statistics:
	 * for the ledger per kind, the loss and the rules.
	 */
	int (*close)(struct sink *sink, const struct statistics *statistics, const char *reason);
	/*
	 * Called now and then, also when there are no events; NULL if the sink holds nothing back.
	 * now_ns: as the times of events are (clock_kernel_ns()).
	 */
	int (*tick)(struct sink *sink, __u64 now_ns);
	/* The first lines once more, as the file is another one, or empty again; NULL if it has
	 * none. */
	int (*head)(struct sink *sink, FILE *file);
	/* info->devices have other contents now; NULL if it keeps nothing of them. */
	int (*renamed)(struct sink *sink);
	/* It concludes from the absence of events: see streams_close(). */
	bool concludes;
};

extern const struct sink_ops sink_text;
extern const struct sink_ops sink_json;

#endif
