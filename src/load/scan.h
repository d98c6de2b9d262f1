/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fills struct devices from the kernel's own tables, by running bpf/scan.bpf.c.
 */
#ifndef LOAD_SCAN_H
#define LOAD_SCAN_H

#include "device/devices.h"

struct scan;

/*
 * Loads the program. `btf` is a file with the kernel's types, NULL: its own. 0 or a
 * negative errno; errors are logged.
 */
int scan_open(struct scan **scan, const char *btf);
/*
 * Replaces *devices by what is there now. 0 or a negative errno, *devices is
 * unchanged then. Pointers into the old one are dead afterwards.
 */
int scan_devices(struct scan *scan, struct devices *devices);
void scan_close(struct scan *scan);

#endif
