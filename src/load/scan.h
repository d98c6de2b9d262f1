/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fills struct devices from the kernel's own tables, by running bpf/scan.bpf.c. Not thread
 * safe.
 */
#ifndef LOAD_SCAN_H
#define LOAD_SCAN_H

#include "device/devices.h"

#include <sys/types.h>

struct scan;

/*
 * Loads the program. `btf`: a file with the kernel's types, NULL: the kernel's own. 0, to be
 * closed with scan_close(), or a negative errno, logged.
 */
int scan_open(struct scan **scan, const char *btf);
/*
 * Replaces *devices, freeing the old ones, by what is there now. 0, or a negative errno,
 * logged: then *devices is unchanged.
 */
int scan_devices(struct scan *scan, struct devices *devices);
/*
 * Sets the clocks of this process by the kernel's (base/clock.h). *pid: its number in the initial
 * PID namespace, which is what BPF programs see. 0, or a negative errno, logged.
 */
int scan_self(struct scan *scan, pid_t *pid);
/* NULL is allowed. */
void scan_close(struct scan *scan);

#endif
