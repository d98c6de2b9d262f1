/* SPDX-License-Identifier: GPL-2.0 */
/* The GERROR handler that is running on this CPU. */
#ifndef ISR_BPF_H
#define ISR_BPF_H

#include "base/maps.bpf.h"

struct isr {
	__u64 start_ns; /* 0: not running */
	__u32 active;	/* GERROR ^ GERRORN at entry */
	__u16 flags;	/* enum smmu_event_flags */
	__u16 context;	/* enum smmu_context at entry */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct isr);
} isrs __weak SEC(".maps");

#endif
