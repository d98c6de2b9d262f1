// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * What is around the lists: the functions that make lists of one invalidation, and
 * the unmap that wanted it. Reported only while there is trouble.
 */
#include "flow.bpf.h"

#include <bpf/bpf_tracing.h>

static __always_inline void processor_exit(__u64 *ctx, __u32 processor, bool is_void)
{
	struct {
		struct smmu_event header;
		struct smmu_invalidation invalidation;
	} * event;
	__u64 now, result = 0;

	now = bpf_ktime_get_ns();
	recovery_close();
	if (!ready || !kind_wanted(SMMU_EVENT_INVALIDATION) || !in_trouble(now))
		return;
	event = emit_reserve(SMMU_EVENT_INVALIDATION, sizeof(*event), now, 0);
	if (!event)
		return;
	/* However many arguments it has in this kernel. */
	if (!is_void)
		bpf_get_func_ret(ctx, &result);
	event->invalidation.result = (__s32)result;
	event->invalidation.processor = processor;
	event->invalidation.is_void = is_void;
	event->invalidation.reserved = 0;
	emit_submit(event);
}

SEC("?fexit")
int invalidation_domain_exit(__u64 *ctx)
{
	if (trouble_ns)
		processor_exit(ctx, SMMU_PROCESSOR_DOMAIN, cfg_domain_is_void);
	return 0;
}

SEC("?fexit")
int invalidation_master_exit(__u64 *ctx)
{
	if (trouble_ns)
		processor_exit(ctx, SMMU_PROCESSOR_MASTER, cfg_master_is_void);
	return 0;
}

/* size_t iommu_unmap(struct iommu_domain *domain, unsigned long iova, size_t size) */
SEC("?fexit")
int unmap_exit(__u64 *ctx)
{
	struct {
		struct smmu_event header;
		struct smmu_unmap unmap;
	} * event;
	__u64 now;

	if (!trouble_ns)
		return 0;
	now = bpf_ktime_get_ns();
	if (!ready || !kind_wanted(SMMU_EVENT_UNMAP) || !in_trouble(now))
		return 0;
	event = emit_reserve(SMMU_EVENT_UNMAP, sizeof(*event), now, 0);
	if (!event)
		return 0;
	event->unmap.iova = ctx[1];
	event->unmap.size = ctx[2];
	event->unmap.returned = ctx[3];
	emit_submit(event);
	return 0;
}
