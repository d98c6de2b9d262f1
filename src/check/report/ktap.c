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

static void put_violation(FILE *file, const struct verdict *verdict,
			  const struct violation *violation)
{
	char symbol[SYMBOLS_NAME_LEN];
	const char *frame;
	__u32 next = 0;

	for (unsigned int i = 0; i < violation->line_count; i++)
		fprintf(file, "    # %+.3f ms %s\n", (double)violation->lines[i].offset_ns / 1e6,
			violation->lines[i].text);
	fprintf(file, "    # BROKEN: %s\n", violation->message);
	while ((frame = symbols_frame(verdict->info->symbols, &violation->stack, &next, symbol)))
		fprintf(file, "    #   at %s\n", frame);
}

/* Diagnostics come before the result line of their test. */
static void put_rule(FILE *file, const struct verdict *verdict, unsigned int number,
		     unsigned int rule)
{
	const struct finding *finding = &verdict->findings->rules[rule - 1];
	enum verdict_outcome outcome = verdict_outcome(verdict, rule);

	for (unsigned int i = 0; finding->result == CHECK_FAIL && i < finding->violation_count; i++)
		put_violation(file, verdict, &finding->violations[i]);
	if (outcome == OUTCOME_NOT_OK && finding->result != CHECK_FAIL)
		fprintf(file, "    # %s, and %s%s%s\n",
			verdict_rule_fails(verdict, rule) ? "expected to fail" : "required",
			verdict_result_name(finding->result), finding->reason[0] ? ": " : "",
			finding->reason);
	if (finding->warned)
		fprintf(file, "    # warn: %llu tolerated, as %s; the first: %s\n", finding->warned,
			profile_why(verdict->options->profile, rule), finding->warning);
	fprintf(file, "    %sok %u R%u %s", outcome == OUTCOME_NOT_OK ? "not " : "", number, rule,
		check_rule_id(rule));
	if (outcome == OUTCOME_OK && finding->result == CHECK_FAIL)
		fputs(" # XFAIL", file);
	if (outcome == OUTCOME_SKIP)
		fprintf(file, " # SKIP %s%s%s", verdict_result_name(finding->result),
			finding->reason[0] ? ": " : "", finding->reason);
	fputc('\n', file);
}

void verdict_ktap_begin(FILE *file, const char *source, size_t count)
{
	fprintf(file, "KTAP version 1\n# source: %s\n1..%zu\n", source, count);
}

void verdict_ktap_absent(FILE *file, const struct check_options *options, const char *reason,
			 bool skipped)
{
	if (skipped)
		fprintf(file, "ok %u %s # SKIP %s\n", options->number, options->name, reason);
	else
		fprintf(file, "# %s: %s\nnot ok %u %s\n", options->name, reason, options->number,
			options->name);
}

static void put_expectation(FILE *file, const struct met *met, unsigned int number)
{
	enum verdict_outcome outcome = verdict_met_outcome(met);

	if (outcome == OUTCOME_NOT_OK)
		fprintf(file, "    # found: %llu\n", met->found);
	fprintf(file, "    %sok %u expected: %s", outcome == OUTCOME_NOT_OK ? "not " : "", number,
		met->expectation.text);
	if (outcome == OUTCOME_SKIP)
		fprintf(file, " # SKIP %s: %s", verdict_result_name(met->result), met->reason);
	fputc('\n', file);
}

/* Of a whole that is neither pass nor fail. */
static void put_undecided(FILE *file, const struct findings *findings, unsigned int number)
{
	const char *word = verdict_result_name(findings->verdict);

	if (findings->allowed) {
		fprintf(file, "    ok %u verdict # SKIP %s: %s\n", number, word, findings->reason);
		return;
	}
	fprintf(file, "    # %s: %s\n    not ok %u verdict\n", word, findings->reason, number);
}

/* The word is in a line of its own, as a result line has no room for four of them. */
static void put_whole(FILE *file, const struct verdict *verdict)
{
	const struct check_options *options = verdict->options;
	const struct findings *findings = verdict->findings;
	bool good = findings->verdict == CHECK_PASS || findings->allowed;

	fprintf(file, "# verdict: %s\n", verdict_result_name(findings->verdict));
	if (findings->reason[0])
		fprintf(file, "# reason: %s\n", findings->reason);
	if (findings->warned)
		fprintf(file, "# warnings: %llu, profile %s\n", findings->warned,
			profile_name(options->profile));
	fprintf(file, "%sok %u %s", good ? "" : "not ", options->number ? options->number : 1,
		options->name);
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
	fprintf(file, "    KTAP version 1\n    # Subtest: %s\n    1..%zu\n", options->name,
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
