// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  verdict -> a table for people, with the evidence below it
 */
#include "check/profile.h"
#include "check/report/verdict.h"
#include "check/rules/names.h"

#include "event/decode.h"
#include "event/symbols.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

static void put_row(FILE *file, const struct verdict *verdict, unsigned int rule)
{
	const struct finding *finding = &verdict->findings->rules[rule - 1];
	char time[TEXT_NUMBER_LEN];

	fprintf(file, "R%-3u%-22s %-14s ", rule, check_rule_id(rule),
		verdict_result_name(finding->result));
	if (finding->result == CHECK_PASS || finding->result == CHECK_FAIL)
		fprintf(file, "%7llu", finding->count);
	else
		fprintf(file, "%7s", "");
	fprintf(file, "  %s\n", check_rule_statement(rule));
	if (finding->reason[0])
		fprintf(file, "    not observable: %s\n", finding->reason);
	for (unsigned int i = 0; i < MEASURES_MAX && finding->measures[i].what; i++)
		fprintf(file, "    %s: %s\n", finding->measures[i].what,
			text_duration(finding->measures[i].ns, time));
	if (finding->warned)
		fprintf(file, "    warn: %llu tolerated, as %s; the first: %s\n", finding->warned,
			profile_why(verdict->options->profile, rule), finding->warning);
	if (finding->note)
		fprintf(file, "    note: %s\n", finding->note);
}

static void put_violation(FILE *file, const struct verdict *verdict,
			  const struct violation *violation)
{
	char symbol[SYMBOLS_NAME_LEN];
	const char *frame, *lead = "at";
	__u32 next = 0;

	for (unsigned int i = 0; i < violation->line_count; i++)
		fprintf(file, "  %+11.3f ms  %s\n", (double)violation->lines[i].offset_ns / 1e6,
			violation->lines[i].text);
	fprintf(file, "  %+11.3f ms  BROKEN: %s\n", 0.0, violation->message);
	while ((frame = symbols_frame(verdict->info->symbols, &violation->stack, &next, symbol))) {
		fprintf(file, "                  %s %s\n", lead, frame);
		lead = "  ";
	}
}

static void put_evidence(FILE *file, const struct verdict *verdict, unsigned int rule)
{
	const struct finding *finding = &verdict->findings->rules[rule - 1];

	if (finding->result != CHECK_FAIL)
		return;
	fprintf(file, "\nR%u %s: %s\n", rule, check_rule_id(rule), check_rule_statement(rule));
	for (unsigned int i = 0; i < finding->violation_count; i++) {
		if (i)
			fputs("  and\n", file);
		put_violation(file, verdict, &finding->violations[i]);
	}
	if (finding->count > finding->violation_count)
		fprintf(file, "  and %llu more\n", finding->count - finding->violation_count);
}

/* What the devices of rules with kind=device did, by their own counters. */
static void put_silences(FILE *file, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->statistics->inject_rule_count; i++) {
		const struct rule_silence *silence = &verdict->statistics->silences[i];

		if (silence->armed)
			fprintf(file,
				"injection rule %zu: %llu of %llu ATC_INV not answered, %llu left: "
				"%s\n",
				i, silence->unanswered, silence->armed, silence->left,
				decode_silence_end_text(silence->end));
	}
}

static void put_expectations(FILE *file, const struct verdict *verdict)
{
	static const char *const words[CHECK_RESULTS] = {
		[CHECK_PASS] = "met",
		[CHECK_FAIL] = "NOT MET",
		[CHECK_NOT_OBSERVABLE] = "not observable",
	};

	for (size_t i = 0; i < verdict->findings->expectation_count; i++) {
		const struct met *met = &verdict->findings->expectations[i];

		fprintf(file, "expected: %s: %s (%llu)%s%s\n", met->expectation.text,
			words[met->result], met->found, met->reason[0] ? ": " : "", met->reason);
	}
}

static void put_conclusion(FILE *file, const struct verdict *verdict)
{
	const struct findings *findings = verdict->findings;
	unsigned int counts[CHECK_RESULTS] = {};
	char warned[64] = "";

	for_each_rule(rule) {
		if (verdict_rule_wanted(verdict, rule))
			counts[findings->rules[rule - 1].result]++;
	}
	if (findings->warned)
		text_into(warned, ", with %llu warnings", findings->warned);
	fprintf(file,
		"\nverdict: %s%s%s (%u pass, %u fail, %u not exercised, %u not observable; %llu "
		"events, "
		"%llu lost)\n",
		findings->verdict == CHECK_FAIL ? "FAIL" : verdict_result_name(findings->verdict),
		findings->allowed ? ", which is allowed" : "", warned, counts[CHECK_PASS],
		counts[CHECK_FAIL], counts[CHECK_NOT_EXERCISED], counts[CHECK_NOT_OBSERVABLE],
		findings->seen, findings->lost);
	if (findings->reason[0])
		fprintf(file, "  %s\n", findings->reason);
	blind_lines(file, "  ", &verdict->statistics->blind, verdict->statistics->duration_ns);
}

int verdict_text(FILE *file, const struct verdict *verdict)
{
	errno = 0;
	fprintf(file, "source: %s\n", verdict->options->source);
	fprintf(file, "%s, kernel %s%s%s%s%s\n\n", verdict->options->name, verdict->info->kernel,
		verdict->info->variant ? ", " : "",
		verdict->info->variant ? verdict->info->variant : "",
		verdict->options->profile ? ", profile " : "",
		verdict->options->profile ? profile_name(verdict->options->profile) : "");
	for_each_rule(rule) {
		if (verdict_rule_wanted(verdict, rule))
			put_row(file, verdict, rule);
	}
	put_silences(file, verdict);
	put_expectations(file, verdict);
	for_each_rule(rule) {
		if (verdict_rule_wanted(verdict, rule))
			put_evidence(file, verdict, rule);
	}
	put_conclusion(file, verdict);
	return text_error(file);
}
