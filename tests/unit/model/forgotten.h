/* SPDX-License-Identifier: GPL-2.0 */
/*
 * R22 against the model's debts: whom it says an invalidation has forgotten, when that is over, and
 * what it makes of it once nothing can excuse it any more.
 */
#ifndef MODEL_FORGOTTEN_H
#define MODEL_FORGOTTEN_H

#include "bench.h"

/* What R22 holds against each function, and has not decided of; how often it is broken. */
struct forgotten {
	struct miss misses[MACHINE_FUNCTIONS];
	__u64 broken;
};

void forgotten_look(const struct bench *bench, struct forgotten *forgotten);
/* The engine has followed an event; before: what was known before it. */
void forgotten_judge(struct bench *bench, size_t event, const struct forgotten *before);
/* After the last event: each flow returns, and a long time passes, so that all is decided. */
void forgotten_end(struct bench *bench);

#endif
