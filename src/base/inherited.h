/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the process was given by whoever started it, and has to change for itself: what happens at
 * a signal, which signals are blocked, limits, descriptors 0 to 2. Taken once; a COMMAND gets it
 * as it was. State of the process; not thread safe.
 */
#ifndef BASE_INHERITED_H
#define BASE_INHERITED_H

#include <signal.h>
#include <stdbool.h>

/*
 * First of all in main(). A closed descriptor of 0 to 2 becomes one that can be neither read nor
 * written, so that no file of ours gets its number; SIGPIPE, SIGXFSZ and SIGUSR1 are ignored, as
 * a failed write says so itself and SIGUSR1 has a meaning only within a session; the soft limit on
 * open files becomes the hard one.
 */
void inherited_take(void);
/*
 * Was this signal ignored from the start, as nohup does? Then it stays so. No, for the SIGINT of
 * what a script has put into the background.
 */
bool inherited_ignored(int number);
/* The limit that err, a negative errno, may come from, for a hint; or NULL. */
const char *inherited_limit(int err);
/* In a child, before its exec: all as it was. */
void inherited_give(void);

#endif
