// SPDX-License-Identifier: GPL-2.0
#include "check/stood.h"

void stood_error(struct stood *stood, __u64 now)
{
	stood->error_ns = now;
	stood->open_end_ns = 0;
}

/* Lists come in the order of their ends, so that only the last spans can overlap a new one. */
static void add(struct stood *stood, __u64 from_ns, __u64 to_ns)
{
	while (stood->next) {
		unsigned int last = (stood->next - 1) % STOOD_MAX;

		if (stood->spans[last].to_ns < from_ns)
			break;
		if (stood->spans[last].from_ns < from_ns)
			from_ns = stood->spans[last].from_ns;
		if (stood->spans[last].to_ns > to_ns)
			to_ns = stood->spans[last].to_ns;
		stood->spans[last].from_ns = stood->spans[last].to_ns = 0;
		stood->next--;
	}
	if (to_ns - from_ns > stood->longest_ns)
		stood->longest_ns = to_ns - from_ns;
	stood->spans[stood->next % STOOD_MAX].from_ns = from_ns;
	stood->spans[stood->next++ % STOOD_MAX].to_ns = to_ns;
}

void stood_list(struct stood *stood, __u64 start_ns, __u64 end_ns, bool timed_out)
{
	if (timed_out) {
		add(stood, start_ns, end_ns);
		stood->open_start_ns = start_ns;
		/* An error that was found meanwhile was acknowledged, and the queue went on. */
		stood->open_end_ns = stood->error_ns > start_ns ? 0 : end_ns;
		return;
	}
	/* A list behind that one was completed. */
	if (start_ns > stood->open_start_ns)
		stood->open_end_ns = 0;
	if (stood->error_ns > start_ns)
		add(stood, start_ns, stood->error_ns < end_ns ? stood->error_ns : end_ns);
}

bool stood_open(const struct stood *stood, __u64 now)
{
	return stood->open_end_ns && now - stood->open_end_ns < SMMU_LONGEST_WAIT_NS;
}

__u64 stood_between(const struct stood *stood, __u64 from_ns, __u64 to_ns)
{
	__u64 sum = 0;

	for (unsigned int i = 0; i < STOOD_MAX; i++) {
		__u64 from = stood->spans[i].from_ns, to = stood->spans[i].to_ns;

		if (from < from_ns)
			from = from_ns;
		if (to > to_ns)
			to = to_ns;
		if (from < to)
			sum += to - from;
	}
	return sum;
}
