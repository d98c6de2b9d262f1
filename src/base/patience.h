/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals that end the run while a write is blocked. A slow reader still gets everything, the
 * end included. A reader that has stopped reading, such as a pager that is not scrolled, is
 * given up after two seconds or at the next signal: the write then fails with EINTR.
 * State of the process; not thread safe.
 */
#ifndef BASE_PATIENCE_H
#define BASE_PATIENCE_H

#include <linux/types.h>
#include <signal.h>
#include <stdbool.h>

/* Fills set with those of SIGINT, SIGTERM and SIGHUP that were not ignored from the start. */
void patience_signals(sigset_t *set);
/* Handles these signals. progress: grows while the reader reads; valid until the release. */
void patience_take(const __u64 *progress);
/* Has one come while they were not blocked, or was patience_begin() called? */
bool patience_ended(void);
/* Stops the alarm; the counter is not read any more. */
void patience_release(void);
/* For a signal that was read from a signalfd: from now on no write waits without a limit. */
void patience_begin(void);

#endif
