// SPDX-License-Identifier: GPL-2.0
/*
 * R19: nobody waits in vain behind a device that is known to be silent.
 *
 * While an ATC_INV is not answered, its queue stands at the CMD_SYNC behind it, for as long as the
 * SMMU waits (IHI 0070 3.9.1.4). Lists behind that run out of the poll's time although none of
 * their commands has begun. That is an accident, once for each device that falls silent; it
 * exercises the rule. It is broken if the driver could have known: the ATC_INV was sent after each
 * of the StreamIDs that its CMD_SYNC waits for had failed, in a list of the same flow or in an
 * invalidation that had returned, and none of them had answered since. While another flow recovers
 * a device, it cannot be known. The question that R7 wants, to one device alone after hardware
 * reported a timeout of several, is no fault. If only some of them had failed, or the list is not
 * known, it is not seen.
 */
#include "check/match.h"
#include "check/rules/rule.h"

#include "base/text.h"
#include "event/decode.h"

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
		    unit->name, more, text_duration(culprit->start_ns - culprit->known_ns, time));
}

static bool innocent(const struct waiting *culprit)
{
	return !culprit->known || culprit->asked;
}

/* Several lists may be the one: a verdict only if it is the same of each. */
static void one_of(struct check *check, const struct list_view *view,
		   const struct waiting *const culprits[], unsigned int count)
{
	unsigned int innocents = 0, guilty = 0;

	for (unsigned int i = 0; i < count; i++) {
		innocents += innocent(culprits[i]);
		guilty += !innocent(culprits[i]) && culprits[i]->known == culprits[i]->unit_count;
	}
	if (innocents == count)
		rule_held(check, R19);
	else if (guilty == count)
		broken(check, view, culprits[0]);
	else
		rule_unseen(check, R19);
}

static void list(struct check *check, const struct list_view *view)
{
	const struct waiting *culprits[WAITING_MAX];
	unsigned int count;

	if (!view->victim)
		return;
	count = match_index(view->queue, SMMU_CONS_INDEX(view->registers->cons), culprits);
	if (count == 1 && !culprits[0]->unit_count)
		return; /* a CMD_SYNC that waits for no ATC_INV of its own flow: a matter of R2 */
	if (count)
		one_of(check, view, culprits, count);
	else if (view->queue->completed && !check_track(check)->failing)
		rule_held(check, R19); /* it has not returned, and nobody had failed before */
	else
		rule_unseen(check, R19);
}

const struct check_rule r19_others_unharmed = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_REGISTERS | 1U << SMMU_EVENT_UNFENCE,
	.hooks = {"list"},
	.list = list,
};
