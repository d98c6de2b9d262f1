/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: log -> events
 *
 * How the messages are spelt, as one table: the rest of the room knows no text of the kernel.
 */
#ifndef KLOG_SPELLING_H
#define KLOG_SPELLING_H

#include "klog/message.h"

/* Whose message it is. */
enum spelling_of {
	OF_SMMU = 1 << 0,     /* "arm-smmu-v3 NAME: " */
	OF_FUNCTION = 1 << 1, /* "DRIVER 0000:01:00.0: " */
	OF_QUEUES = 1 << 2,   /* the secondary queues of a tegra241 */
	OF_KERNEL = 1 << 3,   /* nobody's in particular */
	OF_JOURNAL = 1 << 4,  /* not the kernel's */
};

/*
 * text: as the kernel's format, with %x for a number in hex, %d for a decimal one, %w for a word,
 * %s for text up to the next character; what follows is free. names: what each of these is, NULL:
 * it is not kept. "sid", "word", "client" and "name" have places of their own in struct klog_event.
 */
struct spelling {
	unsigned int of; /* enum spelling_of */
	enum klog_part part;
	enum klog_kind kind;
	const char *what;
	const char *text;
	const char *names[6];
};

extern const struct spelling spellings[];
extern const size_t spelling_count;

#endif
