/* SPDX-License-Identifier: GPL-2.0 */
/* What the rules found: the results that a report is made of. */
#ifndef CHECK_FINDINGS_H
#define CHECK_FINDINGS_H

#include "check/check.h"

#include "check/track.h"

/* Of so many violations of one rule the evidence is kept, of so many facts each. */
#define VIOLATIONS_MAX 3
#define EVIDENCE_MAX   12

struct evidence_line {
	__s64 offset_ns; /* from the violation: 0 or before */
	char text[FACT_TEXT];
};

struct violation {
	__u64 ts_ns;
	char message[FACT_TEXT];
	struct evidence_line lines[EVIDENCE_MAX];
	unsigned int line_count;
	struct smmu_stack stack;
};

#define MEASURES_MAX 2

struct finding {
	__u64 held;
	__u64 seen_broken;     /* on something that was seen */
	__u64 not_seen_broken; /* on something that was not */
	__u64 unseen;	       /* events that were there, but not what it needs of them */
	struct violation violations[VIOLATIONS_MAX];
	unsigned int violation_count;
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

struct met {
	const struct check_expectation *expectation;
	bool met;
	__u64 found;
};

struct findings {
	struct finding rules[CHECK_RULE_COUNT]; /* rule N at N - 1 */
	struct met *expectations;
	__u64 lost; /* events, of all kinds */
	__u64 seen; /* events */
	bool negative;
};

struct verdict {
	const struct check_options *options;
	const struct stream_info *info;
	const struct findings *findings;
};

const char *finding_result_name(enum check_result result);
/* By rule number. */
const char *check_rule_id(unsigned int rule);
const char *check_rule_statement(unsigned int rule);
bool verdict_rule_wanted(const struct verdict *verdict, unsigned int rule);

/* What a rule is as a test of a CI: as wanted, not as wanted, or neither. */
enum verdict_outcome { OUTCOME_OK, OUTCOME_NOT_OK, OUTCOME_SKIP };

enum verdict_outcome verdict_outcome(const struct verdict *verdict, unsigned int rule);
/* Is it expected to fail? */
bool verdict_rule_fails(const struct verdict *verdict, unsigned int rule);

/* Writes the report. 0 or a negative errno. */
int verdict_text(FILE *file, const struct verdict *verdict);
int verdict_json(FILE *file, const struct verdict *verdict);
int verdict_ktap(FILE *file, const struct verdict *verdict);
int verdict_junit(FILE *file, const struct verdict *verdict);
/* A report that is one of several in its file; the frame is check_reports_begin()'s. */
void verdict_ktap_begin(FILE *file, const char *source, size_t count);
void verdict_ktap_absent(FILE *file, const struct check_options *options, const char *reason,
			 bool skipped);
void verdict_junit_begin(FILE *file);
void verdict_junit_absent(FILE *file, const struct check_options *options, const char *reason,
			  bool skipped);
void verdict_junit_end(FILE *file);

#endif
