// SPDX-License-Identifier: GPL-2.0
/*
 * R15: prepare and done of a reset nest and balance. Broken by a done without a prepare, and
 * by a prepare without a done when the stream ends, unless a reset is still under way. If
 * a done is the first event of a device's resets, its prepare may be from before the stream.
 */
#include "check/rules/rule.h"

/* From prepare to the reset itself, and from its end to done, the driver takes less than this. */
#define UNDER_WAY_NS 20000000ULL

static void reset(struct check *check, const struct smmu_event *event,
		  const struct smmu_reset *reset, struct unit *unit)
{
	if (reset->phase != SMMU_RESET_DONE)
		return;
	if (unit->reset_depth == 1)
		rule_held(check, R15);
	else if (!unit->reset_depth && unit->reset_known)
		rule_broken(check, R15, NOT_SEEN, event, unit, NULL,
			    "the end of a reset of %s that nobody prepared for", unit->name);
}

static void finish(struct check *check)
{
	struct track *track = check_track(check);

	for (size_t i = 0; i < track->unit_count; i++) {
		const struct unit *unit = track->units[i];
		struct smmu_event event = {.ts_ns = unit->reset_ns, .cpu = CPU_ANY};

		if (unit->reset_depth > 0 && !unit->reset_running &&
		    track->last_ns - unit->reset_ns > track_patience(track, UNDER_WAY_NS))
			rule_broken(check, R15, NOT_SEEN, &event, unit, NULL,
				    "%d of the preparations for a reset of %s have no end",
				    unit->reset_depth, unit->name);
	}
}

const struct check_rule r15_balanced = {
	.kinds = 1U << SMMU_EVENT_RESET,
	.hooks = {"reset_prepare", "reset_done", "reset"},
	.reset = reset,
	.close = finish,
};
