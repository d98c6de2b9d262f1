/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  decoded event -> sinks
 *
 * A sink writes one stream: header, events, summary. Errors are negative errnos;
 * a sink that returned one is closed by its caller and gets no more events.
 */
#ifndef SINK_SINK_H
#define SINK_SINK_H

#include "device/devices.h"
#include "smmu_event.h"
#include "event/statistics.h"
#include "event/symbols.h"
#include <stdio.h>

/* A hook, as this run had it. */
struct stream_hook {
	const char *id;	    /* of hooks.h, stable: "list", "gerror" ... */
	const char *method; /* of plan_method_name(); "" if it is not attached */
	const char *symbol; /* what it is attached to */
	const char *reason; /* why it is not attached; NULL if it is */
};

/* What the stream is about, for its first line. */
struct stream_info {
	const char *command; /* trace, inject, stat */
	const char *tool_version;
	const char *kernel;  /* uname -r */
	const char *variant; /* LAB_VARIANT in the lab, else NULL */
	const char *attach;  /* "fentry" or "kprobe" */
	__u64 monotonic_ns;  /* clock anchor: the same instant on both clocks */
	__u64 realtime_ns;
	const char *const *missing; /* hooks that could not be attached: "name: reason" */
	size_t missing_count;
	const char *const *rules; /* rules armed, in order; the index is `rule` in events */
	size_t rule_count;
	const struct devices *devices;	 /* names for addresses; rescanned for reports */
	const struct stream_hook *hooks; /* all that were wanted, attached or not */
	size_t hook_count;
	const struct symbols *symbols; /* names for stacks; NULL: frames are "?" */
	__u32 kinds;		       /* traced, 1 << enum smmu_event_kind; 0: not known */
	__u32 filtered;		       /* of these kinds a filter left some out */
};

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
	/* length: of the whole record. A record too short for its kind is -EINVAL. */
	int (*event)(struct sink *sink, const struct smmu_event *event, size_t length);
	/*
	 * The end: what each rule did, then the summary. reason: why the stream ended
	 * ("end", "signal", "timeout", "command", "limit"). statistics: for the ledger
	 * per kind, the loss and the rules.
	 */
	int (*close)(struct sink *sink, const struct statistics *statistics, const char *reason);
	/*
	 * Now and then, also when there are no events; NULL if the sink keeps nothing back.
	 * now_ns: CLOCK_MONOTONIC.
	 */
	int (*tick)(struct sink *sink, __u64 now_ns);
};

extern const struct sink_ops sink_text;
extern const struct sink_ops sink_json;
extern const struct sink_ops sink_record;	 /* record.h */
extern const struct sink_ops sink_record_packed; /* the same, compressed */
extern const struct sink_ops sink_check;	 /* check.h; options: struct check_options */

#endif
