/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A scenario is a file of `key = value` lines that says what to set up, which injection rules
 * to arm, what to run and what to expect of it (docs/SCENARIOS.md). The parser is pure: it
 * looks nothing up on this machine and prints nothing.
 *
 * parse.c splits a file into keys and values, value.c parses each value, validate.c checks
 * the keys against each other, needs.c asks the machine.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "base/refusal.h"
#include "check/check.h"
#include "inject/rule.h"
#include "smmu_event.h"
#include "smmu_inject.h"
#include <stdbool.h>

#define SCENARIO_SIZE_MAX   65536 /* bytes of a file */
#define SCENARIO_LINE_MAX   1000  /* bytes of a line, its end not counted */
#define SCENARIO_INJECT_MAX SMMU_RULES_MAX
#define SCENARIO_EXPECT_MAX 64
#define SCENARIO_NEEDS_MAX  16
#define SCENARIO_IN_USE_MAX 16
#define SCENARIO_TIMEOUT_NS (2 * SMMU_LONGEST_WAIT_NS)

/* X(id, name, takes): the keys; `takes` is for hints and the documentation. */
#define SCENARIO_KEYS(X)                                                                           \
	X(NAME, "name", "a short name for the reports")                                            \
	X(ABOUT, "about", "a sentence: what is tried")                                             \
	X(NEEDS, "needs",                                                                          \
	  "injection, hardirq, silence BDF, strict BDF, cpus N, device BDF, file PATH, program "   \
	  "NAME, "                                                                                 \
	  "function NAME or "                                                                      \
	  "hook NAME; repeatable")                                                                 \
	X(SETUP, "setup", "a shell command, run before anything is armed")                         \
	X(INJECT, "inject", "a rule of 'smmuscope inject', as in device=0000:01:00.0; repeatable") \
	X(IN_USE_OK, "in_use_ok", "a PCI address, as in 0000:0a:00.0; repeatable")                 \
	X(WORKLOAD, "workload", "a shell command, which is what is watched")                       \
	X(REPEAT, "repeat",                                                                        \
	  "'until spent': the workload is run again while a rule can still fire")                  \
	X(CLEANUP, "cleanup", "a shell command, run after all, whatever happened")                 \
	X(TIMEOUT, "timeout", "a time above 0, as in 60s, for each of the commands")               \
	X(RULES, "rules", "rules to check, as in R1,R3, or all")                                   \
	X(WITHOUT, "without", "rules that are left out, as in R14,R15")                            \
	X(ALLOW, "allow",                                                                          \
	  "verdicts that do besides a pass: not-exercised, not-observable, or both with a comma")  \
	X(REQUIRE, "require", "rules that must pass, as in R1,R3")                                 \
	X(EXPECT, "expect",                                                                        \
	  "[not] fenced BDF, fenced BDF N times, [not] unfenced BDF, unfenced BDF N times, "       \
	  "fences N, timeouts N, atc_lists N or fails R1,R3; repeatable")                          \
	X(BUDGET_FENCE, "budget.fence", "a time above 0, as in 100ms")                             \
	X(BUDGET_WAIT, "budget.wait", "a time above 0, as in 500ms")                               \
	X(BUDGET_BLOCKED, "budget.blocked", "a time above 0, as in 50ms")                          \
	X(BUDGET_HANDLER, "budget.handler", "a time above 0, as in 100ms")

#define SCENARIO_KEY_ENUM_(id, name, takes) SCENARIO_##id,
enum scenario_key { SCENARIO_KEYS(SCENARIO_KEY_ENUM_) SCENARIO_KEY_COUNT };
#undef SCENARIO_KEY_ENUM_

enum scenario_need_kind {
	/* This kernel has the injection point; or each rule is for a device that can be silent. */
	SCENARIO_NEEDS_INJECTION,
	SCENARIO_NEEDS_SILENCE, /* the PCI function `bdf` can be made not to answer */
	SCENARIO_NEEDS_CPUS,	/* at least `number` are online */
	SCENARIO_NEEDS_HARDIRQ, /* handlers of devices' interrupts are no threads */
	SCENARIO_NEEDS_STRICT, /* what is unmapped for the PCI function `bdf` is invalidated at once
				*/
	SCENARIO_NEEDS_DEVICE, /* the PCI function `bdf` is there, with ATS on */
	SCENARIO_NEEDS_FILE,   /* the path `text` exists */
	SCENARIO_NEEDS_PROGRAM,	 /* `text` is found in PATH */
	SCENARIO_NEEDS_FUNCTION, /* the kernel or the driver has a function `text` */
	SCENARIO_NEEDS_HOOK,	 /* the hook of hooks.h with the id `text` can be attached */
};

struct scenario_need {
	enum scenario_need_kind kind;
	__u64 number;
	__u32 bdf;
	const char *text;  /* the text after the kind's name; never NULL */
	const char *whole; /* the value as written */
};

/*
 * All strings point into `text`, so it must not be copied; those that were not given are
 * NULL. Large: not for the stack.
 */
struct scenario {
	unsigned int given; /* mask of 1 << enum scenario_key */
	const char *name;   /* never NULL; default: file_name */
	const char *about;
	const char *setup;
	const char *workload; /* never NULL */
	const char *cleanup;
	bool until_spent; /* run the workload again while an injection rule can fire */
	struct inject_rule inject_rules[SCENARIO_INJECT_MAX];
	size_t inject_count;
	const char *in_use[SCENARIO_IN_USE_MAX]; /* BDFs, checked with bdf_parse() */
	size_t in_use_count;
	struct scenario_need needs[SCENARIO_NEEDS_MAX];
	size_t need_count;
	struct check_expectation expectations[SCENARIO_EXPECT_MAX];
	size_t expectation_count;
	__u32 rules;	   /* the rules R1.. to check: a mask of CHECK_RULE() */
	__u32 without;	   /* those that are then left out of `rules` */
	__u32 allow;	   /* as in struct check_options */
	__u32 require;	   /* those of them that must pass */
	__u32 expect_fail; /* those of them that must fail */
	__u64 timeout_ns;
	__u64 budget_fence_ns; /* default: check_defaults() */
	__u64 budget_wait_ns;
	__u64 budget_blocked_ns;
	__u64 budget_handler_ns;
	unsigned int line[SCENARIO_KEY_COUNT]; /* the line of each key, the last if repeated */
	char file_name[64];		       /* of the file, without its directory and .scn */
	char text[SCENARIO_SIZE_MAX + 1];
};

/*
 * file: its name, for messages and as the default of the scenario's name; must live until the
 * return only. text: `length` bytes of it, copied. 0, or -EINVAL and *error, with *scenario
 * incomplete.
 */
int scenario_parse(const char *file, const char *text, size_t length, struct scenario *scenario,
		   struct refusal *error);

/*
 * Puts the keys of the text, KEY=VALUE,..., into every injection rule of the scenario. 0, or
 * -EINVAL and *error with the rule for which they do not do; the scenario is incomplete then.
 */
int scenario_override(struct scenario *scenario, const char *text, struct refusal *error);

struct host;

/* NULL if this machine meets all needs, or the first that is missing as one line in buffer. */
const char *scenario_missing(const struct scenario *scenario, const struct host *host, char *buffer,
			     size_t size);

#endif
