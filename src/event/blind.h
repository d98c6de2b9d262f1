/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Time of a run in which hooks were attached and did not fire, as somebody had switched them off:
 * what happened then is no event, and no number of an event is missing. Kept by how a hook is
 * attached, since that is what can be switched off. load/pulse.c looks, the statistics carry the
 * sum.
 */
#ifndef EVENT_BLIND_H
#define EVENT_BLIND_H

#include "base/json.h"

#include <linux/types.h>
#include <stdio.h>

/* X(id, name): name as in plan/plan.h. Tracepoints cannot be switched off. */
#define BLIND_METHODS(X)                                                                           \
	X(TRAMPOLINE, "fentry") /* and fmod_ret */                                                 \
	X(KPROBE, "kprobe")

#define BLIND_METHOD_(id, name) BLIND_##id,
enum blind_method { BLIND_METHODS(BLIND_METHOD_) BLIND_METHOD_COUNT };
#undef BLIND_METHOD_

/* X(id, name): what a look at a method found. */
#define BLIND_CAUSES(X)                                                                            \
	X(NOT, "none")	      /* they fire */                                                      \
	X(SWITCH, "switch")   /* the kernel's switch for all of them is off */                     \
	X(WRITTEN, "written") /* it is on, and somebody wrote to it since the last look */         \
	X(SILENT, "silent")   /* a call that has to be seen was not */                             \
	X(GONE, "gone")	      /* the kernel has taken one of them away, or disabled it */

#define BLIND_CAUSE_(id, name) BLIND_##id,
enum blind_cause { BLIND_CAUSES(BLIND_CAUSE_) BLIND_CAUSE_COUNT };
#undef BLIND_CAUSE_

/* Nothing but counters: a part of recordings. */
struct blind {
	__u64 looks; /* 0: nobody looked, so that nothing is known */
	__u64 ns[BLIND_METHOD_COUNT];
	__u64 cause[BLIND_METHOD_COUNT]; /* the first one that is not BLIND_NOT */
};

/* While the run goes on. Zeroed but for last_ns: since when it is looked. */
struct blind_watch {
	struct blind sum;
	__u64 last_ns;
	enum blind_cause last[BLIND_METHOD_COUNT];
};

/*
 * The time between two looks counts as blind unless both found that the hooks fire: when they
 * stopped is not known. What a method finds that is not in use has to be BLIND_NOT.
 */
void blind_look(struct blind_watch *watch, __u64 now_ns,
		const enum blind_cause found[BLIND_METHOD_COUNT]);
/* Of stream_hook.method; BLIND_METHOD_COUNT for what cannot be switched off. */
enum blind_method blind_method_of(const char *method);
/* The longest of all methods, in ns. */
__u64 blind_longest(const struct blind *blind);
/* For people: what the cause was, "/proc/sys/kernel/ftrace_enabled was 0". */
const char *blind_text(enum blind_method method, __u64 cause);
/* The value of the key before: null if nothing is known, else a list, empty if it never was. */
void blind_json(struct json *json, const struct blind *blind);
/* Lines that begin with `lead`, one for each method that was blind. */
void blind_lines(FILE *file, const char *lead, const struct blind *blind, __u64 duration_ns);

#endif
