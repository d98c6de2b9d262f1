/* SPDX-License-Identifier: GPL-2.0 */
/* Domains with functions attached to them, and the work that is done in them. */
#ifndef STIMULUS_H
#define STIMULUS_H

#include "domain.h"
#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>

#define SCHEMA	    "smmuscope.stimulus/1"
#define THREADS_MAX 64
#define DOMAINS_MAX FUNCTIONS_MAX

struct stimulus {
	struct domain domains[DOMAINS_MAX];
	size_t domain_count;
	bool by_container; /* the kernel has no iommufd */
};

/* One order of work. */
struct work {
	unsigned long count; /* invalidations; of an attach loop: attachments */
	unsigned long threads;
	unsigned long pages; /* that are mapped and unmapped at once; 0: one */
	__u64 pin;	     /* to these of the first 64 CPUs; 0: to none */
	bool attach_loop;    /* for each, detach and attach all functions; one thread */
};

/* split: each device has a domain of its own. 0 or -1, the error is printed. */
int stimulus_attach(struct stimulus *stimulus, const struct functions *devices, bool split);
/* Does it, and says in one line of JSON what was done. 0 or -1. May be called by several threads.
 */
int stimulus_work(struct stimulus *stimulus, const struct work *work, FILE *out);
/* The calling thread, from now on; 0: as it is. What it starts inherits it. */
void stimulus_pin(__u64 cpus);

#endif
