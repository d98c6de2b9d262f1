/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A machine in which a history happens: flows that issue lists and write STEs, queues that take
 * commands in order, functions that answer or do not. Each step tells the model (what is true) and
 * the eye (what the kernel side sends); the result is a log of events with the truth at each.
 *
 * A step that is not possible where it stands does nothing, so that any part of a history is one:
 * that is what makes it possible to shrink it.
 */
#ifndef MODEL_WORLD_H
#define MODEL_WORLD_H

#include "eye.h"
#include "machine.h"
#include "model.h"

enum step_kind {
	STEP_LIST,    /* the flow begins a list */
	STEP_RETURN,  /* its list returns, after waiting for it; `way`: enum way */
	STEP_WRITE,   /* an STE; `way`: enum smmu_grant */
	STEP_ATS,     /* of a function; `way`: on */
	STEP_JOIN,    /* a function to a domain; `way`: the domain, or MACHINE_DOMAINS for none */
	STEP_ATTACH,  /* the function: its attach is over */
	STEP_RESET,   /* a phase of it; `way`: enum smmu_reset_phase, `failed` */
	STEP_BEGIN,   /* an invalidation of the flow; `way`: the domain, or MACHINE_DOMAINS for none
		       */
	STEP_END,     /* and its end */
	STEP_UNMAP,   /* what was around it ends */
	STEP_SILENCE, /* a function; `way`: on */
	STEP_LATER,   /* time passes */
};

enum way {
	WAY_HONEST,  /* with what became of its CMD_SYNC */
	WAY_SWALLOW, /* with success */
};

struct step {
	__u8 kind; /* enum step_kind */
	__u8 flow;
	__u8 target; /* function, StreamID or queue */
	__u8 way;
	bool sync, failed, done; /* done: it was possible */
	__u8 count;
	__u32 delay_ns; /* before it */
	struct command command[LIST_COMMANDS];
};

/* How the machine is in the whole history. */
struct climate {
	bool injected;	    /* answers are replaced, in place of devices that are silent */
	bool exact;	    /* events have the place of their list */
	bool poll_injected; /* injected: ETIMEDOUT, not EIO */
	__u64 wait_ns;	    /* of the SMMU for a silent device */
};

/* One event of the log. */
struct logged {
	size_t at, length; /* in `bytes` */
	unsigned int step; /* that caused it */
	bool whole;	   /* the last one of its step: *truth is of that time */
	struct model_truth truth;
};

enum { WORLD_EVENTS = 8192, WORLD_BYTES = 4 << 20, WORLD_FIFO = 256 };

struct world_list {
	struct model_list list;
	bool injected;
};

struct world_queue {
	struct world_list *fifo[WORLD_FIFO];
	unsigned int head, tail;
	unsigned int unanswered; /* ATC_INV since the last CMD_SYNC */
	unsigned int silent_stream;
	__u64 until; /* it stands until then; 0: it does not */
	__u64 prod, cons;
	struct command last; /* consumed: it is in front of CONS */
};

struct world_flow {
	struct world_list *list; /* under way */
	int result;		 /* of its last list */
};

struct world {
	struct climate climate;
	struct model model;
	struct world_queue queues[MACHINE_QUEUES];
	struct world_flow flows[MACHINE_FLOWS];
	bool silent[MACHINE_FUNCTIONS];
	__u8 variant[MACHINE_STREAMS]; /* of its STE, so that two with the same grant may differ */
	__u64 now, lists;
	__u64 trouble; /* an error, or a list that failed */
	unsigned int step;
	/* All lists of the history. */
	struct world_list *list;
	size_t list_count;
	struct logged *log;
	size_t logged;
	unsigned char *bytes;
	size_t used;
	bool full; /* no room: the history has to end */
	/* An invalidation left something stale, and nothing was sent of its end: the step. */
	unsigned int unseen_end;
	bool unseen;
};

/* 0 or -ENOMEM. It can be opened again and again until world_free(). */
int world_open(struct world *world, const struct climate *climate);
void world_free(struct world *world);
void world_step(struct world *world, struct step *step, unsigned int number);

/* Who a flow is: four threads, and two interrupts in the first two of them. */
struct eye_flow world_flow_id(unsigned int flow);
const struct smmu_event *world_event(const struct world *world, size_t index);

#endif
