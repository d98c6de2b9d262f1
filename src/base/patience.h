/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ending signals that come while a write is blocked. A reader that is only slow gets all
 * there is, with its end; one that reads nothing any more, as a pager that nobody scrolls,
 * is given up: after two seconds, or at the next signal. The write then fails with EINTR.
 */
#ifndef BASE_PATIENCE_H
#define BASE_PATIENCE_H

#include <linux/types.h>
#include <signal.h>
#include <stdbool.h>

/* SIGINT, SIGTERM and SIGHUP. */
void patience_signals(sigset_t *set);
/* Takes them. progress: grows while a reader reads. */
void patience_take(const __u64 *progress);
/* Has one come, apart from those that were blocked? */
bool patience_ended(void);
/* The counter is no longer there. */
void patience_release(void);
/* One has come in another way: nobody is waited for without end from here on. */
void patience_begin(void);

#endif
