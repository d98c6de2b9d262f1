/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests for the serial number of a virtio disk: for each the driver maps a buffer, and unmaps it
 * (and so invalidates) in its hard interrupt. The emulator answers such a request within the
 * guest's write to the doorbell, where a read of data would go to another thread. So with --icount
 * the interrupt comes at the same instruction each time, while the requesting thread runs.
 */
#ifndef SERIAL_H
#define SERIAL_H

struct serial_result {
	unsigned long requests;
	double each_ns; /* cost.h */
};

/* path: the disk's attribute `serial` in sysfs. 0 or -1, the error is printed. */
int serial_ask(const char *path, unsigned long requests, struct serial_result *result);

#endif
