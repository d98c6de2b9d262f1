// SPDX-License-Identifier: GPL-2.0
/*
 * R21: a function has ATS on only while the SMMU lets it use ATS. ATS is switched on in the
 * function after its STE grants it and the SMMU has been told, and switched off before that is
 * taken away: in between, its requests are refused and its translated traffic is aborted (IHI
 * 0070 3.9.1, 5.2 EATS), which the function takes for errors. Exercised by each time that ATS goes
 * on or off with what the STEs of the function grant being known. ATS that goes on in a fenced
 * device without a reset is a matter of R13. A function that has failed may be shut off in the SMMU
 * first: that must not wait for a device that does not answer. So may one that is about to be
 * reset, which loses what it has under way. A fence that leaves ATS on in the function is none of
 * this.
 */
#include "check/rules/rule.h"

/* May all of its StreamIDs use ATS? False also if that of one is not known: *known tells. */
static bool granted(const struct unit *unit, bool *known)
{
	bool all = true;

	*known = true;
	for (unsigned int i = 0; i < unit->streams; i++) {
		*known &= unit->grants[i] != SMMU_GRANT_UNKNOWN;
		all &= unit->grants[i] == SMMU_GRANT_ATS;
	}
	return all;
}

static void switched_on(struct check *check, const struct smmu_event *event,
			const struct unit *unit)
{
	bool known, all = granted(unit, &known);

	if (!known ||
	    (unit->fenced && unit->fenced_failed && !unit->reset_worked && !unit->reset_running))
		return; /* R13 */
	if (all)
		rule_held(check, R21);
	else
		rule_broken(check, R21, NOT_SEEN, event, unit, NULL,
			    "ATS of %s was switched on before its STE granted it", unit->name);
}

/* It may have been for a reset, whose preparation is seen when it is over. */
static void misordered(struct check *check, struct unit *unit)
{
	const struct smmu_event event = {
		.ts_ns = unit->misordered_ns, .tid = unit->misordered_tid, .cpu = CPU_ANY};

	if (unit->misordered_ns)
		rule_broken(check, R21, NOT_SEEN, &event, unit, NULL,
			    "ATS of %s was switched off after its STE had taken it away",
			    unit->name);
	unit->misordered_ns = 0;
}

static void switched_off(struct check *check, const struct smmu_event *event, struct unit *unit)
{
	bool known;

	if (unit->taken_first) {
		unit->misordered_ns = event->ts_ns;
		unit->misordered_tid = event->tid;
	} else if (granted(unit, &known)) {
		rule_held(check, R21);
	}
}

static void ats(struct check *check, const struct smmu_event *event, const struct smmu_ats *ats,
		struct unit *unit)
{
	if (ats->result)
		return;
	misordered(check, unit);
	if (ats->enabled)
		switched_on(check, event, unit);
	else
		switched_off(check, event, unit);
	unit->taken_first = false;
}

static void fence(struct check *check, const struct smmu_event *event,
		  const struct smmu_fence *fence, struct unit *unit, struct flow *flow)
{
	(void)check;
	(void)event;
	unit->taken_first = fence->ats == SMMU_PCI_ATS_ON && !unit->failed_ns &&
			    unit->accused_ns <= unit->cleared_ns && !flow_suspect(flow, unit) &&
			    !unit->reset_depth && !unit->reset_running;
}

static void unfence(struct check *check, const struct smmu_event *event, struct unit *unit)
{
	(void)event;
	misordered(check, unit);
	unit->taken_first = false;
}

static void reset(struct check *check, const struct smmu_event *event,
		  const struct smmu_reset *reset, struct unit *unit)
{
	(void)check;
	if (reset->phase == SMMU_RESET_PREPARE &&
	    soon_after(event, unit->misordered_tid, unit->misordered_ns))
		unit->misordered_ns = 0;
}

static void finish(struct check *check)
{
	struct track *track = check_track(check);

	for (size_t i = 0; i < track->unit_count; i++)
		misordered(check, track->units[i]);
}

const struct check_rule r21_order = {
	.kinds = 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_UNFENCE | 1U << SMMU_EVENT_STE |
		 1U << SMMU_EVENT_ATS | 1U << SMMU_EVENT_RESET,
	.hooks = {"list", "ats_enable", "ats_disable", "reset"},
	.fence = fence,
	.unfence = unfence,
	.ats = ats,
	.reset = reset,
	.close = finish,
};
