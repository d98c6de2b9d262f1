/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A session from the inside, for session.c (how it runs), collector.c (how events are taken
 * out) and outcome.c (what it leaves behind).
 */
#ifndef SESSION_INTERNAL_H
#define SESSION_INTERNAL_H

#include "base/child.h"
#include "event/record.h"
#include "load/loader.h"
#include "load/pulse.h"
#include "session/outputs.h"
#include "session/session.h"
#include "sink/streams.h"
#include "smmu_arch.h"

struct session {
	const struct run_options *options;
	struct injection *injection; /* NULL: none */
	struct host *host;
	struct loader *loader;
	struct pulse *pulse;
	struct blind_watch blind;
	struct stream_info info;
	struct symbols *symbols;
	struct outputs outputs;
	struct streams streams;
	struct child child;
	int failed;	   /* a negative errno: something other than a stream failed */
	__u64 consumed;	   /* events taken out of the ring */
	__u64 burst_end;   /* the burst ends when `consumed` is this */
	unsigned int idle; /* injection rules that never fired */
	bool idle_domains; /* nothing may ever come (filter_idle()) */
	__u64 started_ns;
	__u64 stopped_ns; /* 0: still running */
	__u64 next_report_ns;
	__u64 rescan_ns;      /* events before this are no reason to read the devices again */
	__u64 spent_since_ns; /* all injection rules are used up; 0: they are not */
	const char *reason;   /* why it ended; NULL: it goes on */
	int epoll, signals, timer;
};

/* A negative errno once the session or one of its streams has failed, 0 while all is well. */
static inline int session_error(const struct session *session)
{
	return session->failed ? session->failed : session->streams.error;
}

/* Signals and timers. 0, or a negative errno. */
int collector_open(struct session *session);
/* The callback of loader_open(), for each record of the ring. context: the session. */
int collector_event(void *context, void *record, size_t length);
/* The same for a run with rules of kind=device (source.c). */
int source_event(void *context, void *record, size_t length);
/* Until session->reason is set, or an output fails. */
void collector_run(struct session *session);
/* Unblocks the signals that end a run: a further one ends a write that is blocked. */
void collector_let_signals_in(void);
void collector_close(struct session *session);

/* ATS may have been switched, and devices may have come or gone. 0 or a negative errno, logged. */
int session_rescan(struct session *session);
/*
 * Can it be the first event of a device? The first command for one is that which tells the SMMU of
 * its stream table entry. Inline: it is asked of each list of the machine.
 */
static inline bool hotplug_may(const struct smmu_event *event)
{
	const struct smmu_submit *submit = event_payload(event);

	return event->kind != SMMU_EVENT_SUBMIT ||
	       (submit->captured &&
		SMMU_CMD_OPCODE(submit->command[0].word[0]) == SMMU_OP_CFGI_STE);
}
/* Is it one of a device that is not known yet? Reads the devices again, then (hotplug.c). */
void hotplug_look(struct session *session, const struct smmu_event *event);

/* Do the hooks fire? Says so when that changes (sentry.c). now_ns: by clock_kernel_ns(). */
void sentry_look(struct session *session, __u64 now_ns);

/* Prints the statistics so far. 0 or a negative errno. */
int outcome_report(struct session *session);
/*
 * Detaches, drains the ring, ends the streams, writes the reports, checks for losses. An
 * enum exit_code.
 */
int outcome_finish(struct session *session);

#endif
