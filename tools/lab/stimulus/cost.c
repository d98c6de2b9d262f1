// SPDX-License-Identifier: GPL-2.0
#include "cost.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define REST_US	   1250000 /* longer than the second after which a recording writes its block */
#define REST_NS	   500000  /* CPU time in REST_US of a process that only polls */
#define REST_TRIES 60

__u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (__u64)now.tv_sec * 1000000000ULL + (__u64)now.tv_nsec;
}

void cost_init(struct cost *cost, unsigned long pieces)
{
	cost->count = 0;
	cost->room = pieces / COST_CHUNK;
	cost->chunks = calloc(cost->room ? cost->room : 1, sizeof(*cost->chunks));
	if (!cost->chunks)
		cost->room = 0;
}

void cost_free(struct cost *cost)
{
	free(cost->chunks);
}

void cost_begin(struct cost *cost)
{
	cost->begun = now_ns();
}

void cost_piece(struct cost *cost, unsigned long i)
{
	__u64 now;

	if ((i + 1) % COST_CHUNK || cost->count == cost->room)
		return;
	now = now_ns();
	cost->chunks[cost->count++] = now - cost->begun;
	cost->begun = now;
}

static int by_size(const void *a, const void *b)
{
	__u64 left = *(const __u64 *)a, right = *(const __u64 *)b;

	return (left > right) - (left < right);
}

double cost_of_piece(struct cost *cost)
{
	size_t from = cost->count / 4, to = cost->count - from;
	__u64 sum = 0;

	if (!cost->count)
		return 0;
	qsort(cost->chunks, cost->count, sizeof(*cost->chunks), by_size);
	for (size_t i = from; i < to; i++)
		sum += cost->chunks[i];
	return (double)sum / (double)(to - from) / COST_CHUNK;
}

static __u64 clock_ns(clockid_t clock)
{
	struct timespec now;

	return clock_gettime(clock, &now) ? 0
					  : (__u64)now.tv_sec * 1000000000ULL + (__u64)now.tv_nsec;
}

__u64 cost_thread_ns(void)
{
	return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

__u64 processes_ns(const struct processes *processes)
{
	clockid_t clock;
	__u64 sum = 0;

	for (size_t i = 0; i < processes->count; i++) {
		if (!clock_getcpuclockid(processes->pid[i], &clock))
			sum += clock_ns(clock);
	}
	return sum;
}

__u64 processes_rest_ns(const struct processes *processes)
{
	__u64 before = processes_ns(processes), after, idle = 0, i;

	for (i = 0; i < REST_TRIES; i++) {
		usleep(REST_US);
		after = processes_ns(processes);
		idle = after - before;
		if (idle < REST_NS)
			break;
		before = after;
	}
	return before - i * idle;
}
