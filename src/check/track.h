/* SPDX-License-Identifier: GPL-2.0 */
/*
 * State that the rules look at, as far as the events so far tell: flows of control, queues,
 * StreamIDs and devices. Kept by track.c, follow.c and follow_list.c; a rule reads it, and
 * writes only the fields that are marked as its own (R2, R7, R13, R17, R18, R20 to R23).
 *
 * A flow is a thread, or an interrupt in it. Its invalidation lasts from one list of commands
 * other than ATC_INV and CFGI to the next, or to the return of the driver's invalidation
 * function, if that is seen. The first failure or timeout in it makes suspects of the units
 * concerned; each suspect has to be answered or fenced by the end.
 */
#ifndef CHECK_TRACK_H
#define CHECK_TRACK_H

#include "base/cpus.h"
#include "check/place.h"
#include "check/stood.h"
#include "event/stream.h"
#include "smmu_event.h"

#include <stdbool.h>

/* Bytes of a line of evidence, and how many facts are remembered for it. */
#define FACT_TEXT 200
#define FACTS_MAX 128

/* The CPU of a flow in a task, which may move, and of made-up events. */
#define CPU_ANY 0xffff

struct flow_id {
	__u32 tid;
	__u16 context;
	__u16 cpu; /* or CPU_ANY */
};

/* Something worth showing as evidence. */
struct fact {
	__u64 ts_ns;
	struct flow_id flow;
	__u32 device; /* bdf, or BDF_NONE */
	bool of_flow; /* evidence for the flow, too; else for the device only */
	char text[FACT_TEXT];
};

#define BDF_NONE SMMU_BDF_NONE

/* Whose translations a StreamID uses, and since when; since_ns 0: since before the run. */
struct stream_tag {
	__u64 tag; /* SMMU_TAG() */
	__u64 since_ns;
};

/* R22: an invalidation has not reached a function, which something may still explain. */
struct miss {
	__u64 start_ns; /* 0: none */
	__u64 end_ns;	/* when that was seen */
	__u64 tag;
	struct flow_id flow;
};

