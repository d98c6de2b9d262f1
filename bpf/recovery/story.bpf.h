/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recovery is recognised by its effects, not by the names of functions:
 *
 * - a list with ATC_INV that fails makes its StreamIDs suspects;
 * - a later list with one of them alone clears or blames it; a list with several, in which
 *   the flow that had no answer repeats its ATC_INV, clears all of them;
 * - fences and unfences are steps in what the SMMU has been told, see recovery/told.bpf.h.
 *
 * Blame is only as exact as the driver allows: where lists of ATC_INV are issued without a
 * CMD_SYNC, as in mainline, another list may fail in their place.
 *
 * Only lists that failed, lists that tell of an STE or a CD and, while there is `attention`, all
 * others come here.
 */
#ifndef STORY_BPF_H
#define STORY_BPF_H

#include "base/device.bpf.h"
#include "base/list.bpf.h"
#include "recovery/flow.bpf.h"
#include "recovery/suspect.bpf.h"
#include "recovery/told.bpf.h"

/* Context of the bpf_loop() callbacks: the verifier checks such a body once, not 64 times. */
struct story_loop {
	const struct list *list;
	bool again;	  /* the flow repeats what had no answer, and did nothing else since */
	bool atc, config; /* found in the list: ATC_INV, a CFGI */
	/* Likewise, the last CFGI_STE_RANGE or CFGI_ALL; zeros: none. */
	struct smmu_command range;
};

struct unanswered {
	__u64 chapter;
	__u64 failed_ns; /* return of its last failed list; 0: its invalidation has returned since
			  */
};

/*
 * Flows whose ATC_INV had no answer in this chapter, until they issue commands other than
 * ATC_INV and CFGI.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct thread_key);
	__type(value, struct unanswered);
} unanswered __weak SEC(".maps");

static __always_inline bool story_asks_again(void)
{
	struct unanswered *flow;
	struct thread_key thread;

	thread_current(&thread);
	flow = bpf_map_lookup_elem(&unanswered, &thread);
	return flow && flow->chapter == suspect_chapter;
}

/*
 * Does something return in the current flow within the trouble, or that the flow itself began in
 * it? It may have waited for a device ever since, and what is around it returns next.
 */
static __always_inline bool story_returns(__u64 now)
{
	struct unanswered *flow;
	struct thread_key thread;

	if (in_trouble(now))
		return true;
	thread_current(&thread);
	flow = bpf_map_lookup_elem(&unanswered, &thread);
	if (!flow || !flow->failed_ns || now - flow->failed_ns > SMMU_LONGEST_WAIT_NS)
		return false;
	flow->failed_ns = 0;
	trouble_ns = now;
	return true;
}

static __always_inline void story_goes_on(void)
{
	struct thread_key thread;

	thread_current(&thread);
	bpf_map_delete_elem(&unanswered, &thread);
}

/* A list with ATC_INV failed. */
static __always_inline void story_failed(const struct list *list)
{
	struct unanswered flow = {.chapter = suspect_chapter, .failed_ns = list->now};
	struct thread_key thread;

	thread_current(&thread);
	bpf_map_update_elem(&unanswered, &thread, &flow, BPF_ANY);
}

/*
 * An ATC_INV was answered. It clears a suspect at once if it is alone in its list, or if
 * the flow that had no answer repeats it. A suspect that has been blamed, and one in any
 * other list, is cleared only after a time in which a fence would have come, as another
 * thread's ATC_INV may be answered while the fence is under way. The time begins anew with each
 * trouble: an SMMU that waits for another device holds the fence up.
 */
#define SUSPECT_GRACE_NS 1000000000ULL

static __always_inline void story_answered(const struct list *list, __u32 sid, bool again)
{
	struct smmu_device_state *state = device_state_seen(list->smmu, sid);

	if (!state || !state->suspect_ns)
		return;
	if (((again || list->count == 1) && !state->blamed) ||
	    ((__s64)(list->now - state->suspect_ns) > (__s64)SUSPECT_GRACE_NS &&
	     (__s64)(list->now - trouble_ns) > (__s64)SUSPECT_GRACE_NS))
		suspect_clear(state);
}

static __always_inline void story_command(const struct list *list, struct smmu_command command,
					  struct story_loop *loop)
{
	__u32 opcode = SMMU_CMD_OPCODE(command.word[0]), sid = SMMU_CMD_SID(command.word[0]);

	if (opcode == SMMU_OP_ATC_INV) {
		loop->atc = true;
		if (list->result < 0)
			suspect_begin(list, sid);
		else if (list->sync && attention)
			story_answered(list, sid, loop->again);
	} else if (opcode == SMMU_OP_CFGI_STE) {
		loop->config = true;
		told_look(list->smmu, sid);
		told_by(list->smmu, list->queue, sid, told_how(list), list->result);
	} else if (opcode == SMMU_OP_CFGI_ALL) {
		loop->config = true;
		loop->range = command;
	} else if (opcode == SMMU_OP_CFGI_CD || opcode == SMMU_OP_CFGI_CD_ALL) {
		loop->config = true;
		told_look(list->smmu, sid);
		told_context(list->smmu, sid, told_how(list), list->result);
	}
}

static long story_step(__u32 i, struct story_loop *loop)
{
	const struct list *list = loop->list;
	struct command_list *commands = list->commands;

	if (i >= list->count || i >= SMMU_LIST_MAX || !commands)
		return 1;
	story_command(list, commands->command[i], loop);
	return 0;
}

/* CFGI_STE, CFGI_STE_RANGE with CFGI_ALL, which are one opcode, CFGI_CD, CFGI_CD_ALL. */
static __always_inline bool opcode_tells(__u32 opcode)
{
	return opcode - SMMU_OP_CFGI_STE <= SMMU_OP_CFGI_CD_ALL - SMMU_OP_CFGI_STE;
}

/*
 * Does the list tell the SMMU of a stream table entry or a context descriptor? Looked for at both
 * ends of it; in between only while there is `attention`, as every list would have to be walked.
 */
static __always_inline bool list_tells(const struct list *list)
{
	if (opcode_tells(list_opcode(list)))
		return true;
	return list->count > 1 &&
	       opcode_tells(SMMU_CMD_OPCODE(list_command(list, list->count - 1).word[0]));
}

/* May story_follow() have to act on the list? */
static __always_inline bool story_concerns(const struct list *list)
{
	return list->result < 0 || list_tells(list) || attention ||
	       (kind_wanted(SMMU_EVENT_FORBIDDEN) && watched);
}

/* Follows a list that returned, if story_concerns() is true of it. */
static __always_inline void story_follow(struct list *list)
{
	struct story_loop loop = {.list = list};

	told_confirm(list);
	if (watched && kind_wanted(SMMU_EVENT_FORBIDDEN))
		recovery_sign(current_context(), list->now);
	loop.again = attention && story_asks_again();
	if (list->count && list_walkable(list))
		bpf_loop(SMMU_LIST_MAX, story_step, &loop, 0);
	/* Not from inside the loop: the verifier bounds the stack of all callbacks together. */
	if (loop.range.word[0])
		told_range(list, loop.range);
	if (loop.atc && list->result < 0) {
		story_failed(list);
		recovery_open(list->cmds, list->now, list->flags & SMMU_EVENT_SYNTHETIC);
	} else if (!loop.atc && !loop.config && list->count && (watched | attention)) {
		/* Other commands end a recovery: it issues only ATC_INV and CFGI. */
		recovery_close();
		story_goes_on();
	}
}

#endif
