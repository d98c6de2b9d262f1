/* SPDX-License-Identifier: GPL-2.0 */
/* --wait: a driver that is loaded later. Not thread safe: it takes the signals. */
#ifndef SESSION_WAIT_H
#define SESSION_WAIT_H

#include <stdbool.h>

/* root: before /sys, "" on a real machine. Is the driver there, and done with its start? */
bool wait_driver_ready(const char *root);
/* Until it is. 0, or EXIT_KERNEL if a signal to end comes first, logged. */
int wait_for_driver(const char *root);

#endif
