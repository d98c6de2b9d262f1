/* SPDX-License-Identifier: GPL-2.0 */
/* The cost of one of many equal pieces of work, without interruptions. */
#ifndef COST_H
#define COST_H

#include <linux/types.h>
#include <stddef.h>
#include <sys/types.h>

#define COST_CHUNK     10 /* pieces that are timed together, far shorter than a timer tick */
#define COST_PROCESSES 8

/* The times of the chunks. */
struct cost {
	__u64 *chunks;
	size_t count, room;
	__u64 begun;
};

/* Room for `pieces`; without memory nothing is noted, and the cost is 0. */
void cost_init(struct cost *cost, unsigned long pieces);
void cost_free(struct cost *cost);
/* Before the first piece, and after piece number i. */
void cost_begin(struct cost *cost);
void cost_piece(struct cost *cost, unsigned long i);
/* ns per piece: the mean of the middle half of the chunks. Chunks with a timer tick or another
   process in them are in the upper quarter. */
double cost_of_piece(struct cost *cost);
/* CLOCK_MONOTONIC. */
__u64 now_ns(void);
/* CPU time of the calling thread. */
__u64 cost_thread_ns(void);

/* Other processes whose CPU time is added to the cost. */
struct processes {
	pid_t pid[COST_PROCESSES];
	size_t count;
};

__u64 processes_ns(const struct processes *processes);
/* The same, once they are idle, and without what they take while idle. */
__u64 processes_rest_ns(const struct processes *processes);

#endif
