// SPDX-License-Identifier: GPL-2.0
/*
 * R10: an issuer that waits with interrupts off, on the CPU that is to take the GERROR
 * interrupt, finds the error by itself; so does one that waits for room in the queue.
 *
 * Exercised by an injected GERROR whose interrupt the issuer blocks: its wait has to stay within
 * the budget. Without an injection, what happens on the issuer's CPU tells. The interrupt is
 * taken there when interrupts are on again, mostly before the list returns: if the issuer had
 * found the error before that, the rule held; if only the handler found it, and the list had
 * given up waiting by its own poll, it is broken. It is broken, too, by a list that waited longer
 * than the budget and returned while CMDQ_ERR was still active, unless with the error of its own
 * CMD_SYNC: then that one was found, and what is active is the next.
 */
#include "check/rules/rule.h"

#include "base/text.h"

#include <errno.h>

static void injected(struct check *check, const struct list_view *view)
{
	__u64 wait = view->submit->duration_ns;
	char time[TEXT_NUMBER_LEN];

	if (!view->started) {
		rule_unseen(check, R10);
		return;
	}
	rule_measure(check, R10, "longest wait of the issuer", wait);
	if (wait <= check_options_of(check)->budget_blocked_ns)
		rule_held(check, R10);
	else
		rule_broken(check, R10, SEEN, view->event, NULL, NULL,
			    "the issuer waited %s for a GERROR whose interrupt it blocked itself",
			    text_duration(wait, time));
}

/* In recordings of older versions only the handler reports errors. */
static bool by_handler(const struct open_error *error)
{
	return error->context == SMMU_CONTEXT_HARDIRQ &&
	       (error->found_by == SMMU_FOUND_BY_HANDLER ||
		error->found_by == SMMU_FOUND_BY_UNKNOWN);
}

/* An interrupt in the issuer's own list: the same CPU and thread. */
static void interrupted(struct check *check, const struct list_view *view,
			const struct open_error *error)
{
	__u64 wait = error->ts_ns - view->start_ns;
	char time[TEXT_NUMBER_LEN];

	if (!by_handler(error) || error->cpu != view->event->cpu ||
	    error->tid != view->event->tid || view->submit->result != -ETIMEDOUT ||
	    wait <= check_options_of(check)->budget_blocked_ns)
		return;
	rule_measure(check, R10, "longest wait of the issuer", wait);
	rule_broken(check, R10, SEEN, view->event, NULL, NULL,
		    "the issuer gave up after %s, and only then its CPU took the interrupt of the "
		    "GERROR at index %u",
		    text_duration(wait, time), error->index);
}

static void list(struct check *check, const struct list_view *view)
{
	if (view->blocked)
		injected(check, view);
	for (unsigned int i = 0; i < ERRORS_MAX && view->started && view->sync; i++) {
		const struct open_error *error = &view->queue->errors[i];

		if (error->used && error->ts_ns >= view->start_ns && error->ts_ns <= view->end_ns)
			interrupted(check, view, error);
	}
}

/* The first interrupt after an issuer found the error itself: is it on the issuer's CPU? */
static void interrupt_follows(struct check *check, const struct smmu_event *event,
			      const struct smmu_isr *isr, struct open_error *error)
{
	if (!error->used || error->over || error->ts_ns > event->ts_ns ||
	    error->found_by != SMMU_FOUND_BY_ISSUER)
		return;
	error->over = true;
	if (error->cpu == event->cpu && event->ts_ns - isr->duration_ns >= error->ts_ns)
		rule_held(check, R10);
}

static void isr(struct check *check, const struct smmu_event *event, const struct smmu_isr *isr)
{
	struct track *track = check_track(check);

	for (size_t i = 0; i < track->queue_count; i++) {
		struct queue *queue = &track->queues[i];

		/* The errors of secondary queues have interrupts of their own. */
		for (unsigned int e = 0; e < ERRORS_MAX; e++) {
			if (event->context == SMMU_CONTEXT_HARDIRQ && queue->smmu == isr->smmu &&
			    !queue->secondary)
				interrupt_follows(check, event, isr, &queue->errors[e]);
		}
	}
}

static void registers(struct check *check, const struct smmu_event *event,
		      const struct smmu_registers *registers)
{
	char time[TEXT_NUMBER_LEN];

	if (!((registers->gerror ^ registers->gerrorn) & SMMU_GERROR_CMDQ_ERR) ||
	    event->flags & SMMU_EVENT_SYNTHETIC ||
	    (registers->result < 0 && registers->result != -ETIMEDOUT) ||
	    registers->duration_ns <= check_options_of(check)->budget_blocked_ns)
		return;
	rule_broken(check, R10, SEEN, event, NULL, NULL,
		    "a list returned after %s with GERROR.CMDQ_ERR still active",
		    text_duration(registers->duration_ns, time));
}

const struct check_rule r10_blocked_gerror = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_INJECT | 1U << SMMU_EVENT_REGISTERS |
		 1U << SMMU_EVENT_CMDQ_ERROR | 1U << SMMU_EVENT_ISR,
	.hooks = {"list", "gerror"},
	.list = list,
	.isr = isr,
	.registers = registers,
};
