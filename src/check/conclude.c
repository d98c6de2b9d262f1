// SPDX-License-Identifier: GPL-2.0
#include "check/conclude.h"

#include "check/rules/table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A fail may rest on a missing event only if that event cannot have been lost. */
static void conclude_rule(const struct check_rule *rule, const struct stream_info *info,
			  const struct sight_loss *loss, struct finding *finding)
{
	char reason[sizeof(finding->reason)] = "";
	enum sight sight = sight_of(rule, info, loss, finding->unseen, reason, sizeof(reason));

	finding->count = finding->held;
	if (sight != SIGHT_NONE &&
	    (finding->seen_broken || (finding->not_seen_broken && sight != SIGHT_PARTLY))) {
		finding->result = CHECK_FAIL;
		finding->count = finding->seen_broken + finding->not_seen_broken;
	} else if (sight != SIGHT_WHOLE) {
		finding->result = CHECK_NOT_OBSERVABLE;
		memcpy(finding->reason, reason, sizeof(reason));
	} else {
		/* What the profile tolerates has put the rule to the test, too. */
		finding->result = finding->held || finding->warned ? CHECK_PASS
								   : CHECK_NOT_EXERCISED;
	}
}

/*
 * Results count for the verdict on the whole in this order. The first one with the worst word is
 * named as its reason.
 */
