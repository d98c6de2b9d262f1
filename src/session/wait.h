/* SPDX-License-Identifier: GPL-2.0 */
/* --wait: for a driver, or a device, that is not there yet. Not thread safe: it takes the signals.
 */
#ifndef SESSION_WAIT_H
#define SESSION_WAIT_H

#include <stdbool.h>

/* Is the driver there, and started? root: prefix of /sys, "" on a real machine. */
bool wait_driver_ready(const char *root);
/* Waits for that. 0, or EXIT_KERNEL, logged, if SIGINT, SIGTERM or SIGHUP comes first. */
int wait_for_driver(const char *root);

/*
 * Asks ready(context) five times a second until it says 1; what: is waited for, in messages, and
 * hint: the way out. 0, EXIT_KERNEL, logged, if a signal comes first, or EXIT_RUNTIME if ready()
 * gives a negative errno, which it has logged.
 */
int wait_until(int (*ready)(void *context), void *context, const char *what, const char *hint);

#endif
