// SPDX-License-Identifier: GPL-2.0
/* Injections by other tools, as far as the driver reveals them. */
#include "inject/answer.bpf.h"

#include <bpf/bpf_tracing.h>

/*
 * arm_smmu_cmdq_inject(smmu, cmdq, cmds, n, sync_prod, verdict) is the driver's slow path,
 * called only for an injected answer. So injections by other tools are seen here, and cost
 * nothing while there are none. The device is known only if the list has one command.
 */
static __always_inline int injected(__u64 *ctx, __u64 smmu, __u64 cmds)
{
	struct answer answer = {.smmu = smmu, .cmdq = ctx[1], .sync = (__u32)ctx[4]};
	struct arm_smmu_cmdq *cmdq = (struct arm_smmu_cmdq *)ctx[1];
	struct smmu_command command = {};
	struct smmu_call *call;
	__u32 sid = SMMU_SID_NONE;
	__s32 error = (__s32)ctx[5];
	__u16 flags = SMMU_EVENT_FOREIGN;

	if (!ready())
		return 0;
	call = call_find(cmds);
	if (call && call->flags & SMMU_EVENT_SYNTHETIC) {
		if (cfg_point_only)
			call_close(call);
		return 0; /* our own: its event has been sent */
	}
	answer.mask = (1U << (BPF_CORE_READ(cmdq, q.llq.max_n_shift) & 31)) - 1;
	if (!cfg_point_only)
		call_mark_synthetic(cmds, index_before(answer.sync, (__u32)ctx[3], answer.mask));
	if ((__u32)ctx[3] == 1)
		bpf_probe_read_kernel(&command, sizeof(command), (const void *)cmds);
	if (SMMU_CMD_OPCODE(command.word[0]) == SMMU_OP_ATC_INV) {
		sid = SMMU_CMD_SID(command.word[0]);
		DEVICE_COUNT(answer.smmu, sid, timeouts_injected);
	}
	if (error == VALUE_GERROR) {
		flags |= SMMU_EVENT_GERROR;
		error = -EIO;
	} else if (error == VALUE_STALL) {
		flags |= SMMU_EVENT_STALL;
		error = -ETIMEDOUT;
	}
	emit_inject(&answer, sid, SMMU_RULE_NONE, error, 0, flags);
	if (cfg_point_only) {
		/* No fast path any more, as after an incident of our own. */
		__sync_fetch_and_add(&incidents_begun, 1);
		answer_follow(ctx, smmu, cmds, (__u32)ctx[3], error);
	}
	return 0;
}

SEC("?fentry")
int injected_entry(__u64 *ctx)
{
	return injected(ctx, argument_number(ctx, 0), argument_number(ctx, 2));
}

SEC("?kprobe")
int injected_entry_kprobe(__u64 *ctx)
{
	return injected(ctx, ctx[0], ctx[2]);
}
