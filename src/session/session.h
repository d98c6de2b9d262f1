/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 3/5  ring -> collector
 *
 * One run of trace, stat or inject: load, attach, run the command or wait,
 * collect, detach, drain, account for every event, report. One thread, one
 * epoll; memory is fixed at the start (the ring) but for the names of devices.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "command/cli.h"
#include "device/devices.h"
#include "plan/plan.h"
#include "inject/rule.h"
#include "smmu_event.h"

#include <stdbool.h>

struct session_options {
	const char *command; /* trace, stat, inject, check, run */
	bool events;	     /* an event stream is written */
	bool report;	     /* the statistics are written to stdout (stat) */
	bool json;
	bool strict;
	const char *output;    /* -o, NULL for stdout */
	const char *recording; /* -o FILE.smr, NULL for none: then or besides, a recording */
	bool pack;	       /* and compressed */
	/* The stream is judged and the report is written in its place; NULL: it is not. */
	const struct check_options *check;
	const char *stats_file; /* --stats, NULL for none */
	__u32 kinds;		/* 1 << enum smmu_event_kind */
	__u32 filtered;		/* of these a filter leaves some out */
	const char *smmu;	/* --smmu, NULL for any */
	const struct smmu_stream_key *sids;
	size_t sid_count;
	__u64 smmu_address; /* 0: any */
	bool failed_only;
	__u64 latency_above_ns;
	__u64 duration_ns; /* 0: until a signal or the end of the command */
	__u64 interval_ns; /* stat: report that often; 0 once at the end */
	__u32 ring_bytes;
	char *const *argv; /* the command, NULL for none */
	bool until_spent;  /* it is run again while a rule can still fire and it ends with 0 */
	/* inject */
	const struct rule_links *rules;
	const char *const *rule_texts;
	size_t rule_count;
	__u64 linger_ns; /* go on that long after the last rule has nothing left to do */
};

struct check_options;
struct scan;

/* What the command line says; filters and rules are the caller's to fill in. */
struct session_options session_options(const char *command, const struct cli *cli);

/* Exit code: of the command if there was one and nothing else went wrong. */
int session_run(const struct session_options *options, const struct plan *plan,
		const struct kernel *kernel, struct scan *scan, struct devices *devices);

#endif
