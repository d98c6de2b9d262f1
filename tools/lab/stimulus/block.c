// SPDX-License-Identifier: GPL-2.0
#include "block.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK  4096
#define BLOCKS 256 /* that many of them, again and again */

static void fill(uint64_t *words, uint64_t block)
{
	for (size_t i = 0; i < BLOCK / sizeof(*words); i++)
		words[i] = (block << 32 | i) * 0x9e3779b97f4a7c15ULL;
}

static int fail(const char *what, const char *path)
{
	fprintf(stderr, "stimulus: %s: %s: %s\n", path, what, strerror(errno));
	return -1;
}

static int write_pattern(int fd, const char *path, uint64_t *buffer)
{
	for (uint64_t block = 0; block < BLOCKS; block++) {
		fill(buffer, block);
		if (pwrite(fd, buffer, BLOCK, (off_t)(block * BLOCK)) != BLOCK)
			return fail("write", path);
	}
	return 0;
}

int block_read(const char *path, unsigned long reads, bool verify, struct block_result *result)
{
	int fd = open(path, (verify ? O_RDWR : O_RDONLY) | O_DIRECT | O_CLOEXEC), err = 0;
	uint64_t *buffer = NULL, expected[BLOCK / sizeof(uint64_t)];

	memset(result, 0, sizeof(*result));
	if (fd < 0)
		return fail("open", path);
	if (posix_memalign((void **)&buffer, BLOCK, BLOCK))
		err = fail("memory", path);
	if (!err && verify)
		err = write_pattern(fd, path, buffer);
	for (unsigned long i = 0; !err && i < reads; i++) {
		uint64_t block = i % BLOCKS;

		/* Stale data must not pass for fresh. */
		memset(buffer, 0, BLOCK);
		if (pread(fd, buffer, BLOCK, (off_t)(block * BLOCK)) != BLOCK) {
			err = fail("read", path);
			break;
		}
		result->reads++;
		fill(expected, block);
		if (verify && memcmp(buffer, expected, BLOCK))
			result->wrong++;
	}
	free(buffer);
	close(fd);
	return err;
}
