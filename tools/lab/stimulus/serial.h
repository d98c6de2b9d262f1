/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests for the serial number of a virtio disk: its driver maps a buffer for each, and unmaps
 * and so invalidates in its hard interrupt. The emulator answers within the write that tells it
 * of the request (a read it would hand to another thread): with --icount, which has it look at
 * once, the interrupt comes at the same instruction each time, in the time of who asked.
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