/* A PCI function with all its StreamIDs; a StreamID without a function is a unit of its own. */
struct unit {
	__u64 smmu;
	__u32 sid; /* the first one */
	__u32 bdf; /* BDF_NONE if it is not known */
	char name[32];
	__u64 fenced_ns; /* 0: not fenced, as far as the stream tells */
	struct flow_id fenced_by;
	__u64 quiet_ns; /* the invalidation that fenced it ended; 0: not yet */
	__u64 last_fence_ns, last_unfence_ns;
	/* R20: it was fenced and had not failed, which a reset may still explain; 0: no. */
	__u64 unexplained_ns;
	__u64 fences, unfences;
	/* R21: ATS went off in it too late, which a reset may still explain; 0: no. */
	__u64 misordered_ns;
	/* Since the last unfence: */
	__u64 blamed_ns;      /* it failed alone in a list */
	__u64 software_ns;    /* it was in a list that ran out of the poll's time */
	__u64 timed_out;      /* invalidations in which it timed out */
	unsigned int ats_off; /* times that ATS went off since it was on */
	__u32 fenced;	      /* mask of its StreamIDs, see unit_stream() */
	/* What the SMMU has been told: */
	unsigned int streams;	       /* StreamIDs of the function, at least 1 */
	__u8 grants[DEVICE_SIDS_MAX];  /* of each, enum smmu_grant */
	__u64 ste[DEVICE_SIDS_MAX][2]; /* and the first words of its STE */
	/* A CFGI that takes ATS from these StreamIDs is queued, and no CMD_SYNC has come since. */
	__u32 queued;
	__u32 unconfirmed; /* the CMD_SYNC behind it failed: mask of StreamIDs */
	__u64 queued_ns;   /* when the last one was queued; 0: none is */
	struct stream_tag tags[DEVICE_SIDS_MAX];
	__u64 ats_ns; /* ATS is on in the function since then; 0: since before the run */
	/* The last time that somebody told the SMMU of it, attached it, reset it, or that it failed
	 */
	__u64 stirred_ns;
	struct miss miss; /* R22 */
	/* R23: ATS came back after it had failed, and no process asked for that; 0: it did not, */
	__u64 lifted_ns;
	__u64 relapsed_ns;     /* the last time of these after which it was fenced again, */
	unsigned int relapses; /* and how often that was, since a process asked */
	/* Since the fence: */
	bool reset_worked;
	bool fenced_by_failure;	 /* by a flow with suspects, not by a reset meanwhile */
	bool fenced_failed;	 /* it has failed, and no reset since has let ATS come back */
	bool for_reset;		 /* it was taken off ATS for a reset: that counts as no fence */
	bool taken_first;	 /* R21: it lost ATS in the SMMU while it was on in the function */
	unsigned int challenges; /* attaches and failed resets, which must not put ATS back */
	/* Resets of the function: */
	int reset_depth;       /* prepares without their done */
	bool ats_on;	       /* ATS is on in the function */
	bool reset_seen;       /* a reset inside the outermost pair of prepare and done */
	bool probing;	       /* its reset methods are being asked for */
	__u32 probe_tid;       /* by this thread */
	__u32 reset_tid;       /* of the last prepare */
	__u64 reset_ns;	       /* of the last prepare, or of the end of the reset after it */
	__u64 emptied_ns;      /* the last reset that worked ended: its ATC was empty */
	bool reset_known;      /* an event of a reset has been seen before */
	bool reset_running;    /* the reset itself, between begin and end */
	__u32 running_tid;     /* by this thread */
	__u32 unexplained_tid; /* R20: who fenced it then */
	__u32 misordered_tid;  /* R21: who switched ATS off */
	bool reset_told;       /* the driver was told of its end before the end */
	bool own_reset;	       /* R23: its last reset was one that no process asked for, */
	bool own_unsure;       /* or may have been, since one asked for certain */
	bool retried;	       /* R23: ATS came back, at lifted_ns, by such a reset */
	bool unfence_pending;  /* R13: unfenced while a reset was running, whose result decides */
	/* When this returned and the unit was neither answered nor fenced; 0: it did not. */
	__u64 returned_ns; /* its invalidation */
	__u64 unmapped_ns; /* the iommu_unmap() around that */
	/* Answers that were missing, since it answered or was unfenced: */
	__u64 failed_ns; /* a list with it failed and returned, the first time; 0: none did */
	__u64 silent_ns; /* R19: the invalidation of such a list ended, after that; 0: none did */
	/* R20: since the last unfence, it was among those that may be to blame, the last time; */
	__u64 accused_ns;
	__u64 cleared_ns;	 /* and then answered the flow that asked again */
	unsigned int suspected;	 /* flows that have it among their suspects */
	struct flow_id users[8]; /* flows whose invalidations it failed */
	unsigned int user_count;
};

/* An ATC_INV, and the start of its list. */
struct ask {
	struct smmu_command command;
	__u64 start_ns;
};

#define SUSPECT_ASKS_MAX 8

struct suspect {
	struct unit *unit;
	__u64 since_ns;
	__u64 asked_ns;	  /* start of its last list that failed */
	bool software;	  /* a list with it ran out of the poll's time */
	bool alone;	  /* it failed in a list for this unit only */
	bool injected;	  /* an injection names it: it is the culprit */
	bool answered;	  /* for all that it was asked, this flow at last */
	bool elsewhere;	  /* likewise, another flow that asked later */
	bool fenced_here; /* by this flow */
	/* The ATC_INV that failed and are not answered. */
	struct ask asks[SUSPECT_ASKS_MAX];
	unsigned int ask_count;
};

#define SUSPECTS_MAX 128

/* ATC_INV of lists without a CMD_SYNC of their own, until the flow's next one on that queue. */
struct unsynced {
	unsigned int count;
	struct {
		__u64 queue;
		struct unit *unit;
		struct ask ask;
	} left[SUSPECTS_MAX];
};

