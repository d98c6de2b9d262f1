// SPDX-License-Identifier: GPL-2.0
#include "klog/filter.h"

#include "base/number.h"
#include "device/devices.h"
#include "event/decode.h"

#include <errno.h>
#include <string.h>

int klog_filter_device(struct klog_filter *filter, const char *text, struct refusal *refusal)
{
	__u32 bdf;
	__u64 sid;

	if (filter->devices == KLOG_DEVICES_MAX) {
		refusal_message(refusal, "--device: %s is one too many", text);
		return refusal_hint(refusal, "it can be given %d times", KLOG_DEVICES_MAX);
	}
	if (!bdf_parse(text, &bdf)) {
		bdf_format(bdf, filter->device[filter->devices++].name);
		return 0;
	}
	if (!number_parse(text, SMMU_SID_NONE - 1, &sid)) {
		filter->device[filter->devices++].sid = (__u32)sid;
		return 0;
	}
	refusal_message(refusal, "--device: '%s' is neither a PCI address nor a StreamID", text);
	return refusal_hint(refusal, "as in --device 0000:01:00.0 or --device 0x100");
}

int klog_filter_time(struct klog_when *limit, const char *option, const char *text,
		     struct refusal *refusal)
{
	const char *end = klog_when_parse(text, limit);

	if (end && (!*end || !strcmp(end, "s")))
		return 0;
	refusal_message(refusal, "%s: '%s' is no time", option, text);
	return refusal_hint(refusal, "as the log writes them: 12.5 (seconds since the boot), "
				     "2026-11-30T21:30:08+00:00, 'Nov 30 21:30:08'");
}

void klog_filter_kinds(struct klog_filter *filter, __u32 kinds)
{
	filter->kinds = 0;
	if (kinds == SMMU_KINDS_ALL)
		return;
	/* One that no log has: with a kind that is not there nothing is wanted. */
	filter->kinds = 1U << KLOG_KIND_COUNT;
	for (unsigned int i = 0; i < SMMU_EVENT_KIND_COUNT; i++) {
		for (unsigned int own = 0; kinds & 1U << i && own < KLOG_KIND_COUNT; own++) {
			if (!strcmp(decode_kind(i), klog_kind_name(own)))
				filter->kinds |= 1U << own;
		}
	}
}

static int compare_clocks(const struct klog_when *limit, const char *option,
			  const struct klog_event *event, struct refusal *refusal)
{
	if (!limit->clock || limit->clock == event->when.clock || !event->when.clock)
		return 0;
	refusal_message(refusal, "%s: line %llu has %s, and this is one of the %s", option,
			event->line, klog_clock_text(event->when.clock),
			klog_clock_text(limit->clock));
	return refusal_hint(refusal, "give it as the log does, as in '%s'",
			    event->said[0] ? event->said : "12.5");
}

int klog_filter_clock(const struct klog_filter *filter, const struct klog_event *event,
		      struct refusal *refusal)
{
	int err = compare_clocks(&filter->since, "--since", event, refusal);

	return err ? err : compare_clocks(&filter->until, "--until", event, refusal);
}

static bool time_wanted(const struct klog_filter *filter, const struct klog_event *event)
{
	if (!event->when.clock)
		return true;
	return (!filter->since.clock || event->when.ns >= filter->since.ns) &&
	       (!filter->until.clock || event->when.ns <= filter->until.ns);
}

static bool device_wanted(const struct klog_filter *filter, const struct klog_event *event)
{
	bool says_name = event->device[0], says_sid = event->sid != SMMU_SID_NONE, said = false;

	for (size_t i = 0; i < filter->devices; i++) {
		const bool by_name = filter->device[i].name[0];

		if (by_name && says_name && !strcmp(filter->device[i].name, event->device))
			return true;
		if (!by_name && says_sid && filter->device[i].sid == event->sid)
			return true;
		said |= by_name ? says_name : says_sid;
	}
	return !filter->devices || !said;
}

bool klog_filter_wants(const struct klog_filter *filter, const struct klog_event *event)
{
	/* What is missing, and where another boot begins, is a matter of all the others. */
	if (event->kind == KLOG_LOSS || event->kind == KLOG_BOOT)
		return time_wanted(filter, event);
	if (filter->kinds && !(filter->kinds & 1U << event->kind))
		return false;
	if (filter->smmu && event->smmu[0] && strcmp(filter->smmu, event->smmu) != 0)
		return false;
	return time_wanted(filter, event) && device_wanted(filter, event);
}
