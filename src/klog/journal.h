/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: log -> events
 *
 * Records of the journal in its own formats, `journalctl -o json` and `-o export`. Times are
 * those of __REALTIME_TIMESTAMP, as a journal can be of several boots. Not thread safe.
 */
#ifndef KLOG_JOURNAL_H
#define KLOG_JOURNAL_H

#include "klog/line.h"

#define KLOG_MESSAGE_LEN 1024

/* A record of -o export, whose fields are lines, until the empty line behind it. */
struct klog_journal {
	bool begun; /* there was a __CURSOR: it is this format */
	bool has_message;
	bool kernel;
	__u64 us;
	char message[KLOG_MESSAGE_LEN];
};

/* Is the line one of -o json? Then its message is unescaped in place, and *line filled in. */
bool klog_journal_json(struct klog_line *line, char *text);
/*
 * Is the line one of -o export? *whole: it ends a record, and *line is filled in, good until the
 * next call.
 */
bool klog_journal_export(struct klog_journal *journal, struct klog_line *line, const char *text,
			 bool *whole);

#endif
