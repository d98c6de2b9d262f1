/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: log -> events
 *
 * One line of a log: what is around a message of the kernel, in all the forms in which logs are
 * kept (dmesg, /dev/kmsg, the journal, syslog, a serial console). Pure, thread safe.
 */
#ifndef KLOG_LINE_H
#define KLOG_LINE_H

#include "klog/when.h"

#include <stdbool.h>

#define KLOG_WHEN_LEN 40

struct klog_line {
	struct klog_when when;	  /* of the line, as good as it has one */
	char said[KLOG_WHEN_LEN]; /* that time as it stands there, "" if there is none */
	const char *text;	  /* the message, within the text parsed */
	bool foreign;		  /* somebody else's than the kernel's */
	bool numbered;		  /* it has `sequence`, the number of a record of /dev/kmsg */
	__u64 sequence;
};

/*
 * Takes escape sequences and control characters out, in place: `length` bytes, with NULs among
 * them, and one more for the end. Tabs stay. Returns the new length.
 */
size_t klog_line_clean(char *text, size_t length);
/*
 * The next record in a cleaned line: on a serial console a line feed can be missing between two.
 * Returns where that one begins, NULL if there is none, and cuts `text` off there.
 */
char *klog_line_split(char *text);
/*
 * text: cleaned; must stay as long as the line; what a record of /dev/kmsg escapes is put in its
 * place. Never fails: text without a time is one, too.
 */
void klog_line_parse(struct klog_line *line, char *text);

#endif
