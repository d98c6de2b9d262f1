/* SPDX-License-Identifier: GPL-2.0 */
/* One random history: made, judged, and if engine and model disagree, made as short as it can be.
 */
#ifndef MODEL_HISTORY_H
#define MODEL_HISTORY_H

#include "judge.h"

struct history {
	__u64 seed;
	struct climate climate;
	struct step *steps;
	size_t count;
	struct world world;
};

/* 0 or -ENOMEM. */
int history_open(struct history *history);
void history_close(struct history *history);
/*
 * The history of this seed: of some `events`. True if engine and model agree. If not, and `say` is
 * true, the shortest part of it in which they do not is written to stderr.
 */
bool history_agrees(struct history *history, __u64 seed, size_t events, struct judged *judged,
		    bool say);

#endif