/* A timeout that an event reported for the list that this flow has under way. */
struct timeout {
	__u64 ts_ns;
	__u64 queue;
	__u32 index;		     /* of the CMD_SYNC */
	bool software;		     /* of the poll, not of the hardware */
	bool gerror, stall, blocked; /* how it was injected */
	bool foreign;	   /* injected by something other than this tool: the unit is not known */
	bool odd;	   /* its error is neither the hardware's nor the poll's */
	struct unit *unit; /* NULL if it is not known */
};

#define TIMEOUTS_MAX 16

/* An invalidation of one tag by a flow, until it is over. */
struct open_tag {
	__u64 smmu, tag; /* tag 0: unused */
	__u64 start_ns;	 /* its first list of TLBI began, */
	__u64 end_ns;	 /* and the last one so far returned */
	bool more;	 /* and another list of TLBI may be part of it */
};

/* A StreamID, and the last ATC_INV for it. */
struct asked {
	struct unit *unit;
	__u32 stream; /* see unit_stream() */
	__u64 ts_ns;
};

#define OPEN_TAGS_MAX 4
#define ASKED_MAX     128

/* Which StreamIDs the invalidations of a flow reach, see reach.h. */
struct reach {
	struct open_tag tags[OPEN_TAGS_MAX];
	unsigned int asked_count;
	bool crowded; /* more than there is room for */
	struct asked asked[ASKED_MAX];
};

/*
 * With more flows than this, those are forgotten that have nothing open, as far as is known (a
 * list may be waiting for the SMMU, which shows when it returns), and had no event for
 * FLOW_IDLE_NS; looked for every FLOW_SWEEP_NS.
 */
#define FLOWS_MANY    4096
#define FLOW_IDLE_NS  10000000000ULL
#define FLOW_SWEEP_NS 1000000000ULL

struct flow {
	struct flow_id id;
	unsigned int timeout_count, suspect_count;
	struct timeout timeouts[TIMEOUTS_MAX]; /* for its next list */
	struct suspect suspects[SUSPECTS_MAX];
	__u64 failed_ns;      /* return of the first failed list of the invalidation */
	__u64 settled_ns;     /* R8: an invalidation with suspects ended, each of them settled */
	__u64 other_start_ns; /* start of its last list of other commands */
	__u64 last_ns;	      /* its last event */
	struct unsynced unsynced;
	/* R2: an ATC list of the flow went out without a CMD_SYNC, */
	__u64 unsynced_queue, unsynced_end_ns;
	/* and another flow's CMD_SYNC followed. */
	__u64 foreign_end_ns;
	/* For the iommu_unmap() that the invalidation is part of: */
	struct unit *left[8]; /* neither answered nor fenced */
	__u64 queue;	      /* of its last failure */
	struct flow *next;    /* in the hash bucket */
	unsigned int left_count, unmap_timeouts;
	__u64 lists_ns;		   /* R17: its lists, from the first that failed on */
	struct flow_id foreign_by; /* R2 */
	bool foreign_sync;	   /* R2 */
	/* In this invalidation: */
	bool timed_out;	  /* hardware reported a timeout */
	bool dropped;	  /* so did an injection of the poll, and the list returned success */
	bool hw_failed;	  /* a list failed, other than by the poll's time */
	bool failed;	  /* a list failed */
	bool several;	  /* a list that hardware failed had several units */
	bool untold;	  /* R7: so had one that ran out of the poll's time, */
	bool unasked;	  /* R7: and units of it were fenced unasked */
	bool harmed;	  /* a list failed that had not begun: at others' expense */
	bool wrong_fence; /* R7: a device was fenced that never failed alone */
	bool secondary;	  /* a failure was on a queue that is not the SMMU's own */
	bool unconfirmed; /* what it left was fenced, and the SMMU did not confirm that */
	/* Its last list, if of one command; zeros: another one. */
	struct smmu_command previous;
	__u64 previous_queue;
	/* Where its last CFGI of this invalidation waits for a CMD_SYNC; 0: none does. */
	__u64 unconfirmed_queue;
	bool crowded;	    /* more suspects or timeouts than there is room for */
	struct reach reach; /* R22 */
};

