/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  events -> verdict
 *
 * The rules R1 to R18 of a correct recovery, checked over a stream of events,
 * live or recorded: sink_check is fed like every other sink and knows nothing of
 * where the events come from. Same events in the same order: same verdict, to
 * the byte. One thread; memory grows with queues, StreamIDs and threads that have
 * trouble, not with events: of many threads those that were idle for 10 s are forgotten.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "sink/sink.h"

#include <stdbool.h>

/* X(number, id, statement, source): statement is one line. */
#define CHECK_RULES(X)                                                                             \
	X(1, "own-sync", "every list with ATC_INV carries its own CMD_SYNC", "Robin, Jason")       \
	X(2, "no-foreign-sync", "no other CMD_SYNC can absorb an ATC timeout", "Robin")            \
	X(3, "error-reaches-issuer",                                                               \
	  "a reported ATC timeout is an error for the list and for its invalidation",              \
	  "Robin, Jason")                                                                          \
	X(4, "exact-blame", "a timeout is attributed by queue and index of its CMD_SYNC",          \
	  "Robin, Jason")                                                                          \
	X(5, "hardware-or-software", "a hardware timeout differs from the poll's own", "Nicolin")  \
	X(6, "fence-before-return", "EATS is off and synced before the invalidation returns",      \
	  "Jason")                                                                                 \
	X(7, "isolate", "only the device that fails alone is fenced", "Jason, Shuai")              \
	X(8, "no-allocation", "no allocation or sleeping lock from failure to fence", "Jason")     \
	X(9, "quiet-isr", "the GERROR handler only signals", "Jason")                              \
	X(10, "blocked-gerror", "an issuer finds a GERROR that cannot interrupt it",               \
	  "Robin, Nicolin")                                                                        \
	X(11, "stop-sending", "no ATC_INV for a fenced StreamID", "Jason")                         \
	X(12, "one-recovery", "repeated timeouts of a device start one recovery", "Robin")         \
	X(13, "no-silent-enable", "ATS comes back only after a reset that worked", "Nicolin")      \
	X(14, "probe-is-no-reset", "asking for reset methods does not block the IOMMU", "Nicolin") \
	X(15, "balanced", "reset prepare and done nest and balance", "Shuai, Kevin")               \
	X(16, "unmap-unharmed", "an unmap succeeds, and returns after the fence", "Jason")         \
	X(17, "bounded", "recovery and waits stay within their budgets", "Sami")                   \
	X(18, "every-queue", "secondary command queues are treated alike", "the driver's code")

#define CHECK_RULE_COUNT 18
/* Bit of rule number N in masks. */
#define CHECK_RULE(n) (1U << ((n)-1))
#define CHECK_ALL     ((1U << CHECK_RULE_COUNT) - 1)

enum check_result {
	CHECK_PASS,	      /* seen and held, `count` times */
	CHECK_FAIL,	      /* `count` times, with evidence */
	CHECK_NOT_EXERCISED,  /* nothing happened that could break it */
	CHECK_NOT_OBSERVABLE, /* a hook is missing, or events were lost: `reason` */
};

enum check_format { CHECK_TEXT, CHECK_JSON, CHECK_KTAP, CHECK_JUNIT };

/* Defaults, all in nanoseconds. */
#define CHECK_BUDGET_FENCE 100000000ULL /* from the failed list's return to the fence */
/* Longest list with interrupts off, other than one that waits for an error that only its
 * poll limit ends: of the issuer while it recovers, and of others meanwhile. */
#define CHECK_BUDGET_WAIT 500000000ULL
/* R10: longest wait of an issuer for a GERROR whose interrupt it blocks. */
#define CHECK_BUDGET_BLOCKED 50000000ULL

/* What a scenario expects beyond the rules; reported like a rule. */
enum check_expect_kind {
	CHECK_EXPECT_FENCED,	/* device `bdf` was fenced `number` times; 0: never */
	CHECK_EXPECT_UNFENCED,	/* likewise */
	CHECK_EXPECT_FENCES,	/* `number` fences in all */
	CHECK_EXPECT_TIMEOUTS,	/* at least `number` timeouts were injected (repeats not counted) */
	CHECK_EXPECT_ATC_LISTS, /* at least `number` lists with ATC_INV were seen */
	CHECK_EXPECT_WORKLOAD,	/* it ended by itself, with the status `number` */
};

struct check_expectation {
	enum check_expect_kind kind;
	__u32 bdf;
	__u64 number;
	const char *text; /* as the scenario says it */
};

struct check_options {
	const char *name;   /* of the run: a scenario's name, else "check" */
	const char *source; /* what was judged: "live", or the recording's file name */
	enum check_format format;
	__u32 rules;	   /* mask: which are checked and reported */
	__u32 require;	   /* mask: these must be CHECK_PASS, or the verdict is negative */
	__u32 expect_fail; /* mask: these must be CHECK_FAIL, and no others may be */
	__u64 budget_fence_ns;
	__u64 budget_wait_ns;
	__u64 budget_blocked_ns;
	const struct check_expectation *expectations;
	size_t expectation_count;
	/* Of several reports in one file this is number 1, 2, ...; 0: it is the only one, whole. */
	unsigned int number;
	int *workload;	/* its status, once it has ended by itself; may be NULL */
	bool *reported; /* set when the report has been written; may be NULL */
};

struct check_error {
	char message[200];
	char hint[320];
};

/* All rules, defaults. */
struct check_options check_defaults(void);
/* "R1,R3", "1,3", "own-sync" or "all" -> mask. 0, or -EINVAL and *error. */
int check_parse_rules(const char *option, const char *text, __u32 *mask, struct check_error *error);
int check_parse_format(const char *text, enum check_format *format, struct check_error *error);
/* Options that contradict each other: 0, or -EINVAL and *error. */
int check_validate(const struct check_options *options, struct check_error *error);
/*
 * Several reports in one file, each with a `number`: what stands before, between and
 * behind them. absent: this one has no verdict; it was skipped, or something went wrong.
 */
void check_reports_begin(FILE *file, const struct check_options *options, size_t count);
void check_reports_absent(FILE *file, const struct check_options *options, const char *reason,
			  bool skipped);
void check_reports_end(FILE *file, const struct check_options *options);
/* Its options: struct check_options. Its code: EXIT_VERDICT if the verdict is negative. */
extern const struct sink_ops sink_check;

/* The rules for people, one a line (check --list). */
void check_list(FILE *file);

#endif
