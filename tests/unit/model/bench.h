/* SPDX-License-Identifier: GPL-2.0 */
/* The engine with a history before it, and what has been found of it so far. */
#ifndef MODEL_BENCH_H
#define MODEL_BENCH_H

#include "check/order.h"
#include "check/track.h"
#include "judge.h"

struct check;

struct bench {
	const struct world *world;
	struct check *check;
	struct track *track;
	struct order order;
	size_t put;
	/* StreamIDs whose STEs the kernel side looks at again: from its fence to its unfence. */
	unsigned int watched;
	__u64 reset_ns; /* the last event of a reset: for a while after that it does not look */
	__u64 told_ns[MACHINE_FUNCTIONS]; /* R22 was broken by it, the last time */
	/* What the kernel side has found in memory, of any of its StreamIDs, is told, too. */
	__u64 lifted_ns[MACHINE_FUNCTIONS];
	unsigned int debt; /* of those that are closed, the next one */
	struct judged *judged;
	struct disagreement *found;
	bool agree;
};

/* NULL: the engine has not seen it. */
struct unit *bench_unit(const struct bench *bench, unsigned int function);
unsigned int bench_function(const struct unit *unit);
/* At this event. The first disagreement stays. */
void bench_disagree(struct bench *bench, size_t event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Errors are not injected, and where they belong is a guess. */
bool bench_unplaced(const struct bench *bench);

#endif
