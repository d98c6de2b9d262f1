/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The configuration space of a PCI function, as /sys/bus/pci/devices/BDF/config has it. Offsets
 * are in bytes, and of dwords, so that each access is one of the bus. Reentrant.
 */
#ifndef DEVICE_CONFIG_SPACE_H
#define DEVICE_CONFIG_SPACE_H

#include <linux/types.h>
#include <stdbool.h>

#define CONFIG_SPACE_BYTES 4096

/*
 * root: put before /sys, "" on a real machine. name: of the function, "dddd:bb:dd.f". Returns a
 * file descriptor that the caller closes and no program that it starts inherits, or a negative
 * errno.
 */
int config_space_open(const char *root, const char *name, bool to_write);
/* 0 or a negative errno; -EPERM: this process may see the standard header only. */
int config_space_read(int fd, unsigned int offset, __u32 *value);
int config_space_write(int fd, unsigned int offset, __u32 value);
/*
 * Walks the extended capabilities, from 0x100 on, to a vendor specific one (PCIe 7.9.5) with this
 * VSEC ID, revision and length. Its offset, 0 if there is none, or a negative errno.
 */
int config_space_find_vsec(int fd, unsigned int id, unsigned int revision, unsigned int length);

#endif
