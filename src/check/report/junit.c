// SPDX-License-Identifier: GPL-2.0
/*
 * path: 5/5  verdict -> JUnit's XML, as CI servers read it: one test case for each rule and for
 * each expectation.
 */
#include "check/profile.h"
#include "check/report/verdict.h"
#include "check/rules/names.h"

#include "event/symbols.h"
#include "base/text.h"

#include <errno.h>

/*
 * Bytes of the character at text. 0: XML 1.0 does not allow it, not even escaped. These are
 * control characters, U+FFFE and U+FFFF, and bytes that are not UTF-8.
 */
static size_t xml_length(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t length = text_utf8_length(text);

	if (at[0] < ' ' || at[0] == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0) ||
	    (at[0] == 0xef && at[1] == 0xbf && at[2] > 0xbd))
		return 0;
	return length;
}

static void put_escaped(FILE *file, const char *text)
{
	while (*text) {
		size_t length = xml_length(text);

		switch (*text) {
		case '&':
			fputs("&amp;", file);
			break;
		case '<':
			fputs("&lt;", file);
			break;
		case '>':
			fputs("&gt;", file);
			break;
		case '"':
			fputs("&quot;", file);
			break;
		default:
			fwrite(length ? text : "?", length ? length : 1, 1, file);
		}
		/* Skips the whole of a forbidden character, and one byte that is not UTF-8. */
		if (!length)
			length = text_utf8_length(text);
		text += length ? length : 1;
	}
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

static void put_failure(FILE *file, const char *message)
{
	fputs("      <failure message=\"", file);
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

	fprintf(file, "    <testcase classname=\"smmuscope.");
	put_escaped(file, verdict->options->name);
	fprintf(file, "\" name=\"R%u %s\"", rule, check_rule_id(rule));
	if (outcome == OUTCOME_OK && !finding->warned) {
		fputs("/>\n", file);
		return;
	}
	fputs(">\n", file);
	if (outcome == OUTCOME_NOT_OK && finding->result == CHECK_FAIL) {
		put_failure(file, finding->violations[0].message);
		for (unsigned int i = 0; i < finding->violation_count; i++)
			put_violation(file, verdict, &finding->violations[i]);
		fputs("</failure>\n", file);
	} else if (outcome == OUTCOME_NOT_OK) {
		put_failure(file, verdict_result_name(finding->result));
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
	fputs("    <testcase classname=\"smmuscope.", file);
	put_escaped(file, verdict->options->name);
	fputs("\" name=\"expected: ", file);
	put_escaped(file, met->expectation.text);
	if (met->result == CHECK_PASS) {
		fputs("\"/>\n", file);
		return;
	}
	fputs("\">\n", file);
	if (met->result == CHECK_FAIL) {
		put_failure(file, "not met");
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

	fputs("    <testcase classname=\"smmuscope.", file);
	put_escaped(file, verdict->options->name);
	fputs("\" name=\"verdict\">\n", file);
	if (findings->allowed) {
		put_skipped(file, findings->verdict, findings->reason);
	} else {
		put_failure(file, verdict_result_name(findings->verdict));
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
	fprintf(file,
		"\" tests=\"1\" failures=\"0\" skipped=\"%d\" errors=\"%d\">\n"
		"    <testcase classname=\"smmuscope.",
		skipped, !skipped);
	put_escaped(file, options->name);
	fprintf(file, "\" name=\"run\">\n      <%s message=\"", skipped ? "skipped" : "error");
	put_escaped(file, reason);
	fputs("\"/>\n    </testcase>\n  </testsuite>\n", file);
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
