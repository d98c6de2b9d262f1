// SPDX-License-Identifier: GPL-2.0
/*
 * path: 4/5  bytes from the ring or from a recording -> a record that can be trusted
 */
#include "event/record.h"

#include <string.h>

static const size_t sizes[] = {
#define SIZE(id, name, payload) [SMMU_EVENT_##id] = sizeof(struct payload),
	SMMU_EVENT_KINDS(SIZE)
#undef SIZE
};

size_t event_record_complete(struct smmu_event *event, size_t length)
{
	size_t first, whole;

	if (event->kind == SMMU_EVENT_CMDQ_ERROR)
		first = SMMU_CMDQ_ERROR_MIN;
	else if (event->kind == SMMU_EVENT_FENCE || event->kind == SMMU_EVENT_UNFENCE)
		first = SMMU_FENCE_MIN;
	else if (event->kind == SMMU_EVENT_STE)
		first = SMMU_STE_MIN;
	else
		return length;
	whole = sizeof(*event) + sizes[event->kind];
	if (length >= whole || length < sizeof(*event) + first)
		return length;
	memset((char *)event + length, 0, whole - length);
	return whole;
}

const struct smmu_stack *event_stack(const struct smmu_event *event)
{
	const struct smmu_fence *fence = event_payload(event);
	const struct smmu_forbidden *forbidden = event_payload(event);

	if (event->kind == SMMU_EVENT_FENCE || event->kind == SMMU_EVENT_UNFENCE ||
	    event->kind == SMMU_EVENT_STE)
		return &fence->stack;
	return event->kind == SMMU_EVENT_FORBIDDEN ? &forbidden->stack : NULL;
}

/* A damaged record may claim any depth. */
static bool stack_too_deep(const struct smmu_event *event)
{
	const struct smmu_stack *stack = event_stack(event);

	return stack && stack->depth > SMMU_STACK_MAX;
}

static bool commands_there(const struct smmu_submit *submit, size_t length)
{
	return (length - sizeof(*submit)) / sizeof(submit->command[0]) >= submit->captured;
}

bool event_record_good(const struct smmu_event *event, size_t length)
{
	if (length < sizeof(*event) || event->kind >= SMMU_EVENT_KIND_COUNT)
		return false;
	length -= sizeof(*event);
	if (length < sizes[event->kind] || stack_too_deep(event))
		return false;
	return event->kind != SMMU_EVENT_SUBMIT || commands_there(event_payload(event), length);
}
