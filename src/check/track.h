/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the rules look at: flows of control, queues, StreamIDs and devices, as far as
 * the events so far tell. Kept by track.c and check.c; rules read it, and write only
 * the parts that are theirs.
 *
 * A flow is a thread, or an interrupt in it. Its invalidation lasts from one list of
 * other commands than ATC_INV and CFGI to the next one, or to the return of the
 * invalidation-list processor, if that is seen. Its first failure or report makes the
 * StreamIDs concerned suspects; each has to be answered or fenced by the end.
 */
#ifndef CHECK_TRACK_H
#define CHECK_TRACK_H

#include "check/check.h"

/* Longest line of evidence, and how many facts are remembered for it. */
#define FACT_TEXT 200
#define FACTS_MAX 128

struct flow_id {
	__u32 tid;
	__u16 context;
	__u16 cpu; /* 0xffff in a task, which may move */
};

/* Something worth telling as evidence. */
struct fact {
	__u64 ts_ns;
	struct flow_id flow;
	__u32 device; /* bdf, or BDF_NONE */
	bool of_flow; /* what the flow went through; else it matters to the device only */
	char text[FACT_TEXT];
};

#define BDF_NONE 0xffffffffU

/* All StreamIDs of one PCI function; a StreamID without one is a unit of its own. */
struct unit {
	__u64 smmu;
	__u32 sid; /* the first one */
	__u32 bdf; /* BDF_NONE if it is not known */
	char name[32];
	__u64 fenced_ns; /* 0: not fenced, as far as the stream tells */
	struct flow_id fenced_by;
	__u64 quiet_ns; /* the invalidation that fenced it ended: 0: not yet */
	__u64 last_fence_ns, last_unfence_ns;
	bool fenced_by_failure; /* an invalidation that failed did it, and not a reset meanwhile */
	__u64 fences, unfences;
	/* Since the last unfence: */
	__u64 blamed_ns;	     /* failed alone in a list */
	__u64 software_ns;	     /* in a list that ran out of the poll's time */
	__u64 timed_out;	     /* invalidations that had a timeout of it */
	unsigned int ats_off;	     /* since ATS went on */
	__u32 fenced;		     /* which of its StreamIDs, see unit_stream() */
	__u64 ats_off_ns, config_ns; /* when; the last CFGI_STE for it */
	bool unconfirmed;	     /* that CFGI_STE, or its CMD_SYNC, failed */
	/* Since the fence: */
	bool reset_worked;
	unsigned int challenges; /* resets and attaches that might have put ATS back */
	/* Resets of the function */
	int reset_depth;
	bool reset_seen; /* inside the outermost pair */
	bool probing;
	__u32 probe_tid;
	__u32 reset_tid; /* that prepared for it */
	__u64 reset_ns;
	bool reset_known; /* an event of a reset has been seen before */
	bool reset_running;
	__u32 running_tid;
	bool reset_told;      /* that it is over, while it was still running */
	bool unfence_pending; /* it came while a reset was running: how that ends decides */
	/* Its invalidation, iommu_unmap() returned then, and it was neither answered nor fenced */
	__u64 returned_ns, unmapped_ns;
	struct flow_id users[8]; /* flows whose invalidations it failed */
	unsigned int user_count;
};

struct suspect {
	struct unit *unit;
	__u64 since_ns;
	bool software;
	bool alone;	  /* it failed with nobody else in the list */
	bool injected;	  /* we know that it is the culprit */
	bool answered;	  /* later */
	bool fenced_here; /* by this flow */
};

#define SUSPECTS_MAX 128

/* A timeout that was reported for the list that this flow has under way. */
struct report {
	__u64 ts_ns;
	__u64 queue;
	__u32 index; /* of the CMD_SYNC */
	bool software;
	bool gerror, stall, blocked;
	bool foreign; /* somebody else's injection: the device is not known */
	bool odd;     /* with a verdict that is neither hardware's nor the poll's */
	bool injected;
	struct unit *unit; /* the device; NULL if it is not known */
};

#define REPORTS_MAX 16

/* With so many flows those are forgotten that have nothing open and were not seen for so long. */
#define FLOWS_MANY   4096
#define FLOW_IDLE_NS 10000000000ULL
/* How often they are looked for. */
#define FLOW_SWEEP_NS 1000000000ULL

