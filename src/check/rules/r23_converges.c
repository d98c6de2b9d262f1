// SPDX-License-Identifier: GPL-2.0
/*
 * R23: a driver that gives ATS back to a device which did not answer comes to an end with it. It
 * may try: an attach sets EATS without a reset, gets another timeout, and clears it. Then the
 * device must be fenced again, and the driver does not start over by itself: for each attach and
 * each reset, which somebody asks for, ATS may come back and be lost once. Broken by the second
 * time since, and by a run that ends while the device is granted ATS, has it on and has failed
 * again. Exercised by a device that came back, failed and is fenced at the end. Whether ATS may
 * come back at all is a matter of R13. After a reset that worked the device may answer again: that
 * is none of this.
 */
#include "check/rules/rule.h"

/* A failure this close to the end may have been cut off from its fence. */
#define CUT_OFF_NS 100000000ULL

static void unfence(struct check *check, const struct smmu_event *event, struct unit *unit)
{
	(void)check;
	if (unit->fenced_failed && !unit->reset_worked && !unit->reset_running)
		unit->lifted_ns = event->ts_ns;
	else
		unit->lifted_ns = 0;
}

static void fence(struct check *check, const struct smmu_event *event,
		  const struct smmu_fence *fence, struct unit *unit, struct flow *flow)
{
	const struct suspect *suspect = flow_suspect(flow, unit);

	/* Once for a function, whose StreamIDs are fenced one after the other. */
	if (!unit->lifted_ns || unit->relapsed_ns == unit->lifted_ns)
		return;
	if (unit->accused_ns < unit->lifted_ns && !(suspect && !suspect->answered))
		return;
	unit->relapsed_ns = unit->lifted_ns;
	if (++unit->relapses > 1)
		rule_broken(check, R23, NOT_SEEN, event, unit, &fence->stack,
			    "%s got ATS back without a reset and failed again, %u times with "
			    "nobody asking for it",
			    unit->name, unit->relapses);
}

static void attach(struct check *check, const struct smmu_event *event, struct unit *unit)
{
	(void)check;
	(void)event;
	unit->relapses = 0;
}

static void reset(struct check *check, const struct smmu_event *event,
		  const struct smmu_reset *reset, struct unit *unit)
{
	(void)check;
	(void)event;
	if (reset->phase == SMMU_RESET_BEGIN || reset->phase == SMMU_RESET_PREPARE)
		unit->relapses = 0;
}

static void left(struct check *check, struct unit *unit)
{
	const struct smmu_event event = {.ts_ns = unit->failed_ns, .cpu = CPU_ANY};

	rule_broken(check, R23, NOT_SEEN, &event, unit, NULL,
		    "%s got ATS back without a reset, failed again and is not fenced", unit->name);
}

static void finish(struct check *check)
{
	struct track *track = check_track(check);
	const __u64 patience = track_patience(track, CUT_OFF_NS);

	for (size_t i = 0; i < track->unit_count; i++) {
		struct unit *unit = track->units[i];

		if (unit->relapsed_ns && unit->fenced_ns)
			rule_held(check, R23);
		if (unit->lifted_ns && unit->failed_ns > unit->lifted_ns && unit->ats_on &&
		    !unit_barred(unit) && track->last_ns > unit->failed_ns + patience)
			left(check, unit);
	}
}

const struct check_rule r23_converges = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_UNFENCE |
		 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_ATTACH | 1U << SMMU_EVENT_RESET,
	.hooks = {"list", "attach", "reset"},
	.each_suspect = true,
	.unfence = unfence,
	.fence = fence,
	.attach = attach,
	.reset = reset,
	.close = finish,
};
