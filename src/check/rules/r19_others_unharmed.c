// SPDX-License-Identifier: GPL-2.0
/*
 * R19: nobody waits in vain behind a device that is known to be silent.
 *
 * While an ATC_INV is not answered, its queue stands at the CMD_SYNC behind it, for as long as the
 * SMMU waits (IHI 0070 3.9.1.4). Lists behind that run out of the poll's time although none of
 * their commands has begun. That is an accident, once for each device that falls silent; it
 * exercises the rule. It is broken if the driver could have known: the ATC_INV was sent after a
 * list with each of the StreamIDs that its CMD_SYNC waits for had failed and returned, and none of
 * them had answered since. The question that R7 wants, to one device alone after hardware reported
 * a timeout of several, is no fault. If only some of them had failed, or the list is not known, it
 * is not seen.
 */
#include "check/match.h"
#include "check/rules/rule.h"

#include "base/text.h"
#include "event/decode.h"

/* Of the units that it waits for, how many had failed before it was sent? */
static unsigned int known_before(const struct waiting *culprit)
{
	unsigned int known = 0;

	for (unsigned int i = 0; i < culprit->unit_count; i++) {
		const struct unit *unit = culprit->units[i];

		known += unit->failed_ns && unit->failed_ns < culprit->start_ns;
	}
	return known;
}

static void broken(struct check *check, const struct list_view *view, const struct waiting *culprit)
{
	const struct smmu *smmu =
		devices_smmu(check_track(check)->info->devices, view->submit->smmu);
	const struct unit *unit = culprit->units[0];
	__u64 word = view->submit->captured ? view->submit->command[0].word[0] : SMMU_OP_SYNC;
	char name[DECODE_NAME_LEN], time[TEXT_NUMBER_LEN], more[40] = "";

	if (culprit->unit_count > 1)
		snprintf(more, sizeof(more), " and %u more", culprit->unit_count - 1);
	rule_broken(check, R19, NOT_SEEN, view->event, unit, NULL,
		    "a list of %u commands (%s) failed: the %s queue of %s stood at index %u, the "
		    "CMD_SYNC of an ATC_INV for %s%s, sent %s after a list with it had failed",
		    view->submit->commands, decode_opcode(SMMU_CMD_OPCODE(word), name),
		    view->queue->secondary ? "secondary" : "command",
		    smmu ? smmu->name : "an unknown SMMU", SMMU_CONS_INDEX(view->registers->cons),
		    unit->name, more, text_duration(culprit->start_ns - unit->failed_ns, time));
}

static void list(struct check *check, const struct list_view *view)
{
	const struct waiting *culprit;
	unsigned int known;

	if (!view->victim)
		return;
	culprit = match_index(view->queue, SMMU_CONS_INDEX(view->registers->cons));
	if (!culprit) {
		rule_unseen(check, R19);
		return;
	}
	if (!culprit->unit_count)
		return; /* a CMD_SYNC that waits for no ATC_INV of its own flow: a matter of R2 */
	known = known_before(culprit);
	if (!known || culprit->asked)
		rule_held(check, R19);
	else if (known == culprit->unit_count)
		broken(check, view, culprit);
	else
		rule_unseen(check, R19);
}

const struct check_rule r19_others_unharmed = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_REGISTERS | 1U << SMMU_EVENT_UNFENCE,
	.hooks = {"list"},
	.list = list,
};
