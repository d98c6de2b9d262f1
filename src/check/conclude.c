// SPDX-License-Identifier: GPL-2.0
#include "check/conclude.h"

#include "check/rules/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A fail may rest on a missing event only if that event cannot have been lost. */
static void conclude_rule(const struct check_rule *rule, const struct stream_info *info,
			  const struct sight_loss *loss, struct finding *finding)
{
	char reason[sizeof(finding->reason)] = "";
	enum sight sight = sight_of(rule, info, loss, finding->unseen, reason, sizeof(reason));

	finding->count = finding->held;
	if (finding->seen_broken || (finding->not_seen_broken && sight != SIGHT_PARTLY)) {
		finding->result = CHECK_FAIL;
		finding->count = finding->seen_broken + finding->not_seen_broken;
	} else if (sight != SIGHT_WHOLE) {
		finding->result = CHECK_NOT_OBSERVABLE;
		memcpy(finding->reason, reason, sizeof(reason));
	} else {
		finding->result = finding->held ? CHECK_PASS : CHECK_NOT_EXERCISED;
	}
}

static void conclude_rules(struct check *check, const struct sight_loss *loss)
{
	const struct check_options *options = check_options_of(check);
	const struct stream_info *info = check_track(check)->info;
	struct findings *findings = check_findings(check);

	for_each_rule(number) {
		struct finding *finding = &findings->rules[number - 1];
		__u32 bit = CHECK_RULE(number);

		if (!(options->rules & bit))
			continue;
		conclude_rule(check_rules[number - 1], info, loss, finding);
		if ((options->require & bit && finding->result != CHECK_PASS) ||
		    (finding->result == CHECK_FAIL) != !!(options->expect_fail & bit))
			findings->negative = true;
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
	}
	return 0;
}

static bool is_met(const struct check_expectation *expectation, __u64 found)
{
	if (expectation->kind == CHECK_EXPECT_TIMEOUTS ||
	    expectation->kind == CHECK_EXPECT_ATC_LISTS)
		return found >= expectation->number;
	return found == expectation->number;
}

static int conclude_expectations(struct check *check)
{
	const struct check_options *options = check_options_of(check);
	struct findings *findings = check_findings(check);

	if (!options->expectation_count)
		return 0;
	findings->expectations =
		calloc(options->expectation_count, sizeof(*findings->expectations));
	if (!findings->expectations)
		return -ENOMEM;
	for (size_t i = 0; i < options->expectation_count; i++) {
		struct met *one = &findings->expectations[i];

		one->expectation = &options->expectations[i];
		one->found = number_found(check, one->expectation);
		one->met = is_met(one->expectation, one->found);
		findings->negative |= !one->met;
	}
	return 0;
}

int conclude(struct check *check, const struct sight_loss *loss)
{
	conclude_rules(check, loss);
	return conclude_expectations(check);
}
