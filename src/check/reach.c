// SPDX-License-Identifier: GPL-2.0
#include "check/reach.h"

/* Lists of TLBI of one invalidation follow each other at once. */
#define GAP_NS 10000000ULL

void reach_ask(struct reach *reach, struct unit *unit, __u32 stream, __u64 ts_ns)
{
	unsigned int at = 0;

	while (at < reach->asked_count &&
	       (reach->asked[at].unit != unit || reach->asked[at].stream != stream))
		at++;
	if (at == ASKED_MAX) {
		reach->crowded = true;
		return;
	}
	if (at == reach->asked_count)
		reach->asked_count++;
	reach->asked[at] = (struct asked){.unit = unit, .stream = stream, .ts_ns = ts_ns};
}

bool reach_asked(const struct reach *reach, const struct unit *unit, __u32 stream, __u64 since_ns)
{
	for (unsigned int i = 0; i < reach->asked_count; i++) {
		const struct asked *asked = &reach->asked[i];

		if (asked->unit == unit && asked->stream == stream)
			return asked->ts_ns >= since_ns;
	}
	return false;
}

struct open_tag *reach_find(struct reach *reach, __u64 smmu, __u64 tag)
{
	for (unsigned int i = 0; i < OPEN_TAGS_MAX; i++) {
		if (reach->tags[i].tag == tag && reach->tags[i].smmu == smmu)
			return &reach->tags[i];
	}
	return NULL;
}

bool reach_goes_on(const struct reach *reach, const struct open_tag *open, __u64 start_ns)
{
	if (!open->more && start_ns > open->end_ns + GAP_NS)
		return false;
	for (unsigned int i = 0; i < reach->asked_count; i++) {
		if (reach->asked[i].ts_ns >= open->start_ns)
			return false;
	}
	return true;
}

struct open_tag *reach_place(struct reach *reach)
{
	struct open_tag *oldest = &reach->tags[0];

	for (unsigned int i = 0; i < OPEN_TAGS_MAX && oldest->tag; i++) {
		if (!reach->tags[i].tag || reach->tags[i].end_ns < oldest->end_ns)
			oldest = &reach->tags[i];
	}
	return oldest;
}
