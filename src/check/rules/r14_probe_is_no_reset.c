// SPDX-License-Identifier: GPL-2.0
/*
 * R14: asking how a function can be reset is no reset and must not block the IOMMU. Broken
 * by a prepare while the same thread asks for the reset methods, and by a prepare and done with
 * no reset in between, or around them. Exercised by either. What another thread does meanwhile
 * does not count.
 */
#include "check/rules/rule.h"

/* Is this thread asking for the reset methods? */
static bool asks(const struct smmu_event *event, const struct unit *unit)
{
	return unit->probing && unit->probe_tid == event->tid;
}

static void reset(struct check *check, const struct smmu_event *event,
		  const struct smmu_reset *reset, struct unit *unit)
{
	switch ((enum smmu_reset_phase)reset->phase) {
	case SMMU_RESET_PREPARE:
		if (!reset->result && asks(event, unit))
			rule_broken(
				check, R14, NOT_SEEN, event, unit, NULL,
				"the IOMMU was prepared for a reset of %s, which was only asked "
				"for its reset methods",
				unit->name);
		break;
	case SMMU_RESET_DONE:
		if (unit->reset_depth != 1)
			break;
		if (unit->reset_seen)
			rule_held(check, R14);
		else
			rule_broken(check, R14, NOT_SEEN, event, unit, NULL,
				    "the IOMMU was prepared for a reset of %s, and there was none",
				    unit->name);
		break;
	case SMMU_RESET_PROBE_END:
		if (asks(event, unit) && !(unit->reset_depth && unit->reset_tid == event->tid))
			rule_held(check, R14);
		break;
	case SMMU_RESET_BEGIN:
	case SMMU_RESET_END:
	case SMMU_RESET_PROBE_BEGIN:
	case SMMU_RESET_PHASE_COUNT:
		break;
	}
}

const struct check_rule r14_probe_is_no_reset = {
	.kinds = 1U << SMMU_EVENT_RESET,
	.hooks = {"reset_prepare", "reset_done", "reset", "reset_probe"},
	.reset = reset,
};
