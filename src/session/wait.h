/* SPDX-License-Identifier: GPL-2.0 */
/* --wait: for a driver that is not loaded yet. Not thread safe: it takes the signals. */
#ifndef SESSION_WAIT_H
#define SESSION_WAIT_H

#include <stdbool.h>

/* Is the driver there, and started? root: prefix of /sys, "" on a real machine. */
bool wait_driver_ready(const char *root);
/* Waits for that. 0, or EXIT_KERNEL, logged, if SIGINT, SIGTERM or SIGHUP comes first. */
int wait_for_driver(const char *root);

#endif
