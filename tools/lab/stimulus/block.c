// SPDX-License-Identifier: GPL-2.0
#include "block.h"

#include "cost.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BLOCK  4096
#define BLOCKS 256 /* that many of them, again and again */

/* A hundred polls of the driver, each to its limit, may be in one read. */
#define STOPPED_NS 100000000000ULL

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

static int read_blocks(const char *path, unsigned long reads, bool verify,
		       struct block_result *result)
{
	int fd = open(path, (verify ? O_RDWR : O_RDONLY) | O_DIRECT | O_CLOEXEC), err = 0;
	uint64_t *buffer = NULL, expected[BLOCK / sizeof(uint64_t)];

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

static unsigned long reads_of(const struct block_result *result)
{
	return *(const volatile unsigned long *)&result->reads;
}

/* Until the process ends, or its disk has been asked in vain for too long. Its status, -1 if so. */
static int watch(pid_t reader, const struct block_result *result)
{
	const struct timespec look = {.tv_nsec = 2000000};
	unsigned long before = 0;
	__u64 since = now_ns();
	int status;

	while (waitpid(reader, &status, WNOHANG) == 0) {
		if (reads_of(result) != before) {
			before = reads_of(result);
			since = now_ns();
		} else if (now_ns() - since > STOPPED_NS) {
			return -1;
		}
		nanosleep(&look, NULL);
	}
	return status;
}

/*
 * A process of its own reads: nothing ends one that waits for a disk which never answers. It keeps
 * neither stdin nor stdout, whose other ends may be waited for.
 */
int block_read(const char *path, unsigned long reads, bool verify, struct block_result *result)
{
	struct block_result *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
					   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t reader = shared == MAP_FAILED ? -1 : fork();
	int status;

	memset(result, 0, sizeof(*result));
	if (reader < 0)
		return fail("memory", path);
	if (!reader) {
		close(STDIN_FILENO);
		close(STDOUT_FILENO);
		_exit(read_blocks(path, reads, verify, shared) ? 1 : 0);
	}
	status = watch(reader, shared);
	*result = *shared;
	result->stopped = status < 0;
	if (result->stopped)
		fprintf(stderr,
			"stimulus: %s: the disk has stopped: %lu reads, and then none in %llu s\n",
			path, result->reads, STOPPED_NS / 1000000000ULL);
	return status ? -1 : 0;
}
