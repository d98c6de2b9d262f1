/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the architecture says (Arm IHI 0070, and PCIe for ATS), and nothing else: no driver, no flow
 * of the verdict, no rule.
 *
 * - The SMMU may read an STE at any time, and may keep what it read until a CFGI that covers the
 *   StreamID is complete, which a later CMD_SYNC of the same queue tells (3.21.3, 4.3, 4.7.3). So
 *   what it may hold is all that was in memory since the last CFGI of which that is known.
 * - An ATC_INV is complete with the next CMD_SYNC of its queue, if that is no CERROR_ATC_INV_SYNC;
 *   else it is not, and never will be (3.9.1.4, 4.5.1).
 * - A translation that no completed ATC_INV covers, and that was there before a reset of the
 *   function, can be used while an STE of the function grants ATS (3.9.1, 5.2 EATS).
 *
 * Software knows that a list came before another one in their queue only if it returned before that
 * one began: for configuration commands that is what counts here. ATC_INV go by the queue itself.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "debt.h"
#include "machine.h"

enum { MODEL_PENDING = 24, MODEL_ASKS = 192 };

/* Bit in masks of domains. */
#define MODEL_NO_DOMAIN (1U << MACHINE_DOMAINS)

/* So long no list takes when its error is there, unless its thread does not run. */
#define MODEL_SLOW_NS 2900000000ULL

/* A command list, as the SMMU and software see it. */
struct model_list {
	unsigned int flow, queue, count;
	bool sync;
	struct command command[LIST_COMMANDS];
	__u64 id;	    /* a number of its own, never 0 */
	__u64 first;	    /* place in its queue; its CMD_SYNC is behind the last command */
	__u64 began, ended; /* ns; ended 0: under way */
	bool begun;	    /* the SMMU has taken its commands */
	bool unbegun;	    /* and had not when it returned */
	__u64 decided_ns;
	bool decided, completed; /* its CMD_SYNC, without an error */
	/*
	 * Whoever makes the error up says which function it is about, plus one; 0: nobody does.
	 * That the others answered is known only if the list returns success all the same.
	 */
	unsigned int named;
};

/* A CFGI of a StreamID whose completion is not known yet. */
struct model_pending {
	__u64 list, began, ended; /* list 0: unused */
	unsigned int queue;
	bool context; /* a CFGI_CD: nothing but the context descriptor is read anew */
	__u8 grants;  /* mask: in memory since */
	__u8 domains; /* likewise */
};

struct model_stream {
	enum smmu_grant memory;
	bool known;   /* a CFGI has been completed */
	__u8 told;    /* mask of grants: what may have been read for the last completed CFGI */
	__u8 may;     /* mask: what the SMMU may hold */
	bool spread;  /* it was told once more before the first was known to be complete */
	int domain;   /* by its context descriptor in memory; -1: none */
	__u8 domains; /* mask: what the SMMU may hold, MODEL_NO_DOMAIN for none */
	/* The last CFGI for it has failed, or had no CMD_SYNC; likewise the last CFGI_CD. */
	bool doubted, context_doubted;
	struct model_pending pending[MODEL_PENDING];
};

enum model_answer { ASK_SENT, ASK_ANSWERED, ASK_FAILED };

/* An ATC_INV. */
struct model_ask {
	bool used, current; /* current: of the invalidation that its flow is in */
	struct command command;
	unsigned int flow, queue;
	__u64 began, index;
	enum model_answer answer;
	__u64 by;     /* the list whose CMD_SYNC decided; 0: none yet */
	bool own;     /* that was one of the same flow */
	bool gave_up; /* the flow's list with the CMD_SYNC for it returned before it was decided, */
	bool victim;  /* it was decided after that, and the SMMU had not begun the list then */
	bool synced;  /* a list of the flow with a CMD_SYNC behind it has returned */
	bool known;   /* the answer, by the return of the list that decided */
	bool cleared; /* nothing of what it is for is left in the ATC */
	bool slow;    /* its list returned only MODEL_SLOW_NS after it had failed */
	bool early;   /* by another one, before the flow knew that it had failed */
};

struct model_function {
	bool ats;     /* of the PCI function */
	__u64 ats_ns; /* it went on then */
	bool resetting;
};

struct model_invalidation {
	bool active, any;   /* any: it has sent an ATC_INV */
	unsigned int older; /* of these an ATC_INV was open when the flow went on */
	unsigned int took;  /* its CMD_SYNCs decided of another flow's ATC_INV for these */
};

struct model {
	struct model_stream streams[MACHINE_STREAMS];
	struct model_function functions[MACHINE_FUNCTIONS];
	struct model_invalidation invalidations[MACHINE_FLOWS];
	struct model_ask asks[MODEL_ASKS];
	struct debts debts;
	bool crowded; /* there was no room for something: what follows is worth nothing */
};

/* May the function use ATS, as far as the SMMU has been told? */
enum model_ats {
	MODEL_NO,
	MODEL_YES,
	MODEL_UNCLEAR, /* not by what was told, but by what is in memory since; or not known */
};

/* Masks of functions. */
struct model_truth {
	__u8 no, yes, unclear; /* enum model_ats */
	__u8 busy;	       /* a list that configures it is under way */
	__u8 queued;	       /* what would make it MODEL_NO was told, and is not confirmed */
	__u8 written;	       /* of StreamIDs: ATS is granted in memory */
	__u8 spread;  /* told twice before a CMD_SYNC: the kernel side keeps the last one */
	__u8 crossed; /* ATS went on after that was told */
	__u8 taken;   /* it became MODEL_NO while ATS was on in the function */
	/* At the end of an invalidation, of its functions: */
	bool ends;
	unsigned int flow;
	__u8 stale;	/* an ATC_INV failed, and nothing has made up for it but a fence */
	__u8 victims;	/* an ATC_INV of a list that was not begun is open */
	__u8 slow;	/* an ATC_INV failed long before its list returned */
	__u8 early;	/* an ATC_INV failed, and another one was answered before that was known */
	__u8 older;	/* an ATC_INV of before its last list of other commands is open */
	__u8 absorbed;	/* another flow's CMD_SYNC has decided of an ATC_INV, or the other way round
			 */
	__u8 resetting; /* a reset is running */
};

void model_init(struct model *model);
void model_write(struct model *model, unsigned int stream, enum smmu_grant grant);
void model_begin(struct model *model, const struct model_list *list);
/* The SMMU has come to the list's CMD_SYNC. */
void model_decided(struct model *model, const struct model_list *list);
/*
 * success: it returned so, and its CMD_SYNC is behind. Returns mask of functions whose
 * configuration it is about.
 */
unsigned int model_end(struct model *model, const struct model_list *list, bool success);
void model_ats(struct model *model, unsigned int function, bool on, __u64 now);
void model_join(struct model *model, unsigned int function, int domain);
void model_reset_begins(struct model *model, unsigned int function);
void model_reset_ends(struct model *model, unsigned int function, bool worked);
void model_invalidation_begins(struct model *model, unsigned int flow);
/* The flow goes on to other commands: what failed before that is nothing of what follows. */
void model_goes_on(struct model *model, unsigned int flow);
/* Completes *truth with what the invalidation leaves behind. */
void model_invalidation_ends(struct model *model, unsigned int flow, struct model_truth *truth);

enum model_ats model_function_ats(const struct model *model, unsigned int function);
/* Of now; nothing of it is about an invalidation. */
void model_look(const struct model *model, struct model_truth *truth);

#endif