struct flow {
	struct flow_id id;
	unsigned int report_count, suspect_count;
	struct report reports[REPORTS_MAX]; /* for its next list */
	struct suspect suspects[SUSPECTS_MAX];
	__u64 failed_ns;      /* the first failed list returned */
	__u64 other_start_ns; /* its last list of other commands */
	__u64 last_ns;	      /* the last event of it */
	/* R2: an ATC list of it went out without a CMD_SYNC */
	__u64 unsynced_queue, unsynced_end_ns;
	__u64 foreign_end_ns;
	/* For iommu_unmap(), which the invalidation is part of: */
	struct unit *left[8]; /* neither answered nor fenced */
	__u64 queue;	      /* of its last failure */
	struct flow *next;    /* in the hash bucket */
	unsigned int left_count, unmap_timeouts;
	struct flow_id foreign_by;
	bool foreign_sync;
	bool timed_out;	  /* hardware reported a timeout in it */
	bool hw_failed;	  /* a list failed, other than by the poll's time */
	bool failed;	  /* a list failed */
	bool several;	  /* a list that hardware failed had several StreamIDs */
	bool wrong_fence; /* a fence in it was one too many */
	bool secondary;	  /* on a queue that is not the SMMU's own */
	bool unconfirmed; /* what it left was fenced, and the SMMU did not confirm that */
	bool crowded;	  /* more suspects or reports than there is room for */
};

/* A list that has returned, for overlaps. */
struct list_fact {
	struct flow_id flow;
	__u64 start_ns, end_ns;
	bool sync, atc;
};

#define LISTS_MAX 64

/* A hardware report that no flow is known for: CMDQ_ERR, not injected. */
struct open_error {
	__u64 ts_ns;
	__u32 index;
	bool used;	/* this slot */
	bool matched;	/* a list failed for it */
	bool candidate; /* a list that could have been meant returned success */
};

#define ERRORS_MAX 32

struct queue {
	__u64 smmu, queue;
	bool secondary;
	struct list_fact lists[LISTS_MAX];
	unsigned int next_list;
	struct open_error errors[ERRORS_MAX];
	unsigned int next_error;
	__u64 last_stall_ns; /* a stall or a GERROR was injected here */
	__u64 last_recovery_start_ns, last_recovery_end_ns;
};

/* An act in hard-IRQ context, for the handler that may be around it. */
struct irq_act {
	__u64 start_ns, ts_ns;
	char text[FACT_TEXT];
};

#define IRQ_ACTS_MAX 16

struct cpu {
	struct irq_act acts[IRQ_ACTS_MAX];
	unsigned int next;
};

#define CPUS_MAX 1024

struct check;

struct track {
	const struct stream_info *info;
	struct flow **buckets;
	size_t flow_count;
	__u64 swept_ns; /* idle flows were looked for then */
	struct unit **units;
	size_t unit_count;
	struct queue *queues;
	size_t queue_count;
	struct cpu *cpus[CPUS_MAX];
	struct fact facts[FACTS_MAX];
	unsigned int next_fact;
	__u64 first_ns, last_ns;
	unsigned int fenced; /* units */
	bool out_of_memory;
};

int track_init(struct track *track, const struct stream_info *info);
void track_free(struct track *track);

struct flow_id flow_id(const struct smmu_event *event);
bool flow_same(const struct flow_id *a, const struct flow_id *b);
/* Made on first sight; one that is idle may be forgotten then. NULL: no memory, and out_of_memory
 * is set. So with the next two. */
struct flow *track_flow(struct track *track, const struct flow_id *id);
struct unit *track_unit(struct track *track, __u64 smmu, __u32 sid);
struct queue *track_queue(struct track *track, __u64 smmu, __u64 queue);
/* The bit of one of its StreamIDs. */
__u32 unit_stream(const struct track *track, const struct unit *unit, __u32 sid);
/* Of a PCI function; NULL if it is not behind an SMMU. */
struct unit *track_function(struct track *track, __u32 bdf, __u32 sid);
struct cpu *track_cpu(struct track *track, unsigned int cpu);

/* NULL: never seen, or forgotten. */
struct flow *track_known_flow(const struct track *track, const struct flow_id *id);
void track_each_flow(struct track *track, struct check *check,
		     void (*visit)(struct check *check, struct flow *flow));

/* Does its invalidation have a failure or a report in it? */
bool flow_trouble(const struct flow *flow);
struct suspect *flow_suspect(struct flow *flow, const struct unit *unit);
/*
 * Answered since, fenced since or before, or off ATS since before it failed and its STE
 * taken since then, as in a detach: nothing that it has can be used.
 */
bool suspect_settled(const struct suspect *suspect);
/* It was settled by something that the SMMU did not confirm. */
bool suspect_unconfirmed(const struct suspect *suspect);
/* NULL: there is no room, and the flow is crowded. */
struct suspect *flow_add_suspect(struct flow *flow, struct unit *unit, __u64 now, bool software);

enum fact_of { OF_FLOW, OF_DEVICE };

void track_fact(struct track *track, const struct smmu_event *event, enum fact_of of, __u32 device,
		const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
