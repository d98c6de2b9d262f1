/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: inject, before anything is armed: may this device be put at risk?
 *
 * Finds the PCI functions that the running system needs: below the file systems
 * at /, /usr, /boot and /boot/efi, below active swap, and on the only default
 * route. Reads /proc and /sys (and stats block device nodes below /dev), writes
 * nothing. Reentrant.
 */
#ifndef GUARD_GUARD_H
#define GUARD_GUARD_H

#include "device/devices.h"

struct guard_finding {
	char text[512]; /* one line without its end; "" if the device is free */
};

/*
 * Is the device in use by the running system? root: "" or where another tree with
 * proc/, sys/ and dev/ is, for tests. Only device->bdf and device->name are read.
 * 1: yes, the text says for what: "0000:0a:00.0 holds the swap /dev/vda".
 * 0: no.
 * Negative errno: it cannot be told, the text says why; to be taken for a yes.
 */
int guard_check(const char *root, const struct device *device, struct guard_finding *finding);

#endif
