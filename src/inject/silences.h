/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The injection rules with kind=device of a run: the devices that they silence, from the moment in
 * which this process takes hold of them until they answer again. Armed and given back together.
 * Not thread safe.
 */
#ifndef INJECT_SILENCES_H
#define INJECT_SILENCES_H

#include "event/statistics.h"
#include "inject/rule.h"

struct silenced {
	struct silence silence;
	const struct inject_rule *rule;
	const struct inject_rule_target *target;
	size_t number;	/* of the rule, in the order given */
	__u64 armed_ns; /* the kernel's CLOCK_MONOTONIC; 0: not armed */
	struct silence_state before;
	struct silence_state last; /* what it said last: later it may be gone */
	__u32 explained; /* of the device's count of unanswered ATC_INV, see silences_explain() */
	__u64 explains_until_ns;
	struct rule_silence outcome; /* once given back */
};

struct silences {
	struct silenced list[SMMU_RULES_MAX];
	size_t count;
};

/* How many of the rules have kind=device? */
size_t silences_wanted(const struct inject_rule *rules, size_t count);
/*
 * Takes hold of their devices and arms nothing. root: put before /sys. rules and targets must
 * stay. 0, or a negative errno and *error, as of silence_take() or -EINVAL: two rules name one
 * device; then none is held.
 */
int silences_take(struct silences *silences, const char *root, const struct inject_rule *rules,
		  const struct inject_rule_target *targets, size_t count, struct refusal *error);
/* Arms all. 0, or a negative errno and *error: then all answer again. */
int silences_arm(struct silences *silences, struct refusal *error);
/*
 * What the rule's device has counted so far, or had when it was given back. False: the rule has
 * another kind, or its device cannot be read any more.
 */
bool silences_outcome(const struct silences *silences, size_t number, struct rule_silence *outcome);
/*
 * Does one of them explain an error of this SMMU at that time, as of events? It has left ATC_INV
 * unanswered that explained none so far, or did so lately: one silence can have several errors. To
 * be asked in the order of the errors.
 */
bool silences_explain(struct silences *silences, __u64 smmu, __u64 ts_ns);
/*
 * Lets all answer again. 0, or a negative errno and the last *error; the others are given back, and
 * of one that cannot be read any more it counts what it last said.
 */
int silences_give_back(struct silences *silences, struct refusal *error);

#endif
