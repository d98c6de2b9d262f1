/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: log -> text, JSON Lines
 *
 * The stream of a log, smmuscope.kernel-log/1: its header, events and summary. docs/FORMATS.md
 * describes every field. Not thread safe.
 */
#ifndef KLOG_STREAM_H
#define KLOG_STREAM_H

#include "base/json.h"
#include "klog/tally.h"

struct klog_stream {
	FILE *file; /* the caller's */
	bool as_json;
	struct json json;
};

/* 0 or a negative errno, as all of these. tally: names the file and the tool. */
int klog_stream_open(struct klog_stream *stream, FILE *file, bool as_json,
		     const struct klog_tally *tally);
int klog_stream_event(struct klog_stream *stream, const struct klog_event *event);
/* reason: "end" or "error". */
int klog_stream_close(struct klog_stream *stream, const struct klog_tally *tally,
		      const char *reason);

#endif
