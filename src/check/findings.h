/* SPDX-License-Identifier: GPL-2.0 */
/* The findings of the rules, and the conclusions that are drawn from them at the end. */
#ifndef CHECK_FINDINGS_H
#define CHECK_FINDINGS_H

#include "check/check.h"
#include "check/track.h"

/* Violations of one rule that are kept with evidence; facts of evidence for each. */
#define VIOLATIONS_MAX 3
#define EVIDENCE_MAX   12

struct evidence_line {
	__s64 offset_ns; /* from the violation: 0 or negative */
	char text[FACT_TEXT];
};

struct violation {
	__u64 ts_ns;
	char message[FACT_TEXT];
	struct evidence_line lines[EVIDENCE_MAX];
	unsigned int line_count;
	struct smmu_stack stack; /* depth 0: none */
};

#define MEASURES_MAX 3

/* About one rule. */
struct finding {
	__u64 held;
	__u64 seen_broken;     /* violations that rest on an event */
	__u64 not_seen_broken; /* violations that rest on the absence of an event */
	__u64 unseen;	       /* events without the details that the rule needs */
	struct violation violations[VIOLATIONS_MAX]; /* the first ones */
	unsigned int violation_count;
	__u64 warned;		 /* violations that the profile tolerates */
	char warning[FACT_TEXT]; /* the first one's message */
	const char *note;
	struct {
		const char *what;
		__u64 ns;
	} measures[MEASURES_MAX];
	/* Concluded at the end: */
	enum check_result result;
	__u64 count;
	char reason[200]; /* why it is not observable */
};

/* What became of an expectation. */
struct met {
	struct check_expectation expectation;
	enum check_result result; /* pass, fail or not observable */
	__u64 found;
	char reason[200]; /* why it is not observable */
	char text[48];	  /* for an expectation that nobody states */
};

struct findings {
	struct finding rules[CHECK_RULE_COUNT]; /* rule N at N - 1 */
	/* In the order of the options, then the injection rules that never fired. */
	struct met *expectations;
	size_t expectation_count;
	__u64 lost; /* events, of all kinds */
	__u64 seen; /* events */
	__u64 warned;
	enum check_result verdict;
	bool allowed;	  /* neither pass nor fail, and the options allow it */
	char reason[320]; /* why the verdict is no pass */
};

#endif
