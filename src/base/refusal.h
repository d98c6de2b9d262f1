/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why some input was not taken, and the way out. Filled in by code that is pure, said by
 * its caller. Both are one line without its end, never empty after an error.
 */
#ifndef BASE_REFUSAL_H
#define BASE_REFUSAL_H

struct refusal {
	char message[512]; /* what is wrong, with the offending text; cut off if longer */
	char hint[640];	   /* the way out */
};

/* Both return -EINVAL. */
int refusal_message(struct refusal *refusal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int refusal_hint(struct refusal *refusal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Logs both. EXIT_USAGE. */
int refusal_say(const struct refusal *refusal);

#endif