/* A list that has returned, for rules about overlaps. */
struct list_fact {
	struct flow_id flow;
	__u64 start_ns, end_ns;
	__u32 length; /* entries in the queue */
	__u32 prod;   /* where PROD was as it began */
	bool sync, atc;
};

#define LISTS_MAX 64

/*
 * A CMDQ_ERR that was not injected. It belongs to the list whose CMD_SYNC is at its index: of the
 * lists that were seen, those of which that may be said.
 */
struct open_error {
	__u64 ts_ns;
	struct smmu_command before;
	__u32 index;
	__u32 tid;
	__u16 cpu;
	__u8 found_by; /* enum smmu_finder */
	__u8 context;
	bool atc;	/* CERROR_ATC_INV_SYNC */
	bool used;	/* this slot */
	bool certain;	/* its list is known, no other one can be meant */
	bool failed;	/* a list that it may have been about failed */
	bool succeeded; /* one returned success */
	bool over;	/* R10: the interrupt after it has been seen */
};

#define ERRORS_MAX 32

/* A list that ran out of the poll's time: its CMD_SYNC may still be in the queue. */
struct waiting {
	__u64 start_ns, end_ns; /* end_ns 0: unused */
	struct place place;
	struct smmu_command last; /* its last command; zeros: not known */
	/* The units whose ATC_INV its CMD_SYNC waits for, with those that were left unsynced. */
	struct unit *units[SUSPECTS_MAX];
	unsigned int unit_count;
	/* R19: of these, how many were known to be silent when it began, and one's failure. */
	unsigned int known;
	__u64 known_ns;
	bool asked; /* with one unit, by a flow that hardware told of several: R7 wants that */
};

#define WAITING_MAX 256

struct queue {
	__u64 smmu, queue;
	__u32 mask; /* of its indices, with the wrap bit; all 20 bits until it is known */
	bool secondary;
	struct list_fact lists[LISTS_MAX]; /* the last ones, a ring */
	unsigned int next_list;
	struct open_error errors[ERRORS_MAX]; /* likewise */
	unsigned int next_error;
	struct waiting *waiting; /* WAITING_MAX of them, likewise; NULL: none yet */
	unsigned int next_waiting;
	bool completed;	     /* a CMD_SYNC of this run has: what is in front of it was, too */
	__u64 last_stall_ns; /* a stall or a GERROR was injected here */
	struct stood stood;
	__u64 last_recovery_start_ns, last_recovery_end_ns;
	struct list_fact put; /* R18: the last list that has to be in it; end_ns 0: none */
};

/* An act in hard-IRQ context: a GERROR handler around it breaks R9. */
struct irq_act {
	__u64 start_ns, ts_ns;
	char text[FACT_TEXT];
};

#define IRQ_ACTS_MAX 16

struct cpu {
	struct irq_act acts[IRQ_ACTS_MAX]; /* the last ones, a ring */
	unsigned int next;
};

/* CPUs whose interrupts are looked at; acts on those above are not seen. */
#define IRQ_CPUS_MAX CPUS_MAX

struct track {
	const struct stream_info *info;
	const struct order *ahead; /* events that are still to be followed; NULL: not known */
	struct flow **buckets;	   /* by flow_id */
	size_t flow_count;
	__u64 swept_ns; /* idle flows were last looked for */
	struct unit **units;
	size_t unit_count;
	struct queue *queues;
	size_t queue_count;
	struct cpu *cpus[IRQ_CPUS_MAX];
	struct fact facts[FACTS_MAX]; /* the last ones, a ring */
	unsigned int next_fact;
	__u64 first_ns, last_ns;
	unsigned int fenced;   /* units */
	unsigned int failing;  /* units with failed_ns */
	unsigned int suspects; /* of all flows */
	unsigned int missed;   /* R22: units with a miss */
	unsigned int retried;  /* R23: units with `retried` */
	bool out_of_memory;
};

/* info: borrowed until track_free(). 0 or -ENOMEM. */
int track_init(struct track *track, const struct stream_info *info);
void track_free(struct track *track);

