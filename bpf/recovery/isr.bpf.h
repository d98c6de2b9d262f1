/* SPDX-License-Identifier: GPL-2.0 */
/* The GERROR handler that is running on this CPU. */
#ifndef ISR_BPF_H
#define ISR_BPF_H

#include "base/maps.bpf.h"
#include "recovery/queue_error.bpf.h"

struct isr {
	__u64 start_ns;		  /* 0: not running */
	__u64 task;		  /* that it runs in */
	struct queue_error error; /* at entry */
	__u32 active;		  /* GERROR ^ GERRORN at entry */
	bool sent;		  /* the error at entry was sent before that */
	__u64 sent_ns;		  /* queue_error_sent() at entry */
	__u16 flags;		  /* enum smmu_event_flags */
	__u16 context;		  /* enum smmu_context at entry */
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct isr);
} isrs __weak SEC(".maps");

#endif
