// SPDX-License-Identifier: GPL-2.0
/*
 * path: 3/5  ring -> collector
 *
 * Where a timeout came from: marks the errors that a rule with kind=device explains. In front of
 * the collector, and only in runs that have such a rule: the sinks and recordings see the mark.
 */
#include "session/internal.h"

#include "event/record.h"

#include <string.h>

/* The longest event that is marked: a list of 64 commands. */
struct marked {
	struct smmu_event event;
	unsigned char
		payload[sizeof(struct smmu_submit) + SMMU_LIST_MAX * sizeof(struct smmu_command)];
};

/* The SMMU of an error that nobody has injected at the injection point; 0: it is none. */
static __u64 real_error(const struct smmu_event *event)
{
	const void *payload = event_payload(event);
	const struct smmu_submit *submit = payload;
	const struct smmu_cmdq_error *error = payload;
	const struct smmu_fence *fence = payload;

	if (event->flags & SMMU_EVENT_SYNTHETIC)
		return 0;
	switch (event->kind) {
	case SMMU_EVENT_SUBMIT:
		return submit->result < 0 ? submit->smmu : 0;
	case SMMU_EVENT_CMDQ_ERROR:
		return error->smmu;
	case SMMU_EVENT_FENCE:
		return fence->smmu;
	default:
		return 0;
	}
}

int source_event(void *context, void *bytes, size_t length)
{
	struct session *session = context;
	struct event_record record;
	struct marked marked;
	__u64 smmu;

	/* What is no event is the collector's to say. */
	if (length > sizeof(marked) || !event_record_make(&record, bytes, length))
		return collector_event(context, bytes, length);
	smmu = real_error(record.event);
	if (!smmu || !silences_explain(&session->injection->silences, smmu, record.event->ts_ns))
		return collector_event(context, bytes, length);
	/* The ring is read only. */
	memcpy(&marked, bytes, length);
	marked.event.flags |= SMMU_EVENT_SILENCED;
	return collector_event(context, &marked, length);
}
