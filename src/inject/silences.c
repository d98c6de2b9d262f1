// SPDX-License-Identifier: GPL-2.0
#include "inject/silences.h"

#include "base/clock.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define NS_PER_S 1000000000ULL

/*
 * From one error of a silence to what else it leads to, without the SMMU's wait: the driver's poll
 * limit of 1 s (ARM_SMMU_POLL_TIMEOUT_US), once for the list itself and once for one behind it.
 */
#define EXPLAINS_NS (2 * NS_PER_S)

size_t silences_wanted(const struct inject_rule *rules, size_t count)
{
	size_t wanted = 0;

	for (size_t i = 0; i < count; i++)
		wanted += rules[i].kind == SMMU_RULE_KIND_DEVICE;
	return wanted;
}

static int take_one(struct silences *silences, const char *root, struct silenced *one,
		    struct refusal *error)
{
	for (size_t i = 0; i < silences->count; i++) {
		if (strcmp(silences->list[i].target->device, one->target->device) != 0)
			continue;
		refusal_hint(error, "a device can be told one thing at a time: make one rule of "
				    "the two");
		return refusal_fail(error, -EINVAL,
				    "rules %zu and %zu with 'kind=device' are for %s",
				    silences->list[i].number, one->number, one->target->device);
	}
	return silence_take(&one->silence, root, one->target->device, error);
}

int silences_take(struct silences *silences, const char *root, const struct inject_rule *rules,
		  const struct inject_rule_target *targets, size_t count, struct refusal *error)
{
	struct refusal ignored = {};

	memset(silences, 0, sizeof(*silences));
	for (size_t i = 0; i < count; i++) {
		struct silenced *one = &silences->list[silences->count];
		int err;

		if (rules[i].kind != SMMU_RULE_KIND_DEVICE)
			continue;
		*one = (struct silenced){.rule = &rules[i], .target = &targets[i], .number = i};
		err = take_one(silences, root, one, error);
		if (err) {
			silences_give_back(silences, &ignored);
			return err;
		}
		silences->count++;
	}
	return 0;
}

static int arm_one(struct silenced *one, struct refusal *error)
{
	const struct silence_order order = inject_rule_order(one->rule);
	int err = silence_look(&one->silence, &one->before);

	if (err) {
		refusal_hint(error, "is the function still there?");
		return refusal_fail(error, err, "%s cannot be read: %s", one->target->device,
				    strerror(-err));
	}
	one->last = one->before;
	one->explained = one->before.unanswered;
	one->armed_ns = clock_kernel_ns(CLOCK_MONOTONIC);
	return silence_arm(&one->silence, &order, error);
}

int silences_arm(struct silences *silences, struct refusal *error)
{
	struct refusal ignored = {};
	int err = 0;

	for (size_t i = 0; i < silences->count && !err; i++)
		err = arm_one(&silences->list[i], error);
	if (err)
		silences_give_back(silences, &ignored);
	return err;
}

static enum rule_silence_end end_of(const struct silenced *one, const struct rule_silence *outcome)
{
	if (outcome->left)
		return RULE_SILENCE_RUN;
	if (outcome->unanswered >= outcome->armed)
		return RULE_SILENCE_COUNT;
	return clock_kernel_ns(CLOCK_MONOTONIC) - one->armed_ns >= one->rule->duration_ns
		       ? RULE_SILENCE_TIME
		       : RULE_SILENCE_RESET;
}

/* now: what the device says of itself. */
static struct rule_silence outcome_of(const struct silenced *one, const struct silence_state *now)
{
	struct rule_silence outcome = {.armed = one->rule->times, .left = one->rule->times};

	if (!one->armed_ns)
		return outcome;
	/* The counters wrap at 2^32: their differences count. */
	outcome.unanswered = now->unanswered - one->before.unanswered;
	outcome.answered = now->answered - one->before.answered;
	/* The counts may be a little younger than what is left. */
	outcome.left = now->order.count && outcome.unanswered < outcome.armed
			       ? outcome.armed - outcome.unanswered
			       : 0;
	outcome.end = end_of(one, &outcome);
	return outcome;
}

bool silences_outcome(const struct silences *silences, size_t number, struct rule_silence *outcome)
{
	struct silence_state now;

	for (size_t i = 0; i < silences->count; i++) {
		const struct silenced *one = &silences->list[i];

		if (one->number != number)
			continue;
		if (one->silence.fd < 0)
			*outcome = one->outcome;
		else if (silence_look(&one->silence, &now))
			return false;
		else
			*outcome = outcome_of(one, &now);
		return true;
	}
	return false;
}

/* The longest that the SMMU waits, all failures of the CMD_SYNC together. */
static __u64 wait_of(const struct inject_rule *rule)
{
	__u64 wait_ns = rule->given & 1U << INJECT_RULE_WAIT ? rule->wait_ns
							     : SILENCE_WAIT_MAX_S * NS_PER_S;

	return wait_ns * (rule->again + 1);
}

static bool explains(struct silenced *one, __u64 ts_ns)
{
	struct silence_state now;

	if (!one->armed_ns || ts_ns < one->armed_ns)
		return false;
	/* Events are looked at later than they happen, also after the end of the silence. */
	now.unanswered = one->before.unanswered + (__u32)one->outcome.unanswered;
	if (one->silence.fd >= 0) {
		if (silence_look(&one->silence, &now))
			return false;
		one->last = now;
	}
	if (now.unanswered != one->explained) {
		one->explained = now.unanswered;
		one->explains_until_ns = ts_ns + EXPLAINS_NS + wait_of(one->rule);
	}
	return ts_ns <= one->explains_until_ns;
}

bool silences_explain(struct silences *silences, __u64 smmu, __u64 ts_ns)
{
	bool one_does = false;

	for (size_t i = 0; i < silences->count; i++) {
		if (silences->list[i].target->smmu == smmu)
			one_does |= explains(&silences->list[i], ts_ns);
	}
	return one_does;
}

int silences_give_back(struct silences *silences, struct refusal *error)
{
	int err = 0;

	for (size_t i = 0; i < silences->count; i++) {
		struct silenced *one = &silences->list[i];
		struct silence_state last = one->last;
		bool gone;
		int failed;

		if (one->silence.fd < 0)
			continue;
		gone = silence_look(&one->silence, &last) < 0;
		failed = silence_give_back(&one->silence, &last, error);
		one->outcome = outcome_of(one, &last);
		if (gone)
			one->outcome.end = RULE_SILENCE_GONE;
		err = failed ? failed : err;
	}
	return err;
}
