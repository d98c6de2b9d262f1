/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: log -> statistics
 *
 * What a log tells in numbers, by SMMU and by PCI function, and what it lacks. Not thread safe.
 */
#ifndef KLOG_TALLY_H
#define KLOG_TALLY_H

#include "base/json.h"
#include "klog/message.h"
#include "smmu_stats.h"

#include <stdio.h>

/* Most SMMUs, and most functions, that are counted by name. */
#define KLOG_SUBJECTS_MAX 4096
/* Records of the event queue are counted by their number, a byte, or by a name without one. */
#define KLOG_FAULTS_MAX 32

struct klog_subject {
	char name[KLOG_NAME_LEN];
	__u64 kind[KLOG_KIND_COUNT]; /* events */
	__u64 error[SMMU_CAUSES];    /* of an SMMU, by cause */
	__u64 begun, failed;	     /* of a function: resets */
	struct {
		char name[KLOG_NAME_LEN];
		__u64 count;
	} fault[KLOG_FAULTS_MAX]; /* of an SMMU, the last one for all others */
};

struct klog_subjects {
	struct klog_subject *list;
	size_t count;
	size_t room;
};

struct klog_tally {
	__u64 lines; /* of the file */
	__u64 said;  /* of these, lines of which something is told here */
	__u64 kind[KLOG_KIND_COUNT];
	struct klog_subjects smmus, functions;
	/* What the log says that it lacks: messages. */
	__u64 suppressed;	    /* by a limit to their rate, in the driver */
	__u64 dropped;		    /* by the console, or missed by the journal */
	__u64 missing;		    /* numbers of /dev/kmsg */
	__u64 cut;		    /* lines that were too long to be read in full */
	char kernel[KLOG_NAME_LEN]; /* of the last boot, "" if it is not in the log */
	const char *file;
	const char *tool;
};

/* 0 or -ENOMEM. */
int klog_tally_add(struct klog_tally *tally, const struct klog_event *event);
/* Messages that are known to be missing. */
__u64 klog_tally_lost(const struct klog_tally *tally);
/* The value of the key before: these, each by itself. */
void klog_tally_loss(struct json *json, const struct klog_tally *tally);
void klog_tally_free(struct klog_tally *tally);

/* smmuscope.kernel-log-stats/1, and the same for people. 0 or a negative errno. */
int klog_tally_json(FILE *file, const struct klog_tally *tally);
int klog_tally_text(FILE *file, const struct klog_tally *tally);

#endif
