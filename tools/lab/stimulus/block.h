/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads of 4 KiB past the page cache: the driver of the disk unmaps each when it
 * completes, in hard-IRQ context, and so invalidates there.
 */
#ifndef BLOCK_H
#define BLOCK_H

#include <stdbool.h>

struct block_result {
	unsigned long reads;
	unsigned long wrong; /* reads whose data was not what was written */
};

/*
 * verify: first writes a pattern to the blocks, which depends on the block, and
 * compares each read with it. 0 or -1, the error is printed.
 */
int block_read(const char *path, unsigned long reads, bool verify, struct block_result *result);

#endif