static void weigh(struct findings *findings, enum check_result result, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void weigh(struct findings *findings, enum check_result result, const char *format, ...)
{
	static const unsigned int weight[CHECK_RESULTS] = {
		[CHECK_NOT_EXERCISED] = 0,
		[CHECK_PASS] = 1,
		[CHECK_NOT_OBSERVABLE] = 2,
		[CHECK_FAIL] = 3,
	};
	va_list args;

	if (weight[result] <= weight[findings->verdict])
		return;
	findings->verdict = result;
	va_start(args, format);
	vsnprintf(findings->reason, sizeof(findings->reason), format, args);
	va_end(args);
}

static void weigh_rule(const struct check_options *options, struct findings *findings,
		       unsigned int rule)
{
	static const char *const names[CHECK_RESULTS] = {
		[CHECK_PASS] = "held",
		[CHECK_FAIL] = "is broken",
		[CHECK_NOT_EXERCISED] = "was not exercised",
		[CHECK_NOT_OBSERVABLE] = "is not observable",
	};
	const struct finding *finding = &findings->rules[rule - 1];
	const char *colon = finding->reason[0] ? ": " : "";

	if (options->expect_fail & CHECK_RULE(rule))
		weigh(findings, finding->result == CHECK_FAIL ? CHECK_PASS : CHECK_FAIL,
		      "R%u was expected to fail, and %s%s%s", rule, names[finding->result], colon,
		      finding->reason);
	else if (options->require & CHECK_RULE(rule) && finding->result != CHECK_PASS)
		weigh(findings, CHECK_FAIL, "R%u has to pass, and %s%s%s", rule,
		      names[finding->result], colon, finding->reason);
	else
		weigh(findings, finding->result, "R%u %s%s%s", rule, names[finding->result], colon,
		      finding->reason);
}

static void conclude_rules(struct check *check, const struct sight_loss *loss)
{
	const struct check_options *options = check_options_of(check);
	const struct stream_info *info = check_track(check)->info;
	struct findings *findings = check_findings(check);

	for_each_rule(number) {
		if (!(options->rules & CHECK_RULE(number)))
			continue;
		conclude_rule(check_rules[number - 1], info, loss, &findings->rules[number - 1]);
		weigh_rule(options, findings, number);
		findings->warned += findings->rules[number - 1].warned;
	}
}

static __u64 number_found(struct check *check, const struct check_expectation *expectation)
{
	const struct check_options *options = check_options_of(check);
	const struct track *track = check_track(check);
	const struct tally *tally = check_tally(check);
	const struct unit *unit = NULL;

	for (size_t i = 0; i < track->unit_count; i++) {
		if (track->units[i]->bdf == expectation->bdf)
			unit = track->units[i];
	}
	switch (expectation->kind) {
	case CHECK_EXPECT_FENCED:
		return unit ? unit->fences : 0;
	case CHECK_EXPECT_UNFENCED:
		return unit ? unit->unfences : 0;
	case CHECK_EXPECT_FENCES:
		return tally->fences;
	case CHECK_EXPECT_TIMEOUTS:
		return tally->timeouts;
	case CHECK_EXPECT_ATC_LISTS:
		return tally->atc_lists;
	case CHECK_EXPECT_WORKLOAD:
		return options->workload ? (__u64)*options->workload : 0;
	case CHECK_EXPECT_FIRED:
		return 0;
	}
	return 0;
}

/* What has to be seen to count this. NULL: it is not counted in the stream. */
static const struct check_rule *counted_from(enum check_expect_kind kind)
{
	static const struct check_rule fences = {
		.kinds = 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_UNFENCE,
		.hooks = {"list"},
	};
	static const struct check_rule lists = {
		.kinds = 1U << SMMU_EVENT_SUBMIT,
		.hooks = {"list"},
	};
	/* Injected by us, the kernel side sends it; silent devices count by themselves. */
	static const struct check_rule timeouts = {
		.kinds = 1U << SMMU_EVENT_INJECT,
	};

	switch (kind) {
	case CHECK_EXPECT_FENCED:
	case CHECK_EXPECT_UNFENCED:
	case CHECK_EXPECT_FENCES:
		return &fences;
	case CHECK_EXPECT_TIMEOUTS:
		return &timeouts;
	case CHECK_EXPECT_ATC_LISTS:
		return &lists;
	case CHECK_EXPECT_WORKLOAD:
	case CHECK_EXPECT_FIRED:
		break;
	}
	return NULL;
}

/* More may have happened than was seen, never less. */
static void conclude_expectation(struct check *check, const struct sight_loss *loss,
				 struct met *one)
{
	const struct check_expectation *expectation = &one->expectation;
	const struct check_rule *counted = counted_from(expectation->kind);
	bool at_least = expectation->kind == CHECK_EXPECT_TIMEOUTS ||
			expectation->kind == CHECK_EXPECT_ATC_LISTS;
	bool enough, sure;

	one->found = number_found(check, expectation);
	enough = one->found >= expectation->number;
	one->result = enough && (at_least || one->found == expectation->number) ? CHECK_PASS
										: CHECK_FAIL;
	sure = at_least ? enough : one->found > expectation->number;
	if (!sure && counted &&
	    sight_of(counted, check_track(check)->info, loss, 0, one->reason,
		     sizeof(one->reason)) != SIGHT_WHOLE)
		one->result = CHECK_NOT_OBSERVABLE;
}

static void weigh_expectation(struct findings *findings, const struct met *one)
{
	const struct check_expectation *expectation = &one->expectation;

	if (one->result == CHECK_PASS && expectation->kind == CHECK_EXPECT_WORKLOAD)
		return;
	weigh(findings, one->result, "expected: %.200s: %s%s%s", expectation->text,
	      one->result == CHECK_NOT_OBSERVABLE ? "not observable" : "not met",
	      one->reason[0] ? ": " : "", one->reason);
}

/* As a run with such a rule ends with a negative status, its verdict is negative, too. */
static void expect_fired(struct findings *findings, const struct statistics *statistics)
{
	for (size_t rule = 0; rule < statistics->inject_rule_count; rule++) {
		struct met *one = &findings->expectations[findings->expectation_count];

		if (statistics->inject_rules[rule].fired)
			continue;
		findings->expectation_count++;
		snprintf(one->text, sizeof(one->text), "injection rule %zu fires", rule);
		one->expectation = (struct check_expectation){
			.kind = CHECK_EXPECT_FIRED, .number = rule, .text = one->text};
		one->result = CHECK_FAIL;
	}
}

static int conclude_expectations(struct check *check, const struct sight_loss *loss,
				 const struct statistics *statistics)
{
	const struct check_options *options = check_options_of(check);
	struct findings *findings = check_findings(check);
	size_t room = options->expectation_count + statistics->inject_rule_count;

	/* One more, as calloc(0) may return NULL. */
	findings->expectations = calloc(room + 1, sizeof(*findings->expectations));
	if (!findings->expectations)
		return -ENOMEM;
	for (size_t i = 0; i < options->expectation_count; i++) {
		findings->expectations[i].expectation = options->expectations[i];
		conclude_expectation(check, loss, &findings->expectations[i]);
	}
	findings->expectation_count = options->expectation_count;
	expect_fired(findings, statistics);
	for (size_t i = 0; i < findings->expectation_count; i++)
		weigh_expectation(findings, &findings->expectations[i]);
	return 0;
}

int conclude(struct check *check, const struct sight_loss *loss,
	     const struct statistics *statistics)
{
	struct findings *findings = check_findings(check);
	int err;

	findings->verdict = CHECK_NOT_EXERCISED;
	snprintf(findings->reason, sizeof(findings->reason), "%s",
		 findings->seen ? "nothing put a rule to the test" : "no event was seen");
	profile_settle(check_profile_of(check), findings);
	conclude_rules(check, loss);
	err = conclude_expectations(check, loss, statistics);
	if (findings->verdict == CHECK_PASS)
		findings->reason[0] = '\0';
	else if (findings->verdict != CHECK_FAIL)
		findings->allowed = check_options_of(check)->allow &
				    CHECK_RESULT(findings->verdict);
	return err;
}
