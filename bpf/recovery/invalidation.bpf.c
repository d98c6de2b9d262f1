// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * Around the lists: the functions that turn an invalidation into lists, and the unmap that
 * asked for it. Events are sent only in trouble, see SMMU_TROUBLE_NS.
 */
#include "recovery/nested.bpf.h"
#include "recovery/story.bpf.h"
#include "base/frame.bpf.h"
#include "base/twice.bpf.h"

#include <bpf/bpf_tracing.h>

static __always_inline int invalidation_ends(void *ctx, __u32 own, __u32 function, bool is_void,
					     __u64 result)
{
	struct {
		struct smmu_event header;
		struct smmu_invalidation invalidation;
	} * event;
	__u64 now = bpf_ktime_get_ns();
	__u32 nested;

	if (!ready() || !kind_wanted(SMMU_EVENT_INVALIDATION) || !story_returns(now)) {
		recovery_close();
		return 0;
	}
	nested = invalidation_nested(ctx, own);
	if (!nested)
		recovery_close();
	told_again();
	event = emit_reserve(SMMU_EVENT_INVALIDATION, sizeof(*event), now, 0);
	if (!event)
		return 0;
	event->invalidation.result = is_void ? 0 : (__s32)result;
	event->invalidation.function = function;
	event->invalidation.is_void = is_void;
	event->invalidation.nested = nested;
	emit_submit(event);
	return 0;
}

/* The number of arguments depends on the kernel, so a helper gets the return value. */
static __always_inline __u64 result_of(__u64 *ctx)
{
	__u64 result = 0;

	bpf_get_func_ret(ctx, &result);
	return result;
}

#define INV_FUNCTION(name, hook, function, is_void)                                                \
	SEC("?fexit")                                                                              \
	int name(__u64 *ctx)                                                                       \
	{                                                                                          \
		if (!trouble_ns || !twice_mine(hook, 0, ctx))                                      \
			return 0;                                                                  \
		return invalidation_ends(ctx, 1, function, is_void, is_void ? 0 : result_of(ctx)); \
	}                                                                                          \
	SEC("?fexit")                                                                              \
	int name##_again(__u64 *ctx)                                                               \
	{                                                                                          \
		if (!trouble_ns || !twice_mine(hook, 1, ctx))                                      \
			return 0;                                                                  \
		return invalidation_ends(ctx, 1, function, is_void, is_void ? 0 : result_of(ctx)); \
	}                                                                                          \
	SEC("?kretprobe")                                                                          \
	int name##_kprobe(__u64 *ctx)                                                              \
	{                                                                                          \
		return trouble_ns ? invalidation_ends(ctx, 0, function, is_void, ctx[0]) : 0;      \
	}

INV_FUNCTION(invalidation_domain_exit, SMMU_TWICE_DOMAIN, SMMU_INV_FUNCTION_DOMAIN,
	     cfg_domain_is_void)
INV_FUNCTION(invalidation_master_exit, SMMU_TWICE_MASTER, SMMU_INV_FUNCTION_MASTER,
	     cfg_master_is_void)

static __always_inline int unmap_ends(__u64 iova, __u64 size, __u64 returned)
{
	struct {
		struct smmu_event header;
		struct smmu_unmap unmap;
	} * event;
	__u64 now = bpf_ktime_get_ns();

	if (!ready() || !kind_wanted(SMMU_EVENT_UNMAP) || !story_returns(now))
		return 0;
	event = emit_reserve(SMMU_EVENT_UNMAP, sizeof(*event), now, 0);
	if (!event)
		return 0;
	event->unmap.iova = iova;
	event->unmap.size = size;
	event->unmap.returned = returned;
	emit_submit(event);
	return 0;
}

/* size_t iommu_unmap(struct iommu_domain *domain, unsigned long iova, size_t size) */
SEC("?fexit")
int unmap_exit(__u64 *ctx)
{
	if (!trouble_ns || !twice_mine(SMMU_TWICE_UNMAP, 0, ctx))
		return 0;
	return unmap_ends(ctx[1], ctx[2], ctx[3]);
}

SEC("?fexit")
int unmap_exit_again(__u64 *ctx)
{
	if (!trouble_ns || !twice_mine(SMMU_TWICE_UNMAP, 1, ctx))
		return 0;
	return unmap_ends(ctx[1], ctx[2], ctx[3]);
}

SEC("?kprobe")
int unmap_entry_kprobe(__u64 *ctx)
{
	frame_keep_first(ctx, FRAME_UNMAP);
	return 0;
}

SEC("?kretprobe")
int unmap_exit_kprobe(__u64 *ctx)
{
	struct frame frame;

	if (!frame_take(ctx, FRAME_UNMAP, &frame))
		return 0;
	return trouble_ns ? unmap_ends(frame.argument[1], frame.argument[2], ctx[0]) : 0;
}
