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
#define PASIDS_MAX  16
#define DOMAINS_MAX FUNCTIONS_MAX

struct stimulus {
	struct domain domains[DOMAINS_MAX];
	size_t domain_count;
	bool by_container; /* the kernel has no iommufd */
};

/* One piece of work. */
struct work {
	unsigned long count; /* invalidations; of an attach loop: attachments */
	unsigned long threads;
	unsigned long pages; /* mapped and unmapped at once; 0: one */
	__u64 pin;	     /* mask of the CPUs to run on; 0: all */
	bool attach_loop;    /* for each, detach and attach all functions; one thread */
};

/* Address spaces by PASID: a domain for each, all devices in each. */
struct pasids {
	__u32 value[PASIDS_MAX];
	size_t count;
};

/* split: one domain for each device; not with PASIDs. 0 or -1, the error is printed. */
int stimulus_attach(struct stimulus *stimulus, const struct functions *devices, bool split,
		    const struct pasids *pasids);
/* Does the work and prints the line of JSON. 0 or -1. May be called by several threads. */
int stimulus_work(struct stimulus *stimulus, const struct work *work, FILE *out);
/* Pins the calling thread, and all that it starts, to these CPUs; 0: no change. */
void stimulus_pin(__u64 cpus);

#endif
