// SPDX-License-Identifier: GPL-2.0
/* Which hits without a run of our program are a loss, and those that kprobes count themselves. */
#include "load/internal.h"

#include <bpf/bpf.h>

/* Does each hit of this program that the kernel skipped count as a loss? */
bool loader_skips_count(const struct loader *loader, const struct bpf_program *program)
{
	enum program_miss miss = loader_miss(loader, program);

	return miss == MISS_COUNTS || (miss == MISS_IF_NARROWED && loader->narrowed);
}

/*
 * The beginning of struct bpf_link_info since Linux 6.8, of a link by perf event. The kernel fills
 * in what it has, and takes more bytes than it has if they are 0.
 */
struct link_info {
	__u32 type, id, prog_id, reserved;
	__u32 event_type;
	__u32 reserved_event;
	__u64 name;
	__u32 name_length, offset;
	__u64 address;
	__u64 missed; /* since Linux 6.7 */
};

#define LINK_PERF_EVENT 7 /* BPF_LINK_TYPE_PERF_EVENT */
#define EVENT_KPROBE	3 /* BPF_PERF_EVENT_KPROBE */
#define EVENT_KRETPROBE 4

static __u64 link_missed(const struct bpf_link *link)
{
	struct link_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_link__fd(link), &info, &size) ||
	    info.type != LINK_PERF_EVENT ||
	    (info.event_type != EVENT_KPROBE && info.event_type != EVENT_KRETPROBE))
		return 0;
	return info.missed;
}

__u64 loader_missed(const struct loader *loader)
{
	__u64 sum = 0;

	for (size_t i = 0; i < loader->link_count; i++) {
		if (loader_skips_count(loader, loader->linked[i]))
			sum += link_missed(loader->links[i]);
	}
	return sum;
}
