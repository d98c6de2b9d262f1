/* SPDX-License-Identifier: GPL-2.0 */
/* The concluded verdict, as the writers of reports get it. */
#ifndef CHECK_REPORT_VERDICT_H
#define CHECK_REPORT_VERDICT_H

#include "check/findings.h"

/* The first line of each report in JSON names it. */
#define VERDICT_SCHEMA "smmuscope.check/2"

struct verdict {
	const struct check_options *options;
	const struct stream_info *info;
	const struct findings *findings;
	const struct statistics *statistics; /* what the injection rules did */
};

const char *verdict_result_name(enum check_result result);
/* Is the rule among those to check? Only then it has a result. */
bool verdict_rule_wanted(const struct verdict *verdict, unsigned int rule);
/* Is it expected to fail? */
bool verdict_rule_fails(const struct verdict *verdict, unsigned int rule);

/* A rule as a test of a CI: as wanted, not as wanted, or neither. */
enum verdict_outcome { OUTCOME_OK, OUTCOME_NOT_OK, OUTCOME_SKIP };

enum verdict_outcome verdict_outcome(const struct verdict *verdict, unsigned int rule);
enum verdict_outcome verdict_met_outcome(const struct met *met);
/*
 * Is the whole neither pass nor fail? No rule or expectation has failed then, so that KTAP and
 * JUnit have one more test, which says it: skipped if the options allow it, else failed.
 */
bool verdict_undecided(const struct verdict *verdict);

/* Writes the report, whole unless options->number is set. 0 or a negative errno. */
int verdict_text(FILE *file, const struct verdict *verdict);
int verdict_json(FILE *file, const struct verdict *verdict);
int verdict_ktap(FILE *file, const struct verdict *verdict);
int verdict_junit(FILE *file, const struct verdict *verdict);
/* The frame of several reports, see check_reports_begin(). */
void verdict_ktap_begin(FILE *file, const char *source, size_t count);
void verdict_ktap_absent(FILE *file, const struct check_options *options, const char *reason,
			 bool skipped);
void verdict_junit_begin(FILE *file);
void verdict_junit_absent(FILE *file, const struct check_options *options, const char *reason,
			  bool skipped);
void verdict_junit_end(FILE *file);

#endif
