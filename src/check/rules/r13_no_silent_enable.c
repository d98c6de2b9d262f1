// SPDX-License-Identifier: GPL-2.0
/*
 * R13: ATS comes back only after a reset that worked, and an attach does not bring it back
 * before. Exercised by each reset and each attach of a fenced device; broken by EATS or ATS that
 * is on again without a successful reset. Where the driver is told of the end of a reset inside
 * it (Linux 7.3), ATS that comes back before it was told came back before the reset. So it is for a
 * device that failed while the SMMU granted it nothing, as in a detach: the next attach must not
 * grant it ATS. A device that had not failed is a matter of R20.
 */
#include "check/rules/rule.h"

#include "check/sight.h"

/* Resets inside which the driver is told of their end: then nobody else can know of it. */
static bool too_early(struct check *check, const struct unit *unit)
{
	return unit->reset_running && !unit->reset_told &&
	       sight_hook(check_track(check)->info, "reset_done");
}

/* If the driver puts ATS back while the reset is running, its result decides. */
static void unfence(struct check *check, const struct smmu_event *event, struct unit *unit)
{
	if (!unit->fenced_failed)
		return; /* a reset took it off ATS, which gives it back as it was */
	if (too_early(check, unit))
		rule_broken(check, R13, NOT_SEEN, event, unit, NULL,
			    "EATS of %s came back before its reset was over", unit->name);
	else if (unit->reset_running)
		unit->unfence_pending = true;
	else if (unit->reset_worked)
		rule_held(check, R13);
	else
		rule_broken(check, R13, NOT_SEEN, event, unit, NULL,
			    "EATS of %s came back without a reset that worked", unit->name);
}

/* It failed with ATS taken away already, so that nobody had to fence it. */
static void ste(struct check *check, const struct smmu_event *event, const struct smmu_fence *fence,
		struct unit *unit, struct flow *flow)
{
	(void)flow;
	if (fence->grant != SMMU_GRANT_ATS || unit->fenced_ns || !unit->failed_ns ||
	    unit->reset_running || !unit_barred(unit))
		return;
	rule_broken(check, R13, NOT_SEEN, event, unit, NULL,
		    "%s failed without ATS, and was granted it without a reset that worked",
		    unit->name);
}

static void ats(struct check *check, const struct smmu_event *event, const struct smmu_ats *ats,
		struct unit *unit)
{
	if (ats->enabled && !ats->result && unit->fenced_ns && unit->fenced_failed &&
	    !unit->reset_worked && !unit->reset_running)
		rule_broken(check, R13, NOT_SEEN, event, unit, NULL,
			    "ATS of %s was switched on without a reset that worked", unit->name);
}

static void reset(struct check *check, const struct smmu_event *event,
		  const struct smmu_reset *reset, struct unit *unit)
{
	if (reset->phase != SMMU_RESET_END || !unit->unfence_pending)
		return;
	unit->unfence_pending = false;
	if (!reset->result)
		rule_held(check, R13);
	else
		rule_broken(check, R13, SEEN, event, unit, NULL,
			    "EATS of %s came back with a reset that failed (%d)", unit->name,
			    reset->result);
}

/* Fences that outlived attaches and failed resets. */
static void finish(struct check *check)
{
	struct track *track = check_track(check);

	for (size_t i = 0; i < track->unit_count; i++) {
		const struct unit *unit = track->units[i];

		if (unit->fenced_ns && unit->fenced_failed && unit->challenges &&
		    !unit->reset_worked)
			rule_held(check, R13);
	}
}

const struct check_rule r13_no_silent_enable = {
	.kinds = 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_UNFENCE |
		 1U << SMMU_EVENT_ATS | 1U << SMMU_EVENT_RESET,
	.hooks = {"list", "reset", "ats_enable"},
	.unfence = unfence,
	.ste = ste,
	.ats = ats,
	.reset = reset,
	.close = finish,
};
