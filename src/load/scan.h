/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fills struct devices from the kernel's own tables, by running bpf/scan.bpf.c. Not thread
 * safe.
 */
#ifndef LOAD_SCAN_H
#define LOAD_SCAN_H

#include "device/devices.h"

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
/* NULL is allowed. */
void scan_close(struct scan *scan);

#endif
