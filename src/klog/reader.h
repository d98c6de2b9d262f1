/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: log -> events
 *
 * Reads a log of the kernel, from a file or a pipe, and puts the lines together that make one
 * event. Not thread safe.
 */
#ifndef KLOG_READER_H
#define KLOG_READER_H

#include "klog/filter.h"
#include "klog/tally.h"

#include <stdio.h>

/* Longer lines are cut off, and counted. */
#define KLOG_LINE_MAX (64 << 10)

struct klog_read {
	FILE *file; /* the caller's */
	struct klog_filter filter;
	struct klog_tally *tally; /* of what the filter lets through; lines and losses of all */
	/* Called for each event, which is valid during the call only. Not 0 ends the reading. */
	int (*event)(void *context, const struct klog_event *event);
	void *context;
};

struct klog_reader;

/*
 * Looks at the beginning of the file. NULL: *err is -EINVAL, and *refusal says that it is no log,
 * or a negative errno of reading. read must stay until klog_close().
 */
struct klog_reader *klog_open(const struct klog_read *read, struct refusal *refusal, int *err);
/*
 * All of it, once. 0; -EINVAL and *refusal if its times are not those of the filter; another
 * negative errno of reading, or what event() returned.
 */
int klog_read(struct klog_reader *reader);
/* NULL is allowed. */
void klog_close(struct klog_reader *reader);

#endif
