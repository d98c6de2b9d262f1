/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options of one run: made once from the command line (command/options.c), for a scenario
 * with the scenario's values put in, and from then on only read. What a run finds out by itself
 * is not in here.
 */
#ifndef SESSION_OPTIONS_H
#define SESSION_OPTIONS_H

#include "check/check.h"
#include "inject/rule.h"
#include "kernel/kernel.h"
#include "plan/plan.h"

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * X(id, sink): every form in which a run can write its events, live or from a recording. A
 * recording comes besides.
 */
#define RUN_FORMS(X)                                                                               \
	X(TEXT, sink_text)                                                                         \
	X(JSON, sink_json)                                                                         \
	X(VERDICT, sink_check)

#define RUN_FORM_ENUM_(id, sink) RUN_##id,
enum run_form { RUN_FORMS(RUN_FORM_ENUM_) };
#undef RUN_FORM_ENUM_

/* Most devices of a filter, and most devices that may be hit although in use. */
#define RUN_DEVICES_MAX 64
/* As many on the command line, and those of a scenario besides. */
#define RUN_IN_USE_MAX 80

/* Strings point into argv or into the scenario. 0, false and NULL: not given. */
struct run_options {
	const char *command; /* trace, stat, inject, check, replay or run: for the headers */
	const char *variant; /* of the lab's driver, for the headers */

	/* The kernel and how its functions are hooked. */
	struct kernel_options kernel;
	struct plan_options plan;
	bool wait; /* until the driver is loaded, and the devices are there that are named */

	/* What is written, and where. */
	bool events; /* a stream of events */
	bool report; /* the statistics, to stdout or `output` */
	bool judged; /* the verdict in place of the events, as `check` says */
	bool json;
	bool strict; /* a lost event is exit status 4 */
	bool pack;   /* the recording is compressed at once */

	/* Which events, and how long. */
	bool failed_only;
	bool until_spent;   /* the command is run again while a rule can fire and it ends with 0 */
	enum run_form form; /* of the stream */
	__u32 kinds;	    /* 1 << enum smmu_event_kind */
	__u32 ring_bytes;   /* a power of two */
	__u64 latency_above_ns;
	__u64 duration_ns; /* 0: until a signal, or the end of the command */
	__u64 interval_ns; /* a report that often; 0: one at the end */
	__u64 linger_ns;   /* without a command: so long after the last rule is used up */
	char *const *argv; /* the command; NULL: none */
	const char *smmu;  /* by name */
	const char *devices[RUN_DEVICES_MAX]; /* BDF or StreamID */
	size_t device_count;

	/* Names of files; the verdict. */
	const char *output;	/* -o; NULL: stdout */
	const char *recording;	/* -o FILE.smr: instead of the stream, or besides `output` */
	const char *stats_file; /* --stats */
	struct check_options check;

	/* What is injected. */
	struct inject_rule inject_rules[SMMU_RULES_MAX];
	size_t inject_rule_count;
	const char *override;		    /* keys for every rule of the scenarios; NULL: none */
	const char *in_use[RUN_IN_USE_MAX]; /* BDFs that may be hit although they are in use */
	size_t in_use_count;
};

#endif