struct flow_id flow_id(const struct smmu_event *event);
bool flow_same(const struct flow_id *a, const struct flow_id *b);
/*
 * The flow, unit, queue or CPU; made on first sight. NULL: no memory, and out_of_memory is set.
 * track_flow() may forget idle flows: of other flows keep no pointer across it. Queues may move
 * when one is added.
 */
struct flow *track_flow(struct track *track, const struct flow_id *id);
struct unit *track_unit(struct track *track, __u64 smmu, __u32 sid);
struct queue *track_queue(struct track *track, __u64 smmu, __u64 queue);
/* A new entry of queue->waiting, zeroed, in place of the oldest. NULL: no memory. */
struct waiting *track_waiting(struct track *track, struct queue *queue);
struct cpu *track_cpu(struct track *track, unsigned int cpu); /* NULL: also too high a number */
/* The unit of a PCI function; NULL: also if it is behind no SMMU, or behind an unknown one. */
struct unit *track_function(struct track *track, __u32 bdf, __u32 sid);
/* The bit of one of the unit's StreamIDs in unit->fenced. */
__u32 unit_stream(const struct track *track, const struct unit *unit, __u32 sid);
/* Its place in the arrays of the unit. */
unsigned int stream_place(const struct track *track, const struct unit *unit, __u32 sid);
/* Others of its StreamIDs are fenced, this one is not yet. */
bool unit_fenced_in_part(const struct track *track, const struct unit *unit, __u32 sid);

/* NULL: never seen, or forgotten. */
struct flow *track_known_flow(const struct track *track, const struct flow_id *id);
/* All flows, in no order: the one after `flow`, or the first one; NULL: no more. */
struct flow *track_next_flow(const struct track *track, const struct flow *flow);

/*
 * How long something may last that shows in no event meanwhile: `ns`, and the longest wait of the
 * SMMU so far; while it may still wait, as long as it can.
 */
__u64 track_patience(const struct track *track, __u64 ns);

/* Does the flow's invalidation have a failure or a timeout in it? */
bool flow_trouble(const struct flow *flow);
struct suspect *flow_suspect(struct flow *flow, const struct unit *unit);
/*
 * May none of its StreamIDs use ATS, as far as the SMMU has been told? Not if that of one is not
 * known.
 */
bool unit_barred(const struct unit *unit);
/*
 * Nothing stale in the unit's ATC can be used any more: it has answered since; or it is barred, by
 * whomever and however; or a reset that worked has emptied its ATC since it was asked. If a fence
 * is lifted inside a reset, that is to be seen. As the queue stands no fence can be confirmed:
 * after a timeout of the poll one that is queued will do.
 */
bool suspect_settled(const struct suspect *suspect);
/* Notes an ATC_INV that failed. False: there is no room for it. */
bool suspect_asks(struct suspect *suspect, const struct ask *ask);
/* One was answered, of any flow. Is nothing left of what it was asked before that? */
bool suspect_answers(struct suspect *suspect, const struct ask *ask);
/* Has the flow left ATC_INV on this queue without a CMD_SYNC? */
bool flow_unsynced(const struct flow *flow, __u64 queue);
/* It was settled by a command that the SMMU did not confirm. */
bool suspect_unconfirmed(const struct suspect *suspect);
/* now: the time. NULL: there is no room, and the flow is crowded. */
struct suspect *flow_add_suspect(struct track *track, struct flow *flow, struct unit *unit,
				 __u64 now, bool software);
/* The invalidation has ended. */
void flow_clear_suspects(struct track *track, struct flow *flow);

/* Notes that this happened, if the event is in hard-IRQ context; start_ns: when it began. */
void track_irq_act(struct track *track, const struct smmu_event *event, __u64 start_ns,
		   const char *format, ...) __attribute__((format(printf, 4, 5)));

enum fact_of { OF_FLOW, OF_DEVICE };

void track_fact(struct track *track, const struct smmu_event *event, enum fact_of of, __u32 device,
		const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
