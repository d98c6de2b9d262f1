/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 4/5  what a stream of events is about
 *
 * Given once, before its first event: by the session for a live run, by the reader for a
 * recording. Strings and lists belong to these two and live as long as the stream.
 */
#ifndef EVENT_STREAM_H
#define EVENT_STREAM_H

#include "device/devices.h"
#include "event/symbols.h"
#include "smmu_event.h"

#include <linux/types.h>
#include <stddef.h>

/* A hook, as this run had it. */
struct stream_hook {
	const char *id;	    /* of hooks.h, stable: "list", "gerror" ... */
	const char *method; /* of plan_method_name(); "" if it is not attached */
	const char *symbol; /* what it is attached to */
	const char *reason; /* why it is not attached; NULL if it is */
};

/*
 * The id of what is no hook: the driver's stream table. Listed among the hooks, with the reason, if
 * it could not be read: of these kinds nothing can be told then.
 */
#define STREAM_TABLE "stream_table"
#define STREAM_TABLE_KINDS                                                                         \
	(1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_UNFENCE | 1U << SMMU_EVENT_STE)

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
	const char *const
		*inject_rules; /* that are armed, in order: `rule` of an event is an index */
	size_t inject_rule_count;
	const struct devices *devices;	 /* names for addresses; scanned again for reports */
	const struct stream_hook *hooks; /* all that were wanted, attached or not */
	size_t hook_count;
	const struct symbols *symbols; /* names for stacks; NULL: frames are "?" */
	__u32 kinds;		       /* traced, 1 << enum smmu_event_kind; 0: not known */
	__u32 filtered;		       /* of these kinds a filter left some out */
	bool tagged; /* the tags of the devices are there: not in older recordings */
};

#endif
