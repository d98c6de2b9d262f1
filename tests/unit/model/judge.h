/* SPDX-License-Identifier: GPL-2.0 */
/* The engine (src/check) is given a history, and held against what is true at each event. */
#ifndef MODEL_JUDGE_H
#define MODEL_JUDGE_H

#include "world.h"

/*
 * X(name, text): how often what was compared, and, from `busy` on, how often nothing could be said,
 * and why.
 */
#define JUDGED(X)                                                                                  \
	X(histories, "histories")                                                                  \
	X(events, "events")                                                                        \
	X(fenced, "functions at an event, of which it is known what they may do")                  \
	X(barred, "of these, that may not use ATS")                                                \
	X(fences, "steps that take ATS from a function that has it on")                            \
	X(ends, "ends of invalidations in trouble")                                                \
	X(stale, "functions that one left stale, which broke R6")                                  \
	X(settled, "suspects that were settled, and nothing stale was left")                       \
	X(reached, "functions that an invalidation had to reach, and did")                         \
	X(forgotten, "functions that one did not reach, and R22 says so")                          \
	X(accused, "functions that R22 says so of, at first")                                      \
	X(broken, "of these, that nothing excused later: R22 is broken")                           \
	X(busy, "unseen yet, or a list that configures is under way")                              \
	X(in_memory, "memory is not what was told, or nothing was told yet")                       \
	X(unconfirmed, "fences that are queued: done for the engine, and no pass")                 \
	X(victims, "ATC_INV that were not begun: nobody is a suspect for them")                    \
	X(resetting, "a reset is running, and its end decides")                                    \
	X(absorbed, "another flow's CMD_SYNC took the answer: a matter of R1 and R2")              \
	X(spread, "told twice before a CMD_SYNC, of which the kernel side keeps one")              \
	X(early, "asked and answered once more before the failure was known")                      \
	X(older, "the invalidation is longer for the engine, as a CFGI was open")                  \
	X(excused, "forgotten, and told, attached, reset, blamed or silent: no matter of R22")     \
	X(late, "forgotten, and asked after the return, which the engine does not see")            \
	X(untold, "forgotten, and the last CFGI for it failed, or had no CMD_SYNC")                \
	X(unplaced, "an error whose list is not known: places are ranges, or it took seconds")

#define JUDGED_COUNT_(name, text) __u64 name;
struct judged {
	JUDGED(JUDGED_COUNT_)
};

struct disagreement {
	size_t event;	  /* in the log */
	const char *what; /* the same for all of this kind */
	char text[240];
};

/* True if they agree on all of it; else *found is the first event at which they do not. */
bool judge(const struct world *world, struct judged *judged, struct disagreement *found);
/* All the counts, to stderr. */
void judged_say(const struct judged *judged);

#endif
