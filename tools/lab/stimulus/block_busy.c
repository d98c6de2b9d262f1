// SPDX-License-Identifier: GPL-2.0
/*
 * Reads whose end is waited for without sleeping: the interrupt then comes while this
 * thread runs, as its time, and what it spent waiting is known to the instruction.
 */
#include "block.h"
#include "cost.h"
#include "stimulus.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BLOCK	   4096
#define BLOCKS	   256
#define DEPTH	   8
#define CALIBRATE  20000UL
#define CALIBRATES 200

/* The kernel's side of it is fs/aio.c: where a context is in memory, its events are. */
struct ring {
	unsigned int id, nr, head, tail;
};

/* How often it looked until an event was there, or `limit`. */
static __attribute__((noinline)) unsigned long spin(volatile struct ring *ring, unsigned long limit)
{
	unsigned int head = ring->head;
	unsigned long spins = 0;

	while (ring->tail == head && spins < limit)
		spins++;
	return spins;
}

/* What one look takes. */
static double look_ns(volatile struct ring *ring)
{
	struct cost cost;
	double each;

	cost_init(&cost, (unsigned long)CALIBRATES * COST_CHUNK);
	cost_begin(&cost);
	for (unsigned long i = 0; i < (unsigned long)CALIBRATES * COST_CHUNK; i++) {
		spin(ring, CALIBRATE);
		cost_piece(&cost, i, 0);
	}
	each = cost_of_piece(&cost) / CALIBRATE;
	cost_free(&cost);
	return each;
}

/* 0, or -1 with errno. */
static int read_one(aio_context_t context, struct iocb *request, unsigned long *spins)
{
	volatile struct ring *ring = (volatile struct ring *)context;
	struct iocb *requests[] = {request};
	struct io_event event;

	if (syscall(SYS_io_submit, context, 1L, requests) != 1)
		return -1;
	*spins = spin(ring, ~0UL);
	if (syscall(SYS_io_getevents, context, 1L, 1L, &event, NULL) != 1)
		return -1;
	if (event.res == BLOCK)
		return 0;
	errno = event.res < 0 ? (int)-event.res : EIO;
	return -1;
}

static int read_all(aio_context_t context, int fd, void *buffer, unsigned long reads,
		    struct block_result *result)
{
	double look = look_ns((volatile struct ring *)context);
	struct iocb request = {.aio_lio_opcode = IOCB_CMD_PREAD,
			       .aio_fildes = (__u32)fd,
			       .aio_buf = (__u64)(uintptr_t)buffer,
			       .aio_nbytes = BLOCK};
	unsigned long spins = 0;
	struct cost cost;
	int err = 0;

	cost_init(&cost, reads);
	cost_begin(&cost);
	for (unsigned long i = 0; !err && i < reads; i++) {
		request.aio_offset = (__s64)(i % BLOCKS) * BLOCK;
		err = read_one(context, &request, &spins);
		cost_piece(&cost, i, (__u64)((double)spins * look));
		result->reads += !err;
	}
	result->each_ns = cost_of_piece(&cost);
	cost_free(&cost);
	return err;
}

int block_busy(const char *path, unsigned long reads, struct block_result *result)
{
	int fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC), err = -1;
	aio_context_t context = 0;
	void *buffer = NULL;

	memset(result, 0, sizeof(*result));
	if (fd >= 0 && !posix_memalign(&buffer, BLOCK, BLOCK) &&
	    !syscall(SYS_io_setup, DEPTH, &context))
		err = read_all(context, fd, buffer, reads, result);
	if (err)
		fprintf(stderr, "stimulus: %s: %s\n", path, strerror(errno));
	if (context)
		syscall(SYS_io_destroy, context);
	free(buffer);
	if (fd >= 0)
		close(fd);
	return err;
}
