/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: log -> events
 *
 * The times that logs of a kernel have in front of their lines, or on the command line. Pure,
 * thread safe.
 */
#ifndef KLOG_WHEN_H
#define KLOG_WHEN_H

#include <linux/types.h>
#include <stddef.h>

/* X(id, text): what a time counts. Only times of the same clock can be compared. */
#define KLOG_CLOCKS(X)                                                                             \
	X(NONE, "no times")                                                                        \
	X(BOOT, "seconds since the boot")                                                          \
	X(REAL, "dates with their time zone")                                                      \
	X(CIVIL, "dates without a time zone")                                                      \
	X(YEARLESS, "dates without a year")

#define KLOG_CLOCK_(id, text) KLOG_CLOCK_##id,
enum klog_clock { KLOG_CLOCKS(KLOG_CLOCK_) KLOG_CLOCK_COUNT };
#undef KLOG_CLOCK_

struct klog_when {
	enum klog_clock clock;
	__u64 ns; /* since the boot, or since 1970 (YEARLESS: since the beginning of 1972) */
};

const char *klog_clock_text(enum klog_clock clock);
/*
 * A time in any of these forms at the start of text: 12.345678; an ISO date; "Nov 30 21:30:08";
 * "Mon Nov 30 21:30:08 2026"; "Mon 2026-11-30 21:30:08 UTC"; seconds since 1970 with 10 digits.
 * Returns where it ends, or NULL: it is none of them.
 */
const char *klog_when_parse(const char *text, struct klog_when *when);

/* For this and klog/line.c: `most` digits at most. Returns their end, or NULL: there is none. */
const char *klog_digits(const char *text, unsigned int most, __u64 *number);

#endif
