/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why some input is refused, and the way out: filled in by pure code, logged by its caller.
 * Starts as all zero; after an error both are one line without its end, never empty.
 * Reentrant, but for refusal_say().
 */
#ifndef BASE_REFUSAL_H
#define BASE_REFUSAL_H

struct refusal {
	char message[512]; /* what is wrong, with the text in question; cut off if longer */
	char hint[640];	   /* the way out */
};

/* Sets the message, with no hint so far. -EINVAL. */
int refusal_message(struct refusal *refusal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Sets the message and leaves the hint. err, which a caller can return. */
int refusal_fail(struct refusal *refusal, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Adds to the hint, as far as there is room. -EINVAL. */
int refusal_hint(struct refusal *refusal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Logs both. EXIT_USAGE. */
int refusal_say(const struct refusal *refusal);

#endif
