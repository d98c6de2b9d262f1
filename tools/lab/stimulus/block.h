/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads of 4 KiB that bypass the page cache: the disk's driver unmaps the buffer of each in
 * hard-IRQ context when it completes, and so invalidates there.
 */
#ifndef BLOCK_H
#define BLOCK_H

#include <stdbool.h>

struct block_result {
	unsigned long reads;
	unsigned long wrong; /* reads whose data was not what was written */
	bool stopped;	     /* the disk does not answer any more; a process still waits for it */
};

/*
 * verify: first writes a pattern that depends on the block, and compares each read with it. 0 or
 * -1, the error is printed.
 */
int block_read(const char *path, unsigned long reads, bool verify, struct block_result *result);

#endif
