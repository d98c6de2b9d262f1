// SPDX-License-Identifier: GPL-2.0
/*
 * R9: the GERROR handler only signals, the recovery runs in the issuer. While a handler that
 * found CMDQ_ERR is on a CPU, nothing in hard-IRQ context there may issue a list, fence, switch
 * ATS, allocate, or queue work. A handler that an issuer calls itself, in a task, is no interrupt
 * and is not looked at.
 */
#include "check/rules/rule.h"

#include "event/decode.h"

static void isr(struct check *check, const struct smmu_event *event, const struct smmu_isr *isr)
{
	struct cpu *cpu = track_cpu(check_track(check), event->cpu);
	__u64 start = event->ts_ns - isr->duration_ns;

	if (!cpu || event->context != SMMU_CONTEXT_HARDIRQ || !(isr->active & SMMU_GERROR_CMDQ_ERR))
		return;
	for (unsigned int i = 0; i < IRQ_ACTS_MAX; i++) {
		struct irq_act *act = &cpu->acts[i];

		if (act->ts_ns && act->start_ns >= start && act->ts_ns <= event->ts_ns) {
			rule_broken(check, R9, SEEN, event, NULL, NULL, "in the GERROR handler: %s",
				    act->text);
			return;
		}
	}
	rule_held(check, R9);
}

static void forbidden(struct check *check, const struct smmu_event *event,
		      const struct smmu_forbidden *forbidden)
{
	if (forbidden->where == SMMU_FORBIDDEN_ISR)
		rule_broken(check, R9, SEEN, event, NULL, &forbidden->stack,
			    "%s in the GERROR handler", decode_forbidden(forbidden->act));
}

const struct check_rule r09_quiet_isr = {
	.kinds = 1U << SMMU_EVENT_ISR | 1U << SMMU_EVENT_FORBIDDEN | 1U << SMMU_EVENT_SUBMIT |
		 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_ATS,
	.hooks = {"gerror", "queue_work", "kmalloc", "kmem_cache_alloc", "mm_page_alloc", "list",
		  "ats_enable", "ats_disable"},
	.isr = isr,
	.forbidden = forbidden,
};
