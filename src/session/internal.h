/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A session from the inside, for session.c (how it runs) and outcome.c (what it
 * leaves behind).
 */
#ifndef SESSION_INTERNAL_H
#define SESSION_INTERNAL_H

#include "base/child.h"
#include "base/clock.h"
#include "load/loader.h"
#include "base/output.h"
#include "session/session.h"
#include "sink/sink.h"

#include <time.h>

/* One of the places that the events go to. */
struct stream {
	struct sink sink;
	struct output *output;
	bool open;
	int error; /* it gets no more events */
};

/* The events or the verdict on them, and a recording. */
#define STREAMS_MAX 2

struct session {
	const struct session_options *options;
	struct scan *scan;
	struct devices *devices;
	struct loader *loader;
	struct stream_info info;
	struct symbols *symbols;
	struct output output;
	struct output recording;
	struct output stats; /* --stats */
	struct stream streams[STREAMS_MAX];
	size_t stream_count;
	struct child child;
	int failed;		 /* a negative errno: a stream, or a report, could not be written */
	__u64 burst_end;	 /* of consumed: there is a pause */
	unsigned int rules_idle; /* that never fired */
	__u64 consumed;
	__u64 started_ns;
	__u64 stopped_ns; /* 0: still running */
	__u64 next_report_ns;
	__u64 idle_since_ns; /* all rules used up */
	const char *reason;  /* why it ended; NULL: it goes on */
	int epoll, signals, timer;
};

/* The statistics as they stand. 0 or a negative errno. */
int outcome_report(struct session *session, FILE *file, bool json);
/*
 * Everything off first, then what is left in the ring, then the accounts: the end of
 * the stream, the reports, the loss. An enum exit_code.
 */
int outcome_finish(struct session *session);

#endif
