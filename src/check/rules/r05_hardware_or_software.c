// SPDX-License-Identifier: GPL-2.0
/*
 * R5: a timeout that hardware reports can be told from one of the software's own poll:
 * -ETIMEDOUT is the poll's in every version of the driver, so hardware's must be another
 * error. A list that waited as long as the poll does and whose error was found meanwhile may have
 * had both, and does not count. Nor is it a timeout if the poll gives up long before its time, on a
 * queue on which nothing had gone wrong, and the SMMU is through with all commands.
 */
#include "check/rules/rule.h"

#include "base/text.h"

#include <errno.h>

/* Its poll had all the time that the driver gives it. */
static bool ran_out(const struct list_view *view)
{
	return view->started && view->submit->result == -ETIMEDOUT &&
	       view->submit->duration_ns >= SMMU_POLL_NS;
}

/* An error that nobody had found when it returned: it may have had both. */
static bool active(const struct list_view *view)
{
	const struct smmu_registers *registers = view->registers;

	return registers && (registers->gerror ^ registers->gerrorn) & SMMU_GERROR_CMDQ_ERR;
}

/*
 * Lists after a failure may be given less time, and so may those behind a queue that stood still.
 * This one had no reason, and its CMD_SYNC has been passed. It is in `stood` itself.
 */
static bool gave_up_early(const struct list_view *view)
{
	const struct smmu_registers *registers = view->registers;
	const struct queue *queue = view->queue;

	if (!view->started || view->submit->result != -ETIMEDOUT || !registers || active(view) ||
	    view->submit->duration_ns >= SMMU_POLL_NS / 2)
		return false;
	if (SMMU_CONS_INDEX(registers->cons) != SMMU_CONS_INDEX(registers->prod))
		return false;
	return !view->flow->failed && !view->hardware && !view->software && !view->held &&
	       !view->foreign && !queue->last_stall_ns && !queue->last_recovery_end_ns &&
	       !queue->stood.error_ns && queue->stood.next == 1 &&
	       queue->stood.open_start_ns == view->start_ns;
}

static void list(struct check *check, const struct list_view *view)
{
	int result = view->submit->result;
	char time[TEXT_NUMBER_LEN];

	if (!view->sync || result >= 0)
		return;
	if (gave_up_early(view))
		rule_broken(check, R5, NOT_SEEN, view->event, NULL, NULL,
			    "the poll ran out of time after %s, and the SMMU had passed the "
			    "CMD_SYNC",
			    text_duration(view->submit->duration_ns, time));
	/* No injection, and no error at its CMD_SYNC yet: whatever comes later, its time was over.
	 */
	if (view->atc && !view->hardware && !view->software && ran_out(view) && !active(view))
		rule_held(check, R5);
	if (view->software && !view->hardware) {
		if (result == -ETIMEDOUT)
			rule_held(check, R5);
		else
			rule_broken(check, R5, SEEN, view->event, NULL, NULL,
				    "the poll ran out of time, and the issuer got the error %d",
				    result);
	} else if (view->hardware && !view->software) {
		if (result != -ETIMEDOUT)
			rule_held(check, R5);
		else if (!view->held && !ran_out(view))
			rule_broken(check, R5, SEEN, view->event, NULL, NULL,
				    "hardware reported the timeout, and the issuer got -ETIMEDOUT "
				    "as from its own poll");
	}
}

const struct check_rule r05_hardware_or_software = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_CMDQ_ERROR,
	.hooks = {"list"},
	.list = list,
};
