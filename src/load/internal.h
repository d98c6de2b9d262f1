/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The loader from the inside. The only files that know the skeleton: loader.c (its life in the
 * kernel), programs.c (the table of programs), select.c (which are wanted), build.c (which
 * build of them), devices.c (their tables of StreamIDs), running.c (on which CPUs the exit of
 * lists is running), missed.c (which hits are a loss), statistics.c (their counters).
 */
#ifndef LOAD_INTERNAL_H
#define LOAD_INTERNAL_H

#include "load/loader.h"

#include "base/cpus.h"

#include "hooks.skel.h"

#define PROGRAMS_MAX 96

struct loader {
	struct hooks_bpf *bpf;
	const struct plan *plan;
	struct ring_buffer *ring;
	struct bpf_link *links[PROGRAMS_MAX];
	const struct bpf_program *linked[PROGRAMS_MAX]; /* the program of each link */
	size_t link_count;
	__u64 missed;		       /* loader_missed() of the links that were detached */
	char *missing[HOOK_COUNT + 1]; /* and the stream table */
	size_t missing_count;
	struct stream_hook hooks[HOOK_COUNT + 1];
	size_t hook_count;
	bool events;
	bool injecting;
	bool twice;
	bool counting;	 /* fills the statistics */
	bool point_only; /* no hook on lists, see loader_point_only() */
	bool narrowed; /* to StreamIDs: the entry of a list decides whether its exit looks at it */
	bool sees_injection; /* by our rules, or of other tools by the driver's slow path */
	bool sees_errors;    /* that the SMMU raises for a command queue, if `counting` */
	const struct inject_rule_links *inject_rules;
	__u64 armed_ns;
	int cpus; /* that are possible: so many values are in a map that has one for each CPU */
	__u32 cpu[CPUS_MAX]; /* and their numbers, in the order of these values */
};

/* How many copies of the programs count, see bpf/base/twice.bpf.h. */
static inline __u32 loader_copies(const struct loader *loader)
{
	return loader->twice ? SMMU_COPIES : 1;
}

/* A program of a hook, for one method of attaching. One hook can have several. */
struct hook_program {
	enum hook_id hook;
	enum plan_method method;
	bool returns;  /* runs when the function returns */
	bool counting; /* only for statistics */
	struct bpf_program *program;
};

/* How the hits of a program that the kernel skipped are counted as a loss. */
enum program_miss {
	MISS_COUNTS,
	/*
	 * The entry of a list by trampoline: without it the exit still sends the list, without a
	 * start. Only a filter by StreamID loses the list, as the entry applies it.
	 */
	MISS_IF_NARROWED,
	/* One of the two copies of enum smmu_twice: only what both missed is lost. */
	MISS_BY_PAIR,
	/*
	 * On allocations, locks, task switches and work: hit all the time and skipped now and
	 * then, which matters only while a recovery is watched.
	 */
	MISS_IGNORED,
};

/* For a program of the skeleton, whatever it is attached to. */
enum program_miss loader_miss(const struct loader *loader, const struct bpf_program *program);

/*
 * The programs that fit the plan, in the order in which they are attached: at most PROGRAMS_MAX.
 * Those of an unusable hook are among them.
 */
size_t loader_programs(const struct loader *loader, struct hook_program *out);
/*
 * Before the load: chooses the programs that are wanted, and notes the hooks and what is
 * missing of them. 0 or a negative errno.
 */
int loader_select(struct loader *loader, const struct loader_options *options);
/*
 * Can the run do without a hook on lists? With rules and without `submit`, the injection point sees
 * by itself what it injects and what becomes of it.
 */
bool loader_point_only(const struct loader_options *options);
/* The cheapest build of the programs that can do this: an ELF object of *size bytes, static. */
const void *loader_build(const struct plan *plan, const struct loader_options *options,
			 size_t *size);
/* Is a hit that the kernel skipped for this program a loss, one by one? */
bool loader_skips_count(const struct loader *loader, const struct bpf_program *program);
/*
 * Hits of kprobes, as their links count them, for which no program was called: returns for which
 * the kernel had no instance left, and hits within another kprobe. 0 before Linux 6.7.
 */
__u64 loader_missed(const struct loader *loader);
/*
 * After the load: lets the programs see which list's return the kernel will skip, so that it
 * is counted when it is issued. Without effect where that cannot be found out.
 */
void loader_find_running(struct loader *loader);
/* Tells the BPF side where the functions of an invalidation are in memory, if that is known. */
void loader_find_extents(struct loader *loader);
/*
 * Before the attach: known devices, and the StreamIDs of filters and rules. 0 or a negative
 * errno: -ENOSPC if the tables have no room for those of a filter or a rule.
 */
int loader_fill_devices(struct loader *loader, const struct loader_options *options);

#endif
