/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The view of the machine's first process. In a container this process sees mounts and routes of
 * its own, and what the machine needs is among those of process 1 of the initial PID namespace.
 */
#ifndef GUARD_NAMESPACES_H
#define GUARD_NAMESPACES_H

#include "guard/guard.h"

/*
 * Does the first process see other mounts or network interfaces than this one, or another root?
 * 1, 0, or a negative errno with finding->text: it cannot be told. proc: "/proc", or for tests
 * another directory with 1/ and self/.
 */
int namespaces_differ(const char *proc, struct guard_finding *finding);

typedef int (*guard_look)(const struct device *device, struct guard_finding *finding);
/*
 * Looks in a process of its own that sees what the first process sees. What `look` returns, and
 * *finding; or a negative errno with finding->text: that view cannot be had.
 */
int namespaces_look(guard_look look, const struct device *device, struct guard_finding *finding);

#endif
