/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 3/5  ring -> collector
 *
 * The BPF programs as seen from user space: opens, sets the knobs, loads, attaches, and reads
 * the maps. Everything is held by file descriptors of this process: however it ends, the kernel
 * then detaches and frees all of it. Not thread safe.
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

/* Pointers in it are the caller's. */
struct loader_options {
	bool stats;
	bool events;
	__u32 kinds;			    /* mask of 1 << enum smmu_event_kind to send */
	__u64 smmu;			    /* only this one's lists; 0: any */
	const struct smmu_stream_key *sids; /* only lists with one of these, if sid_count */
	size_t sid_count;
	/* Two copies of the programs on returns, so that re-entry skips none: some 300
	   instructions a list (bpf/base/twice.bpf.h). */
	bool twice;
	bool failed_only;
	__u64 latency_above_ns; /* only slower lists; 0: any */
	__u32 ring_bytes;	/* a power of two, at least one page */
	/*
	 * NULL: inject nothing. Deadlines in it count from loader_attach(). Must stay as long as
	 * the loader.
	 */
	const struct inject_rule_links *inject_rules;
	bool silences;		       /* devices are made silent: not all errors are injected */
	const char *btf;	       /* file with the kernel's types; NULL: the kernel's own */
	bool own_btf;		       /* the kernel has types of its own, used or not */
	const struct devices *devices; /* these are in the statistics even if nothing happens */
};

/* Called with each record of the ring, valid during the call. Negative: stop. */
typedef int (*loader_event)(void *context, void *record, size_t length);

/*
 * Loads everything and attaches nothing. plan must stay as long as the loader. 0, to be closed
 * with loader_close(), or an enum exit_code; errors are logged with a hint.
 */
int loader_open(struct loader **loader, const struct plan *plan,
		const struct loader_options *options, loader_event event, void *context);
/* From now on the filter lets this StreamID through, too, if it lets only some through. */
void loader_want(struct loader *loader, __u64 smmu, __u32 sid);
/*
 * Attaches everything, starts the time of the rules, then lets events through. 0 or an
 * enum exit_code, logged.
 */
int loader_attach(struct loader *loader);
/* For epoll: readable when a good part of the ring is full. -1 without events. */
int loader_ring_fd(const struct loader *loader);
/* Hands out what is in the ring: the number of records, or what `event` returned. */
int loader_consume(struct loader *loader);
/* Lets no more events through and detaches; the ring and the maps can still be read. */
void loader_detach(struct loader *loader);
/*
 * Adds up the maps over all CPUs. 0, or a negative errno; *statistics, zeroed by the caller, is
 * to be freed in either case. loss.consumed is left to the caller, who counts it.
 */
int loader_statistics(struct loader *loader, struct statistics *statistics);
/* Lists and commands that no counter had room for: more queues or devices than slots. */
__u64 loader_uncounted(const struct loader *loader);
/* When the rules were armed: the kernel's CLOCK_BOOTTIME in ns. */
__u64 loader_armed_ns(const struct loader *loader);
/* What a rule has done so far, by its index in the order given. 0 or a negative errno. */
int loader_rule_state(struct loader *loader, __u32 rule, struct smmu_rule_state *state);
/* Hooks that are wanted and cannot be attached: "id: reason". Lives as long as the loader. */
const char *const *loader_missing(const struct loader *loader, size_t *count);
/* All hooks that are wanted, attached or not. Lives as long as the loader and its plan. */
const struct stream_hook *loader_hooks(const struct loader *loader, size_t *count);
/* Detaches if need be. NULL is allowed. */
void loader_close(struct loader *loader);

#endif
