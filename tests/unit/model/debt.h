/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whom an invalidation has to reach. A TLBI takes translations from the SMMU, by their tag, here
 * an ASID for each domain; what devices keep of them in their ATCs it does not take (IHI 0070
 * 3.9.1, 4.4). So a flow that sends one owes an ATC_INV to each StreamID of this SMMU that uses
 * the tag and may use ATS since before, until it returns or sends the next TLBI for the same tag.
 *
 * Which tag a StreamID uses is in its context descriptor, which the SMMU may keep as it keeps an
 * STE: until a CFGI_CD, or a CFGI that covers the STE, is complete (4.3.1, 4.3.4).
 */
#ifndef MODEL_DEBT_H
#define MODEL_DEBT_H

#include "machine.h"

enum { DEBTS = 4096 };

/* What excuses a flow until then is known by then. */
#define DEBT_REASON_NS 1000000000ULL

/* One TLBI, and whom it is about: masks of StreamIDs. */
struct debt {
	bool open;
	unsigned int flow, smmu, domain;
	__u64 start_ns, end_ns; /* its list */
	bool more;		/* the list had no CMD_SYNC: another one is part of it */
	bool several;		/* it was not the only command */
	unsigned int queue;
	__u8 must;    /* use the tag and ATS, all the time */
	__u8 may;     /* the SMMU may have held that as it began */
	__u8 spread;  /* as in struct model_truth */
	__u8 doubted; /* a CFGI for it has failed, or had no CMD_SYNC: the tag may not be known */
	__u8 asked;
	bool asking;   /* an ATC_INV has followed, for whomever */
	bool returned; /* the flow's invalidation, */
	__u8 late;     /* and these were asked only then */
	/* Of functions, once it is over: */
	__u64 over_ns;
	/* Told, attached, reset or blamed since it began; or in a reset, or silent ever since. */
	__u8 excused;
	__u8 waived;  /* of these, for certain, as it was over: in a reset, or silent */
	__u8 stirred; /* told, attached, reset or blamed after that, before it was `ripe` */
	bool ripe;    /* nothing can excuse it any more */
};

struct model;
struct model_list;

struct debts {
	struct debt open[MACHINE_FLOWS][MACHINE_SMMUS][MACHINE_DOMAINS];
	/* Of the list that the flow has under way. */
	struct debt fresh[MACHINE_FLOWS][MACHINE_DOMAINS];
	/* The last list of each flow, if it was a TLBI alone. */
	struct {
		bool single;
		unsigned int queue, domain;
	} previous[MACHINE_FLOWS];
	__u8 left[MACHINE_FLOWS][MACHINE_QUEUES]; /* functions, in lists without a CMD_SYNC */
	/* Functions: */
	unsigned int prepared[MACHINE_FUNCTIONS]; /* without their done */
	__u8 running;
	__u8 silent; /* an error names them, and they have not answered, nor been told of, since */
	__u64 failed_ns[MACHINE_FUNCTIONS]; /* the last time; 0: it has answered since */
	__u64 stirred_ns[MACHINE_FUNCTIONS];
	struct debt closed[DEBTS];
	unsigned int closed_count;
	bool full; /* there was no room for one */
};

void debts_begin(struct model *model, const struct model_list *list);
/*
 * failed: the list, or its CMD_SYNC, whatever it returned; named: a function, plus one; told: mask
 * of the functions whose configuration it is about.
 */
void debts_end(struct model *model, const struct model_list *list, int result, bool failed,
	       unsigned int named, unsigned int told);
/* What the SMMU may hold, or ATS of a function, has changed. */
void debts_settle(struct model *model);
/* The flow's invalidation returns; what the iommu_unmap() around it waits for, too. */
void debts_return(struct model *model, unsigned int flow);
void debts_unmap(struct model *model, unsigned int flow, __u64 now);
/* Somebody told the SMMU of the function, attached it, reset it, or switched its ATS. */
void debts_stir(struct model *model, unsigned int function, __u64 now);
void debts_reset(struct model *model, unsigned int function, unsigned int phase, __u64 now);
/* The end of the history: nothing follows. */
void debts_close(struct model *model, __u64 now);

#endif
