/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random drivers: what the flows of a machine do next. They invalidate domains, ask again, fence,
 * attach, detach and reset, and do each of it right, or, as often as the history's `slips` says,
 * wrong in one way or another: not told, no CMD_SYNC, another queue, one of two StreamIDs, back in
 * memory, too late, another address. Nothing here knows what is true or what a rule says.
 */
#ifndef MODEL_DRIVER_H
#define MODEL_DRIVER_H

#include "world.h"

enum { DRIVER_TODO = 96 };

struct script {
	struct step todo[DRIVER_TODO]; /* a ring */
	unsigned int head, count;
	int domain;	     /* of its invalidation */
	unsigned int open;   /* mask of functions without an answer */
	unsigned int guilty; /* that failed alone */
	unsigned int rounds;
	struct command asked[MACHINE_FUNCTIONS * 2 * 4]; /* its ATC_INV */
	unsigned int asked_count;
	bool nested; /* it is in an attach */
};

struct driver {
	__u64 random;
	unsigned int slips; /* of 100 */
	unsigned int load;  /* of 100: how often something else than an invalidation is begun */
	struct script scripts[MACHINE_FLOWS];
	int domain[MACHINE_FUNCTIONS];
	bool ats[MACHINE_FUNCTIONS];	/* the driver has it on */
	bool fenced[MACHINE_FUNCTIONS]; /* and then took it away */
};

/* The same seed gives the same drivers, in the same climate. */
void driver_init(struct driver *driver, __u64 seed, struct climate *climate);
void driver_next(struct driver *driver, const struct world *world, struct step *step);
/* It was done. */
void driver_learn(struct driver *driver, const struct world *world, const struct step *step);

#endif
