/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: inject, before anything is armed: may this device be put at risk?
 *
 * A PCI function is needed by the running system if it is below the file systems at /,
 * /usr, /boot and /boot/efi, below active swap, or on the only default route. Reads /proc
 * and /sys, and the numbers of nodes in /dev; writes nothing. Looks at what this process sees, and
 * in a container at what the machine's first process sees, too. Reentrant.
 */
#ifndef GUARD_GUARD_H
#define GUARD_GUARD_H

#include "device/devices.h"

struct guard_finding {
	char text[512]; /* one line without its end; "" if the device is free */
};

/*
 * Is the device in use by the running system? root: "", or for tests the directory of another
 * tree with proc/, sys/ and dev/. Only device->bdf and device->name are read.
 * 1: yes, the text says for what: "0000:0a:00.0 holds the swap /dev/vda".
 * 0: no.
 * Negative errno: it cannot be told, the text says why. To be treated as a yes.
 */
int guard_check(const char *root, const struct device *device, struct guard_finding *finding);

#endif
