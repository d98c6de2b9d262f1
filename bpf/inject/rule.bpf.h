/* SPDX-License-Identifier: GPL-2.0 */
/* Injection rules: which ATC_INV they match, and whether they fire. */
#ifndef RULE_BPF_H
#define RULE_BPF_H

#include "inject/answer.bpf.h"

/* Both names are padded with zeros, so two words are compared. */
static __always_inline bool same_comm(const struct smmu_rule *rule)
{
	const __u64 *wanted = (const __u64 *)rule->comm;
	__u64 comm[SMMU_RULE_COMM_LEN / sizeof(__u64)] = {};

	bpf_get_current_comm(comm, sizeof(comm));
	return comm[0] == wanted[0] && comm[1] == wanted[1];
}

static __always_inline bool inject_rule_matches(const struct smmu_rule *rule,
						const struct answer *answer, __u64 word)
{
	if ((rule->match & SMMU_RULE_SMMU) && rule->smmu != answer->smmu)
		return false;
	if ((rule->match & SMMU_RULE_SSID) &&
	    (!SMMU_CMD_SSV(word) || SMMU_CMD_SSID(word) != rule->ssid))
		return false;
	if ((rule->match & SMMU_RULE_CONTEXT) && !(rule->contexts & (1U << answer->context)))
		return false;
	if ((rule->match & SMMU_RULE_PID) && rule->pid != (bpf_get_current_pid_tgid() >> 32))
		return false;
	if ((rule->match & SMMU_RULE_BLOCKED) && rule->gerror_cpu != bpf_get_smp_processor_id())
		return false;
	if ((rule->match & SMMU_RULE_FREE) && rule->gerror_cpu == bpf_get_smp_processor_id())
		return false;
	if ((rule->match & SMMU_RULE_COMM) && !same_comm(rule))
		return false;
	return true;
}

/* True if the rule fires for this match. Every bound is checked here and nowhere else. */
static __always_inline bool inject_rule_take(const struct smmu_rule *rule,
					     struct smmu_rule_state *state, __u64 now)
{
	__u64 nth, old;

	if (state->fired >= rule->times)
		return false;
	if (now > rule->deadline_ns) {
		__sync_fetch_and_add(&state->expired, 1);
		return false;
	}
	nth = __sync_fetch_and_add(&state->matched, 1);
	if (nth < rule->after || !rule->every || (nth - rule->after) % rule->every)
		return false;
	if ((rule->match & SMMU_RULE_PROBABILITY) && bpf_get_prandom_u32() > rule->probability)
		return false;
	for (int i = 0; i < 16; i++) {
		old = state->fired;
		if (old >= rule->times)
			return false;
		if (__sync_val_compare_and_swap(&state->fired, old, old + 1) == old)
			return true;
	}
	return false;
}

static __always_inline __s32 inject_rule_value(const struct smmu_rule *rule)
{
	if (rule->kind == SMMU_RULE_KIND_GERROR)
		return VALUE_GERROR;
	return rule->kind == SMMU_RULE_KIND_STALL ? VALUE_STALL : rule->error;
}

/* Only the SMMU's own queue has GERROR; on others kind=gerror is an immediate -EIO. */
static __always_inline __u16 inject_rule_flags(const struct smmu_rule *rule,
					       const struct answer *answer)
{
	__u64 own = answer->smmu + bpf_core_field_offset(struct arm_smmu_device, cmdq);

	if (rule->kind == SMMU_RULE_KIND_STALL)
		return SMMU_EVENT_STALL;
	if (rule->kind != SMMU_RULE_KIND_GERROR || answer->cmdq != own)
		return 0;
	return SMMU_EVENT_GERROR |
	       (rule->gerror_cpu == bpf_get_smp_processor_id() ? SMMU_EVENT_BLOCKED : 0);
}

#endif
