/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: log -> events
 *
 * Which events of a log are wanted. What a message does not say is no reason to leave it out.
 */
#ifndef KLOG_FILTER_H
#define KLOG_FILTER_H

#include "base/refusal.h"
#include "klog/message.h"

#define KLOG_DEVICES_MAX 64

/* Zeros: all are wanted. */
struct klog_filter {
	const char *smmu; /* by name; NULL: any */
	struct {
		char name[KLOG_NAME_LEN]; /* "": it is a StreamID */
		__u32 sid;
	} device[KLOG_DEVICES_MAX];
	size_t devices;
	struct klog_when since, until; /* of KLOG_CLOCK_NONE: without limit */
	__u32 kinds;		       /* 1 << enum klog_kind; 0: any */
};

/* text: a PCI address or a StreamID. 0, or -EINVAL and *refusal. */
int klog_filter_device(struct klog_filter *filter, const char *text, struct refusal *refusal);
/* option: "--since" or "--until". 0, or -EINVAL and *refusal. */
int klog_filter_time(struct klog_when *limit, const char *option, const char *text,
		     struct refusal *refusal);
/* Names of event kinds, bits of SMMU_KINDS_ALL: those of the log that are called the same. */
void klog_filter_kinds(struct klog_filter *filter, __u32 kinds);
/* -EINVAL and *refusal if the time of this event cannot be compared with a limit; else 0. */
int klog_filter_clock(const struct klog_filter *filter, const struct klog_event *event,
		      struct refusal *refusal);
bool klog_filter_wants(const struct klog_filter *filter, const struct klog_event *event);

#endif
