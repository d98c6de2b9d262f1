// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  verdict -> JUnit's XML, as CI servers read it: one test case for each rule and for
 * each expectation. It has what the schemas of Maven Surefire and of Jenkins' xUnit require.
 */
#include "check/profile.h"
#include "check/report/verdict.h"
#include "check/rules/names.h"

#include "event/symbols.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static const char *xml_escape(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

static void put_escaped(FILE *file, const char *text)
{
	text_put(file, text, strlen(text), xml_escape);
}

/* Its head, up to the end of the name, which the caller goes on with. */
static void put_case(FILE *file, const struct check_options *options)
{
	fputs("    <testcase time=\"0\" classname=\"smmuscope.", file);
	put_escaped(file, options->name);
	fputs("\" name=\"", file);
}

static void put_violation(FILE *file, const struct verdict *verdict,
			  const struct violation *violation)
{
	char symbol[SYMBOLS_NAME_LEN];
	const char *frame;
	__u32 next = 0;

	for (unsigned int i = 0; i < violation->line_count; i++) {
		fprintf(file, "%+.3f ms ", (double)violation->lines[i].offset_ns / 1e6);
		put_escaped(file, violation->lines[i].text);
		fputc('\n', file);
	}
	fputs("BROKEN: ", file);
	put_escaped(file, violation->message);
	fputc('\n', file);
	while ((frame = symbols_frame(verdict->info->symbols, &violation->stack, &next, symbol))) {
		fputs("  at ", file);
		put_escaped(file, frame);
		fputc('\n', file);
	}
}

static void put_failure(FILE *file, enum check_result result, const char *message)
{
	fprintf(file, "      <failure type=\"%s\" message=\"", verdict_result_name(result));
	put_escaped(file, message);
	fputs("\">", file);
}

static void put_skipped(FILE *file, enum check_result result, const char *reason)
{
	fprintf(file, "      <skipped message=\"%s", verdict_result_name(result));
	fputs(reason[0] ? ": " : "", file);
	put_escaped(file, reason);
	fputs("\"/>\n", file);
}

static void put_rule(FILE *file, const struct verdict *verdict, unsigned int rule)
{
	const struct finding *finding = &verdict->findings->rules[rule - 1];
	enum verdict_outcome outcome = verdict_outcome(verdict, rule);

	put_case(file, verdict->options);
	fprintf(file, "R%u %s\"", rule, check_rule_id(rule));
	if (outcome == OUTCOME_OK && !finding->warned) {
		fputs("/>\n", file);
		return;
	}
	fputs(">\n", file);
	if (outcome == OUTCOME_NOT_OK && finding->result == CHECK_FAIL) {
		put_failure(file, CHECK_FAIL, finding->violations[0].message);
		for (unsigned int i = 0; i < finding->violation_count; i++)
			put_violation(file, verdict, &finding->violations[i]);
		fputs("</failure>\n", file);
	} else if (outcome == OUTCOME_NOT_OK) {
		put_failure(file, finding->result, verdict_result_name(finding->result));
		fputs(verdict_rule_fails(verdict, rule) ? "expected to fail" : "required", file);
		fputs(finding->reason[0] ? "; " : "", file);
		put_escaped(file, finding->reason);
		fputs("</failure>\n", file);
	} else if (outcome == OUTCOME_SKIP) {
		put_skipped(file, finding->result, finding->reason);
	}
	if (finding->warned) {
		fprintf(file, "      <system-out>warn: %llu tolerated, as %s; the first: ",
			finding->warned, profile_why(verdict->options->profile, rule));
		put_escaped(file, finding->warning);
		fputs("</system-out>\n", file);
	}
	fputs("    </testcase>\n", file);
}

static void put_expectation(FILE *file, const struct verdict *verdict, const struct met *met)
{
	put_case(file, verdict->options);
	fputs("expected: ", file);
	put_escaped(file, met->expectation.text);
	if (met->result == CHECK_PASS) {
		fputs("\"/>\n", file);
		return;
	}
	fputs("\">\n", file);
	if (met->result == CHECK_FAIL) {
		put_failure(file, CHECK_FAIL, "not met");
		fprintf(file, "found: %llu</failure>\n    </testcase>\n", met->found);
		return;
	}
	put_skipped(file, met->result, met->reason);
	fputs("    </testcase>\n", file);
}

