// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * Errors of a command queue, for `stat`: counted, and no events. An error of the SMMU's own
 * queue is seen by the GERROR handler, or by a driver that polls for it, in the function that
 * acts on it; compilers merge that function into the handler, so both are hooked. An error of
 * another queue is seen in that function only.
 */
#include "list/error.bpf.h"

#include <bpf/bpf_tracing.h>

static __always_inline bool error_of_own_queue(__u64 smmu, __u64 queue)
{
	return queue == own_queue(smmu);
}

static __always_inline int error_seen(__u64 smmu, __u64 queue)
{
	struct smmu_queue_errors *errors;
	struct registers registers;

	if (!ready())
		return 0;
	registers_read(&registers, smmu, queue);
	if (registers.synthetic)
		return 0;
	if (error_of_own_queue(smmu, queue) && !registers_cmdq_error(&registers))
		return 0;
	errors = error_counts_of(smmu, queue);
	if (!errors)
		return 0;
	if (!error_of_own_queue(smmu, queue) || error_is_new(errors, &registers))
		error_count(errors, smmu, queue, registers.cons);
	return 0;
}

/* irqreturn_t arm_smmu_gerror_handler(int irq, void *smmu) */
SEC("?fentry")
int error_gerror_entry(__u64 *ctx)
{
	return error_seen(ctx[1], own_queue(ctx[1]));
}

SEC("?kprobe")
int error_gerror_entry_kprobe(__u64 *ctx)
{
	return error_seen(ctx[1], own_queue(ctx[1]));
}

/* void __arm_smmu_cmdq_skip_err(struct arm_smmu_device *smmu, struct arm_smmu_cmdq *cmdq) */
SEC("?fentry")
int error_skip_entry(__u64 *ctx)
{
	return error_seen(argument_number(ctx, 0), argument_number(ctx, 1));
}

SEC("?kprobe")
int error_skip_entry_kprobe(__u64 *ctx)
{
	return error_seen(ctx[0], ctx[1]);
}
