/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which device a CMD_SYNC waits for, if only one can be meant.
 *
 * A CMD_SYNC completes, or fails with CERROR_ATC_INV_SYNC, for the ATC_INV between the CMD_SYNC
 * before it and itself (IHI 0070 4.7.3, 7.1). These are read from the queue's memory, as the
 * SMMU did: whatever lists the driver made of them, and on whichever CPUs.
 */
#ifndef CULPRIT_BPF_H
#define CULPRIT_BPF_H

#include "base/list.bpf.h"
#include "smmu_event.h"
#include "smmu_inject.h"

/* Commands that are looked at: 64 devices have one each, unless one device has them all. */
#define CULPRIT_COMMANDS 1024

struct culprit {
	__u64 base;    /* address of the queue's memory */
	__u32 entries; /* that it has room for */
	__u32 prod;    /* how far the driver has given it out, with the wrap bit */
	__u32 place;   /* of the CMD_SYNC, with the wrap bit */
	__u32 sid;     /* of the ATC_INV so far, SMMU_SID_NONE */
	bool known;    /* the walk came to the CMD_SYNC before, and found one device */
};

/* The first word of the command at this place; false if another lap has it already. */
static __always_inline bool culprit_word(const struct culprit *culprit, __u32 place, __u64 *word)
{
	__u32 behind = (culprit->prod - place) & (2 * culprit->entries - 1);

	if (!behind || behind > culprit->entries)
		return false;
	return !bpf_probe_read_kernel(
		word, sizeof(*word),
		(const void *)(culprit->base +
			       (place & (culprit->entries - 1)) * sizeof(struct smmu_command)));
}

static long culprit_step(__u32 i, struct culprit *culprit)
{
	__u32 opcode;
	__u64 word;

	if (!culprit_word(culprit, culprit->place - 1 - i, &word))
		return 1;
	opcode = SMMU_CMD_OPCODE(word);
	/* 0: never written, or a CMD_SYNC whose completion by MSI has overwritten it. */
	if (!opcode || opcode == SMMU_OP_SYNC) {
		culprit->known = culprit->sid != SMMU_SID_NONE;
		return 1;
	}
	if (opcode != SMMU_OP_ATC_INV)
		return 0;
	if (culprit->sid != SMMU_SID_NONE && culprit->sid != SMMU_CMD_SID(word))
		return 1;
	culprit->sid = SMMU_CMD_SID(word);
	return 0;
}

/*
 * The StreamID of all ATC_INV that the CMD_SYNC at `cons` waits for, or SMMU_SID_NONE: of
 * several, of none, or not to be told. Global, so that the verifier checks it once.
 */
__weak __noinline __u32 culprit_of(__u64 queue, __u32 cons)
{
	struct arm_smmu_cmdq *cmdq = (struct arm_smmu_cmdq *)queue;
	__u32 shift = BPF_CORE_READ(cmdq, q.llq.max_n_shift);
	struct culprit culprit = {.sid = SMMU_SID_NONE};
	__u64 word;

	culprit.entries = 1U << (shift & 31);
	culprit.base = (__u64)BPF_CORE_READ(cmdq, q.base);
	culprit.prod = BPF_CORE_READ(cmdq, q.llq.prod);
	culprit.place = cons & (2 * culprit.entries - 1);
	if (!culprit_word(&culprit, culprit.place, &word) || SMMU_CMD_OPCODE(word) != SMMU_OP_SYNC)
		return SMMU_SID_NONE;
	bpf_loop(CULPRIT_COMMANDS, culprit_step, &culprit, 0);
	return culprit.known ? culprit.sid : SMMU_SID_NONE;
}

#endif
