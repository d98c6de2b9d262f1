// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  verdict -> KTAP version 1, as the kernel's own tools read it
 * (Documentation/dev-tools/ktap.rst): one test for each rule and for each expectation, inside
 * one test for the run.
 */
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

int verdict_ktap(FILE *file, const struct verdict *verdict)
{
	const struct check_options *options = verdict->options;
	unsigned int number = 0, count = 0;

	errno = 0;
	for_each_rule(rule)
		count += verdict_rule_wanted(verdict, rule);
	if (!options->number)
		verdict_ktap_begin(file, options->source, 1);
	fprintf(file, "    KTAP version 1\n    # Subtest: %s\n    1..%zu\n", options->name,
		count + options->expectation_count);
	for_each_rule(rule) {
		if (verdict_rule_wanted(verdict, rule))
			put_rule(file, verdict, ++number, rule);
	}
	for (size_t i = 0; i < options->expectation_count; i++) {
		const struct met *met = &verdict->findings->expectations[i];

		if (!met->met)
			fprintf(file, "    # found: %llu\n", met->found);
		fprintf(file, "    %sok %u expected: %s\n", met->met ? "" : "not ", ++number,
			met->expectation->text);
	}
	fprintf(file, "%sok %u %s\n", verdict->findings->negative ? "not " : "",
		options->number ? options->number : 1, options->name);
	return text_error(file);
}
