/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Durations on the command line and in what the tool prints. Pure.
 */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include <linux/types.h>

#define DURATION_LEN 32 /* the longest text of duration_format() and its end */

/*
 * A whole number and its unit without a space: ns, us, ms, s or m (minutes).
 * A unit is required. Zero is allowed, a sign or a fraction is not.
 * 0, -EINVAL (not a duration) or -ERANGE (more than 64 bits of nanoseconds);
 * *ns is written on success only.
 */
int duration_parse(const char *text, __u64 *ns);

/* "1500 ms": the largest unit up to seconds that is exact. Returns buffer. */
const char *duration_format(__u64 ns, char buffer[DURATION_LEN]);

#endif
