// SPDX-License-Identifier: GPL-2.0
/*
 * R9: the GERROR handler only signals, the recovery runs in the issuer. While a handler that
 * found CMDQ_ERR is on a CPU, nothing in hard-IRQ context there may issue a list, fence, switch
 * ATS, allocate, or leave work for later, by whatever means: a work item, also a delayed one, a
 * timer, a softirq (so a tasklet), an irq_work or a call on another CPU (both are an interrupt from
 * CPU to CPU), a kthread worker. To wake whoever waits, and to
 * print, is allowed: what the kernel itself defers for these is not the handler's doing, which
 * the callers tell. RCU callbacks are not seen. The handler returns within
 * its budget, as the CPU takes no other interrupt meanwhile. A handler that an issuer calls
 * itself, in a task, is no interrupt and is not looked at. One that runs as a thread of its own
 * (threadirqs) is not observable.
 */
#include "check/rules/rule.h"

#include "base/text.h"
#include "event/decode.h"
#include "event/symbols.h"

#include <string.h>

/* The kernel names the thread of an interrupt irq/NUMBER-NAME. */
static bool is_thread(const struct smmu_event *event)
{
	return event->context == SMMU_CONTEXT_TASK && !strncmp(event->comm, "irq/", 4);
}

static void judge_time(struct check *check, const struct smmu_event *event, __u64 duration_ns)
{
	char time[TEXT_NUMBER_LEN];

	rule_measure(check, R9, "longest time in the handler", duration_ns);
	if (duration_ns <= check_options_of(check)->budget_handler_ns)
		rule_held(check, R9);
	else
		rule_broken(check, R9, SEEN, event, NULL, NULL, "the GERROR handler took %s",
			    text_duration(duration_ns, time));
}

static void isr(struct check *check, const struct smmu_event *event, const struct smmu_isr *isr)
{
	struct cpu *cpu = track_cpu(check_track(check), event->cpu);
	__u64 start = event->ts_ns - isr->duration_ns;

	if (is_thread(event))
		rule_note(check, R9,
			  "the GERROR handler runs as a thread (threadirqs): what it does is not "
			  "looked at");
	if (!cpu || !(isr->active & SMMU_GERROR_CMDQ_ERR))
		return;
	if (is_thread(event))
		rule_unseen(check, R9);
	if (event->context != SMMU_CONTEXT_HARDIRQ)
		return;
	for (unsigned int i = 0; i < IRQ_ACTS_MAX; i++) {
		struct irq_act *act = &cpu->acts[i];

		if (act->ts_ns && act->start_ns >= start && act->ts_ns <= event->ts_ns) {
			rule_broken(check, R9, SEEN, event, NULL, NULL, "in the GERROR handler: %s",
				    act->text);
			return;
		}
	}
	judge_time(check, event, isr->duration_ns);
}

/* Whose doing is an act in the handler? */
enum doer { HANDLER, KERNEL, UNKNOWN };

static bool begins(const char *name, const char *prefix)
{
	return !strncmp(name, prefix, strlen(prefix));
}

/*
 * Functions that the handler may call, or that run in whatever is traced, and those of the
 * scheduler inside of them, as a stack is cut off: waking, printing, the ring buffers of tracers.
 */
static bool kernels_own(const char *name)
{
	static const char *const prefixes[] = {
		"try_to_wake_up", "ttwu_",	  "__ttwu_",	  "enqueue_task",
		"psi_",		  "vprintk",	  "_printk",	  "wake_up_klogd",
		"console_unlock", "bpf_ringbuf_", "ring_buffer_", "rcu_read_unlock_special",
	};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (begins(name, prefixes[i]))
			return true;
	}
	return false;
}

/* By its callers, up to the handler: what follows is what the interrupt came into. */
static enum doer doer_of(const struct track *track, const struct smmu_forbidden *forbidden)
{
	enum doer doer = UNKNOWN;
	char name[SYMBOLS_NAME_LEN];
	__u32 next = 0;

	while (symbols_frame(track->info->symbols, &forbidden->stack, &next, name)) {
		if (kernels_own(name))
			return KERNEL;
		if (*name != '?')
			doer = HANDLER;
		if (begins(name, "arm_smmu_gerror_handler") ||
		    begins(name, "__handle_irq_event_percpu"))
			break;
	}
	return doer;
}

/* Acts of which the kernel itself makes use for what the handler may do. */
static bool kernel_may(__u32 act)
{
	return act >= SMMU_FORBIDDEN_WORK && act != SMMU_FORBIDDEN_KTHREAD;
}

static void forbidden(struct check *check, const struct smmu_event *event,
		      const struct smmu_forbidden *forbidden)
{
	enum doer doer = HANDLER;

	if (forbidden->where != SMMU_FORBIDDEN_ISR)
		return;
	if (kernel_may(forbidden->act))
		doer = doer_of(check_track(check), forbidden);
	/* The kernel hands no work on there but for what the handler prints. */
	if (doer == UNKNOWN &&
	    (forbidden->act == SMMU_FORBIDDEN_WORK || forbidden->act == SMMU_FORBIDDEN_SOFTIRQ))
		doer = HANDLER;
	if (doer == HANDLER)
		rule_broken(check, R9, SEEN, event, NULL, &forbidden->stack,
			    "%s in the GERROR handler", decode_forbidden(forbidden->act));
	else if (doer == UNKNOWN)
		rule_unseen(check, R9);
}

const struct check_rule r09_quiet_isr = {
	.kinds = 1U << SMMU_EVENT_ISR | 1U << SMMU_EVENT_FORBIDDEN | 1U << SMMU_EVENT_SUBMIT |
		 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_ATS,
	.hooks = {"gerror", "queue_work", "kmalloc", "kmem_cache_alloc", "mm_page_alloc", "list",
		  "ats_enable", "ats_disable"},
	.pass_hooks = {"timer_start", "hrtimer_start", "softirq_raise", "ipi_raise",
		       "kthread_queue_work"},
	.isr = isr,
	.forbidden = forbidden,
};
