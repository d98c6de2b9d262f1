/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 5/5  events -> verdict
 *
 * The room's interface for other rooms. The rules of a correct recovery are checked over a
 * stream of events, live or recorded: sink_check gets them like every other sink and does not know
 * where they come from. The same events in the same order give the same verdict, to the byte.
 * One thread. Memory grows with queues, StreamIDs and threads, not with events; once there are
 * thousands of threads, those that were idle for 10 s are forgotten.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "base/refusal.h"
#include "sink/sink.h"
#include "check/rules/list.h"
#include <stdbool.h>

/* The four words of a verdict: of a rule, of an expectation, and of the whole (conclude.h). */
enum check_result {
	CHECK_PASS,	      /* exercised and held, `count` times */
	CHECK_FAIL,	      /* broken, `count` times, with evidence */
	CHECK_NOT_EXERCISED,  /* nothing happened that could break it */
	CHECK_NOT_OBSERVABLE, /* a hook is missing or was off, or events were lost: `reason` */
	CHECK_RESULTS
};

/* Bit of a result in masks. */
#define CHECK_RESULT(result) (1U << (result))

/* What counts as a violation, see profile.h. */
enum check_profile {
	CHECK_STRICT, /* whatever a rule says */
	CHECK_FIRST,  /* but for what the review accepts of a first version of the recovery */
};

enum check_format { CHECK_TEXT, CHECK_JSON, CHECK_KTAP, CHECK_JUNIT };

/* Defaults, in nanoseconds. */
/* R17: from the failed list's return to the fence. */
#define CHECK_BUDGET_FENCE 100000000ULL
/*
 * R17: longest list with interrupts off while a device is recovered, of any issuer. Lists that
 * wait for an injected error which only the driver's poll limit ends are exempt.
 */
#define CHECK_BUDGET_WAIT 500000000ULL
/* R10: longest wait of an issuer for a GERROR whose interrupt it blocks. */
#define CHECK_BUDGET_BLOCKED 50000000ULL
/* R9: longest time in the GERROR handler. What it prints may be slow, on a serial line. */
#define CHECK_BUDGET_HANDLER 100000000ULL

/* A scenario's expectation beyond the rules; reported like a rule. */
enum check_expect_kind {
	CHECK_EXPECT_FENCED,	/* device `bdf` was fenced `number` times; 0: never */
	CHECK_EXPECT_UNFENCED,	/* likewise */
	CHECK_EXPECT_FENCES,	/* `number` fences in all */
	CHECK_EXPECT_TIMEOUTS,	/* at least `number` timeouts were injected (repeats not counted) */
	CHECK_EXPECT_ATC_LISTS, /* at least `number` lists with ATC_INV were seen */
	CHECK_EXPECT_WORKLOAD,	/* it ended by itself, with exit status `number` */
	CHECK_EXPECT_FIRED, /* injection rule `number` fired: nobody states it, every rule has to */
};

struct check_expectation {
	enum check_expect_kind kind;
	__u32 bdf; /* of FENCED and UNFENCED */
	__u64 number;
	const char *text; /* as the scenario says it */
};

/* Borrowed by sink_check until its close(), with all that it points to. */
struct check_options {
	const char *name;   /* of the run: a scenario's name, else "check" */
	const char *source; /* of the events: "live", or the recording's file name */
	enum check_format format;
	__u32 rules;	   /* mask: which are checked and reported */
	__u32 require;	   /* mask: these must be CHECK_PASS, or the verdict is negative */
	__u32 expect_fail; /* mask: these must be CHECK_FAIL, and no others may be */
	__u32 allow;	   /* mask of CHECK_RESULT(): verdicts that are no error besides a pass */
	enum check_profile profile;
	__u64 budget_fence_ns;
	__u64 budget_wait_ns;
	__u64 budget_blocked_ns;
	__u64 budget_handler_ns;
	const struct check_expectation *expectations;
	size_t expectation_count;
	/* 1, 2, ...: this report's place among several in one file; 0: it is the only one. */
	unsigned int number;
	int *workload;	/* its status, once it has ended by itself; may be NULL */
	bool *reported; /* set when the report has been written; may be NULL */
};

/*
 * options: struct check_options. close() writes the report and leaves in the sink's code
 * EXIT_VERDICT if the verdict is a fail, EXIT_KERNEL if it is neither pass nor fail and not
 * allowed.
 */
extern const struct sink_ops sink_check;

/* All rules, defaults. */
struct check_options check_defaults(void);
/* "R1,R3", "1,3", "own-sync" or "all" -> mask. 0, or -EINVAL and *error. */
int check_parse_rules(const char *option, const char *text, __u32 *mask, struct refusal *error);
/* "not-exercised,not-observable" -> mask of CHECK_RESULT(). 0, or -EINVAL and *error. */
int check_parse_allow(const char *option, const char *text, __u32 *mask, struct refusal *error);
/* "strict" or "first". 0, or -EINVAL and *error. */
int check_parse_profile(const char *text, enum check_profile *profile, struct refusal *error);
/* 0, or -EINVAL and *error. */
int check_parse_format(const char *text, enum check_format *format, struct refusal *error);
/* Do the options contradict each other? 0, or -EINVAL and *error. */
int check_validate(const struct check_options *options, struct refusal *error);
/*
 * The frame of `count` reports in one file, each with its own options.number. In place of a
 * report, _absent() writes that the run was skipped, or, if not `skipped`, that it failed before
 * its verdict.
 */
void check_reports_begin(FILE *file, const struct check_options *options, size_t count);
void check_reports_absent(FILE *file, const struct check_options *options, const char *reason,
			  bool skipped);
void check_reports_end(FILE *file, const struct check_options *options);
/* The rules for people, one a line (check --list). */
void check_list(FILE *file);

#endif