/* Of a whole that is neither pass nor fail. */
static void put_undecided(FILE *file, const struct verdict *verdict)
{
	const struct findings *findings = verdict->findings;

	put_case(file, verdict->options);
	fputs("verdict\">\n", file);
	if (findings->allowed) {
		put_skipped(file, findings->verdict, findings->reason);
	} else {
		put_failure(file, findings->verdict, verdict_result_name(findings->verdict));
		put_escaped(file, findings->reason);
		fputs("</failure>\n", file);
	}
	fputs("    </testcase>\n", file);
}

static void put_counts(FILE *file, const struct verdict *verdict)
{
	const struct findings *findings = verdict->findings;
	unsigned int tests = 0, failures = 0, skipped = 0;

	for_each_rule(rule) {
		if (!verdict_rule_wanted(verdict, rule))
			continue;
		tests++;
		failures += verdict_outcome(verdict, rule) == OUTCOME_NOT_OK;
		skipped += verdict_outcome(verdict, rule) == OUTCOME_SKIP;
	}
	for (size_t i = 0; i < findings->expectation_count; i++) {
		enum verdict_outcome outcome = verdict_met_outcome(&findings->expectations[i]);

		tests++;
		failures += outcome == OUTCOME_NOT_OK;
		skipped += outcome == OUTCOME_SKIP;
	}
	if (verdict_undecided(verdict)) {
		tests++;
		failures += !findings->allowed;
		skipped += findings->allowed;
	}
	fprintf(file, " tests=\"%u\" failures=\"%u\" skipped=\"%u\" errors=\"0\">\n", tests,
		failures, skipped);
}

void verdict_junit_begin(FILE *file)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", file);
}

void verdict_junit_end(FILE *file)
{
	fputs("</testsuites>\n", file);
}

void verdict_junit_absent(FILE *file, const struct check_options *options, const char *reason,
			  bool skipped)
{
	fputs("  <testsuite name=\"", file);
	put_escaped(file, options->name);
	fprintf(file, "\" time=\"0\" tests=\"1\" failures=\"0\" skipped=\"%d\" errors=\"%d\">\n",
		skipped, !skipped);
	put_case(file, options);
	fprintf(file, "run\">\n      <%s message=\"", skipped ? "skipped" : "error type=\"error\"");
	put_escaped(file, reason);
	fputs("\"/>\n    </testcase>\n  </testsuite>\n", file);
}

/* When the run began, in UTC, and how long it took. The rules are judged together. */
static void put_time(FILE *file, const struct verdict *verdict)
{
	time_t began = (time_t)(verdict->info->realtime_ns / 1000000000);
	char text[32] = "";
	struct tm utc;

	if (gmtime_r(&began, &utc))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	fprintf(file, " timestamp=\"%s\" time=\"%.3f\"", text,
		(double)verdict->statistics->duration_ns / 1e9);
}

int verdict_junit(FILE *file, const struct verdict *verdict)
{
	const struct check_options *options = verdict->options;

	errno = 0;
	if (!options->number)
		verdict_junit_begin(file);
	fputs("  <testsuite name=\"", file);
	put_escaped(file, options->name);
	fputc('"', file);
	put_time(file, verdict);
	put_counts(file, verdict);
	fputs("    <properties>\n      <property name=\"source\" value=\"", file);
	put_escaped(file, options->source);
	fputs("\"/>\n      <property name=\"kernel\" value=\"", file);
	put_escaped(file, verdict->info->kernel);
	fprintf(file,
		"\"/>\n      <property name=\"profile\" value=\"%s\"/>\n"
		"      <property name=\"warnings\" value=\"%llu\"/>\n"
		"      <property name=\"verdict\" value=\"%s\"/>\n    </properties>\n",
		profile_name(options->profile), verdict->findings->warned,
		verdict_result_name(verdict->findings->verdict));
	for_each_rule(rule) {
		if (verdict_rule_wanted(verdict, rule))
			put_rule(file, verdict, rule);
	}
	for (size_t i = 0; i < verdict->findings->expectation_count; i++)
		put_expectation(file, verdict, &verdict->findings->expectations[i]);
	if (verdict_undecided(verdict))
		put_undecided(file, verdict);
	fputs("  </testsuite>\n", file);
	if (!options->number)
		verdict_junit_end(file);
	return text_error(file);
}
