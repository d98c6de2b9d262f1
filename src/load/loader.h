/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 3/5  ring -> collector
 *
 * The BPF side as seen from user space: the only place that knows the skeleton.
 * Opens, sets the knobs, loads, attaches, and reads the maps back. All of it is
 * held by file descriptors of this process: when the process ends, however it
 * ends, the kernel takes everything away again.
 */
#ifndef LOAD_LOADER_H
#define LOAD_LOADER_H

#include "plan/plan.h"
#include "inject/rule.h"
#include "event/stream.h"
#include "smmu_event.h"
#include "smmu_inject.h"
#include "event/statistics.h"

#include <stdbool.h>
#include <stddef.h>

struct loader;

struct loader_options {
	bool stats;
	bool events;
	__u32 kinds;			    /* 1 << enum smmu_event_kind */
	__u64 smmu;			    /* 0: any */
	const struct smmu_stream_key *sids; /* filter, if sid_count */
	size_t sid_count;
	bool twice; /* what is hit inside itself is not skipped: some 300 instructions a list */
	bool failed_only;
	__u64 latency_above_ns;
	__u32 ring_bytes; /* a power of two, at least one page */
	/* NULL: inject nothing. Deadlines in it are from the attach on. Must stay. */
	const struct inject_rule_links *rules;
	const char *btf;	       /* file with the kernel's types, NULL: its own */
	bool own_btf;		       /* the kernel has some, used or not */
	const struct devices *devices; /* counted from zero, so that they are in the report */
};

/* Takes each record out of the ring. Negative: stop. */
typedef int (*loader_event)(void *context, void *record, size_t length);

/* 0 or an enum exit_code; errors are logged with the way out. */
int loader_open(struct loader **loader, const struct plan *plan,
		const struct loader_options *options, loader_event event, void *context);
/*
 * Attaches everything, starts the time of the rules, then lets events through. 0 or
 * an enum exit_code.
 */
int loader_attach(struct loader *loader);
/* For epoll: readable when a good part of the ring is full. -1 without events. */
int loader_ring_fd(const struct loader *loader);
/* Takes out what is there. Number of records or what `event` returned. */
int loader_consume(struct loader *loader);
/* Shuts the gate and detaches; the ring and the maps can still be read. */
void loader_detach(struct loader *loader);
/* Sums up the maps. The loss is without `consumed`, which the caller counts. */
int loader_statistics(struct loader *loader, struct statistics *statistics);
/* Lists and commands that no counter had room for: more queues or devices than slots. */
__u64 loader_uncounted(const struct loader *loader);
/* When the rules were armed, CLOCK_MONOTONIC. */
__u64 loader_armed_ns(const struct loader *loader);
int loader_rule_state(struct loader *loader, __u32 rule, struct smmu_rule_state *state);
/* Hooks that are wanted and not there: "id: reason". Lives as long as the loader. */
const char *const *loader_missing(const struct loader *loader, size_t *count);
/* All hooks that are wanted, there or not. Lives as long as the loader and its plan. */
const struct stream_hook *loader_hooks(const struct loader *loader, size_t *count);
void loader_close(struct loader *loader);

#endif
