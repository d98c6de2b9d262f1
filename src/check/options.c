// SPDX-License-Identifier: GPL-2.0
/* Options of a verdict: lists of rules, formats, and contradictions between them. */
#include "check/check.h"

#include "check/rules/names.h"
#include "base/nearest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct check_options check_defaults(void)
{
	return (struct check_options){
		.name = "check",
		.source = "live",
		.rules = CHECK_ALL,
		.budget_fence_ns = CHECK_BUDGET_FENCE,
		.budget_wait_ns = CHECK_BUDGET_WAIT,
		.budget_blocked_ns = CHECK_BUDGET_BLOCKED,
		.budget_handler_ns = CHECK_BUDGET_HANDLER,
	};
}

/* "R3", "r3", "3" or "error-reaches-issuer" -> 3; 0 if it is none of these. */
static unsigned int rule_number(const char *word)
{
	const char *digits = word + (*word == 'R' || *word == 'r');
	char *end;
	unsigned long number;

	for_each_rule(rule) {
		if (!strcmp(word, check_rule_id(rule)))
			return rule;
	}
	if (*digits < '1' || *digits > '9')
		return 0;
	number = strtoul(digits, &end, 10);
	return *end || number > CHECK_RULE_COUNT ? 0 : (unsigned int)number;
}

static int refuse_rule(const char *option, const char *word, struct refusal *error)
{
	const char *ids[CHECK_RULE_COUNT], *near;

	for_each_rule(rule)
		ids[rule - 1] = check_rule_id(rule);
	near = nearest_word(word, ids, CHECK_RULE_COUNT);
	refusal_message(error, "%s: there is no rule '%s'", option, word);
	if (near)
		refusal_hint(error, "did you mean '%s'? smmuscope check --list names all", near);
	else
		refusal_hint(error, "rules are " CHECK_RULE_RANGE ", or their names, as in R1,R3; "
				    "smmuscope check --list names all");
	return -EINVAL;
}

int check_parse_rules(const char *option, const char *text, __u32 *mask, struct refusal *error)
{
	const char *at = text;
	char word[64];

	*mask = 0;
	if (!strcmp(text, "all")) {
		*mask = CHECK_ALL;
		return 0;
	}
	do {
		size_t length = strcspn(at, ",");
		unsigned int rule;

		snprintf(word, sizeof(word), "%.*s",
			 (int)(length < sizeof(word) ? length : sizeof(word) - 1), at);
		rule = rule_number(word);
		if (!rule)
			return refuse_rule(option, word, error);
		*mask |= CHECK_RULE(rule);
		at += length;
	} while (*at++ == ',');
	return 0;
}

int check_parse_profile(const char *text, enum check_profile *profile, struct refusal *error)
{
	if (strcmp(text, "strict") != 0 && strcmp(text, "first") != 0) {
		refusal_message(error, "--profile: there is no profile '%.60s'", text);
		refusal_hint(error, "strict: whatever a rule says; first: but for what the review "
				    "accepts of a first version");
		return -EINVAL;
	}
	*profile = text[0] == 'f' ? CHECK_FIRST : CHECK_STRICT;
	return 0;
}

int check_parse_allow(const char *option, const char *text, __u32 *mask, struct refusal *error)
{
	static const struct {
		const char *name;
		enum check_result result;
	} words[] = {
		{"not-exercised", CHECK_NOT_EXERCISED},
		{"not-observable", CHECK_NOT_OBSERVABLE},
	};
	const char *at = text;

	*mask = 0;
	do {
		size_t length = strcspn(at, ","), i = 0;

		while (i < 2 &&
		       (strlen(words[i].name) != length || strncmp(words[i].name, at, length) != 0))
			i++;
		if (i == 2) {
			refusal_message(error, "%s: '%.*s' is no verdict to allow", option,
					length < 60 ? (int)length : 60, at);
			refusal_hint(error, "not-exercised, not-observable, or both with a comma");
			return -EINVAL;
		}
		*mask |= CHECK_RESULT(words[i].result);
		at += length;
	} while (*at++ == ',');
	return 0;
}

int check_parse_format(const char *text, enum check_format *format, struct refusal *error)
{
	static const char *const names[] = {
		[CHECK_TEXT] = "text",
		[CHECK_JSON] = "json",
		[CHECK_KTAP] = "ktap",
		[CHECK_JUNIT] = "junit",
	};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(text, names[i])) {
			*format = (enum check_format)i;
			return 0;
		}
	}
	refusal_message(error, "--format: there is no format '%.60s'", text);
	refusal_hint(error, "formats are text, json, ktap and junit");
	return -EINVAL;
}

static int contradiction(__u32 rules, const char *what, const char *hint, struct refusal *error)
{
	unsigned int rule = 1;

	while (!(rules & CHECK_RULE(rule)))
		rule++;
	refusal_message(error, "R%u %s", rule, what);
	refusal_hint(error, "%s", hint);
	return -EINVAL;
}

int check_validate(const struct check_options *options, struct refusal *error)
{
	__u32 left_out = options->require & ~options->rules;
	__u32 unseen = options->expect_fail & ~options->rules;
	__u32 both = options->require & options->expect_fail;

	if (both)
		return contradiction(both, "is required to pass and expected to fail",
				     "say one of them", error);
	if (left_out)
		return contradiction(left_out, "is required, and not among the rules to check",
				     "add it to the rules, or do not require it", error);
	if (unseen)
		return contradiction(unseen,
				     "is expected to fail, and not among the rules to check",
				     "add it to the rules, or do not expect it", error);
	return 0;
}

void check_list(FILE *file)
{
	for_each_rule(rule)
		fprintf(file, "R%-3u%-22s %s\n", rule, check_rule_id(rule),
			check_rule_statement(rule));
}
