// SPDX-License-Identifier: GPL-2.0
/*
 * R23: a driver that gives ATS back to a device which did not answer comes to an end with it. It
 * may try: an attach sets EATS without a reset, gets another timeout, and clears it. Then the
 * device must be fenced again, and the driver does not start over by itself: for each attach and
 * each reset that a process asks for, ATS may come back and be lost once. Broken by the second
 * time since, and by a run that ends while the device is granted ATS, has it on and has failed
 * again. Exercised by a device that came back, failed and is fenced at the end. Whether ATS may
 * come back at all is a matter of R13.
 *
 * After a reset that worked the device may answer again. If it does not, whoever asked for that
 * reset may ask again. But what the kernel does by itself, in a thread of its own, in an interrupt
 * or in the middle of an invalidation, is the driver's own try, and may be lost once like the
 * others, until the device has answered: fence, reset and fence without end help nobody.
 */
#include "check/rules/rule.h"

/* A failure this close to the end may have been cut off from its fence. */
#define CUT_OFF_NS 100000000ULL

/* ATS came back now, and nobody asked for that; 0: it did not, or somebody did. */
static void set_lifted(struct check *check, struct unit *unit, __u64 ts_ns, bool retried)
{
	check_track(check)->retried += retried - unit->retried;
	unit->retried = retried;
	unit->lifted_ns = ts_ns;
}

static void unfence(struct check *check, const struct smmu_event *event, struct unit *unit)
{
	const bool reset = unit->reset_worked || unit->reset_running;

	if (unit->fenced_failed && (!reset || unit->own_reset))
		set_lifted(check, unit, event->ts_ns, reset);
	else
		set_lifted(check, unit, 0, false);
}

static const char *how(const struct unit *unit)
{
	return unit->retried ? "after a reset of the kernel's own" : "without a reset";
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
	if (++unit->relapses < 2)
		return;
	if (unit->own_unsure)
		rule_unseen(check, R23);
	else
		rule_broken(check, R23, NOT_SEEN, event, unit, &fence->stack,
			    "%s got ATS back %s and failed again, %u times with nobody asking for "
			    "it",
			    unit->name, how(unit), unit->relapses);
}

/* Recordings of older versions do not say who asks. */
static bool asker_known(const struct smmu_event *event)
{
	return event->flags & (SMMU_EVENT_BY_PROCESS | SMMU_EVENT_BY_KERNEL);
}

static void begin_anew(struct unit *unit)
{
	unit->relapses = 0;
	unit->own_unsure = false;
}

static void attach(struct check *check, const struct smmu_event *event, struct unit *unit)
{
	(void)check;
	if (!(event->flags & SMMU_EVENT_BY_KERNEL))
		begin_anew(unit);
}

static void reset(struct check *check, const struct smmu_event *event,
		  const struct smmu_reset *reset, struct unit *unit)
{
	(void)check;
	if (reset->phase != SMMU_RESET_BEGIN && reset->phase != SMMU_RESET_PREPARE)
		return;
	unit->own_reset = !(event->flags & SMMU_EVENT_BY_PROCESS);
	if (unit->own_reset)
		unit->own_unsure |= !asker_known(event);
	else
		begin_anew(unit);
}

/* What one that was reset by nobody's wish has answered is the end of that try. */
static void list(struct check *check, const struct list_view *view)
{
	struct track *track = check_track(check);
	const struct smmu_submit *submit = view->submit;

	if (!track->retried || !view->atc || !view->sync || submit->result < 0 || view->hardware ||
	    view->software || view->foreign)
		return;
	for (unsigned int i = 0; i < submit->captured; i++) {
		const __u64 word = submit->command[i].word[0];
		struct unit *unit;

		if (SMMU_CMD_OPCODE(word) != SMMU_OP_ATC_INV)
			continue;
		unit = track_unit(track, submit->smmu, SMMU_CMD_SID(word));
		if (!unit || !unit->retried || !view->started || view->start_ns < unit->lifted_ns)
			continue;
		set_lifted(check, unit, 0, false);
		begin_anew(unit);
	}
}

static void left(struct check *check, struct unit *unit)
{
	const struct smmu_event event = {.ts_ns = unit->failed_ns, .cpu = CPU_ANY};

	rule_broken(check, R23, NOT_SEEN, &event, unit, NULL,
		    "%s got ATS back %s, failed again and is not fenced", unit->name, how(unit));
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
	.list = list,
	.unfence = unfence,
	.fence = fence,
	.attach = attach,
	.reset = reset,
	.close = finish,
};
