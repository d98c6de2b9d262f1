// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  verdict -> KTAP version 1, as the kernel's own tools read it
 * (Documentation/dev-tools/ktap.rst): one test for each rule and for each expectation, inside
 * one test for the run.
 */
#include "check/profile.h"
#include "check/report/verdict.h"
#include "check/rules/names.h"

#include "event/symbols.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

/* A '#' begins a directive, or the comment that it is. */
static const char *not_a_directive(char c)
{
	return c == '#' ? "_" : NULL;
}

/* Of a result line. */
static void put_reason(FILE *file, const char *reason)
{
	text_put(file, reason, strlen(reason), not_a_directive);
}

static void put_skip(FILE *file, enum check_result result, const char *reason)
{
	fprintf(file, " # SKIP %s%s", verdict_result_name(result), reason[0] ? ": " : "");
	put_reason(file, reason);
}

/* Of a test, where it begins and in its result: a reader wants both to be the same. */
static void put_name(FILE *file, const char *name)
{
	size_t size = strlen(name);

	while (size && name[size - 1] == ' ')
		size--;
	/* This in front of a name is no part of it, and there has to be one. */
	if (!size || !strncmp(name, "- ", 2)) {
		fputc('_', file);
		name += size ? 1 : 0;
		size -= size ? 1 : 0;
	}
	text_put(file, name, size, not_a_directive);
}

/* Ends a line. */
static void put_rest(FILE *file, const char *text)
{
	text_put(file, text, strlen(text), NULL);
	fputc('\n', file);
}

static void put_violation(FILE *file, const struct verdict *verdict,
			  const struct violation *violation)
{
	char symbol[SYMBOLS_NAME_LEN];
	const char *frame;
	__u32 next = 0;

	for (unsigned int i = 0; i < violation->line_count; i++) {
		fprintf(file, "    # %+.3f ms ", (double)violation->lines[i].offset_ns / 1e6);
		put_rest(file, violation->lines[i].text);
	}
	fputs("    # BROKEN: ", file);
	put_rest(file, violation->message);
	while ((frame = symbols_frame(verdict->info->symbols, &violation->stack, &next, symbol))) {
		fputs("    #   at ", file);
		put_rest(file, frame);
	}
}

/* Diagnostics come before the result line of their test. */
static void put_rule(FILE *file, const struct verdict *verdict, unsigned int number,
		     unsigned int rule)
{
	const struct finding *finding = &verdict->findings->rules[rule - 1];
	enum verdict_outcome outcome = verdict_outcome(verdict, rule);

	for (unsigned int i = 0; finding->result == CHECK_FAIL && i < finding->violation_count; i++)
		put_violation(file, verdict, &finding->violations[i]);
	if (outcome == OUTCOME_NOT_OK && finding->result != CHECK_FAIL) {
		fprintf(file, "    # %s, and %s%s",
			verdict_rule_fails(verdict, rule) ? "expected to fail" : "required",
			verdict_result_name(finding->result), finding->reason[0] ? ": " : "");
		put_rest(file, finding->reason);
	}
	if (finding->warned) {
		fprintf(file, "    # warn: %llu tolerated, as %s; the first: ", finding->warned,
			profile_why(verdict->options->profile, rule));
		put_rest(file, finding->warning);
	}
	fprintf(file, "    %sok %u R%u %s", outcome == OUTCOME_NOT_OK ? "not " : "", number, rule,
		check_rule_id(rule));
	if (outcome == OUTCOME_OK && finding->result == CHECK_FAIL)
		fputs(" # XFAIL", file);
	if (outcome == OUTCOME_SKIP)
		put_skip(file, finding->result, finding->reason);
	fputc('\n', file);
}

void verdict_ktap_begin(FILE *file, const char *source, size_t count)
{
	fputs("KTAP version 1\n# source: ", file);
	put_rest(file, source);
	fprintf(file, "1..%zu\n", count);
}

void verdict_ktap_absent(FILE *file, const struct check_options *options, const char *reason,
			 bool skipped)
{
	if (!skipped) {
		fputs("# ", file);
		put_rest(file, reason);
	}
	fprintf(file, "%sok %u ", skipped ? "" : "not ", options->number);
	put_name(file, options->name);
	if (skipped) {
		fputs(" # SKIP ", file);
		put_reason(file, reason);
	}
	fputc('\n', file);
}

static void put_expectation(FILE *file, const struct met *met, unsigned int number)
{
	enum verdict_outcome outcome = verdict_met_outcome(met);

	if (outcome == OUTCOME_NOT_OK)
		fprintf(file, "    # found: %llu\n", met->found);
	fprintf(file, "    %sok %u expected: ", outcome == OUTCOME_NOT_OK ? "not " : "", number);
	put_name(file, met->expectation.text);
	if (outcome == OUTCOME_SKIP)
		put_skip(file, met->result, met->reason);
	fputc('\n', file);
}

/* Of a whole that is neither pass nor fail. */
static void put_undecided(FILE *file, const struct findings *findings, unsigned int number)
{
	if (findings->allowed) {
		fprintf(file, "    ok %u verdict", number);
		put_skip(file, findings->verdict, findings->reason);
		fputc('\n', file);
		return;
	}
	fprintf(file, "    # %s: ", verdict_result_name(findings->verdict));
	put_rest(file, findings->reason);
	fprintf(file, "    not ok %u verdict\n", number);
}

/* The word is in a line of its own, as a result line has no room for four of them. */
static void put_whole(FILE *file, const struct verdict *verdict)
{
	const struct check_options *options = verdict->options;
	const struct findings *findings = verdict->findings;
	bool good = findings->verdict == CHECK_PASS || findings->allowed;

	fprintf(file, "# verdict: %s\n", verdict_result_name(findings->verdict));
	if (findings->reason[0]) {
		fputs("# reason: ", file);
		put_rest(file, findings->reason);
	}
	if (findings->warned)
		fprintf(file, "# warnings: %llu, profile %s\n", findings->warned,
			profile_name(options->profile));
	fprintf(file, "%sok %u ", good ? "" : "not ", options->number ? options->number : 1);
	put_name(file, options->name);
	if (findings->allowed)
		fprintf(file, " # SKIP %s", verdict_result_name(findings->verdict));
	fputc('\n', file);
}

int verdict_ktap(FILE *file, const struct verdict *verdict)
{
	const struct check_options *options = verdict->options;
	const struct findings *findings = verdict->findings;
	unsigned int number = 0, count = 0;

	errno = 0;
	for_each_rule(rule)
		count += verdict_rule_wanted(verdict, rule);
	if (!options->number)
		verdict_ktap_begin(file, options->source, 1);
	fputs("    KTAP version 1\n    # Subtest: ", file);
	put_name(file, options->name);
	fprintf(file, "\n    1..%zu\n",
		count + findings->expectation_count + verdict_undecided(verdict));
	for_each_rule(rule) {
		if (verdict_rule_wanted(verdict, rule))
			put_rule(file, verdict, ++number, rule);
	}
	for (size_t i = 0; i < findings->expectation_count; i++)
		put_expectation(file, &findings->expectations[i], ++number);
	if (verdict_undecided(verdict))
		put_undecided(file, findings, ++number);
	put_whole(file, verdict);
	return text_error(file);
}
