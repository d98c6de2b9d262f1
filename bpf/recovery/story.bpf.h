/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recovery is recognised by its effects, not by the names of functions:
 *
 * - a list with ATC_INV that fails makes its StreamIDs suspects;
 * - a later list with one of them alone clears or blames it; a list with several, in which
 *   the flow that had no answer repeats its ATC_INV, clears all of them;
 * - a fence: when a list with the CFGI_STE of a suspect returns, the STE still translates
 *   but has no EATS any more;
 * - an unfence: EATS is back in the STE of a fenced StreamID.
 *
 * Blame is only as exact as the driver allows: where lists of ATC_INV are issued without a
 * CMD_SYNC, as in mainline, another list may fail in their place.
 *
 * Only lists that failed, lists with CFGI_STE and, while there is a suspect, lists with
 * ATC_INV come here.
 */
#ifndef STORY_BPF_H
#define STORY_BPF_H

#include "base/device.bpf.h"
#include "base/emit.bpf.h"
#include "recovery/flow.bpf.h"
#include "base/list.bpf.h"
#include "base/stack.bpf.h"

/* Context of the bpf_loop() callbacks: the verifier checks such a body once, not 64 times. */
struct story_loop {
	const struct list *list;
	bool again; /* the flow repeats what had no answer, and did nothing else since */
};

/* Advances when the last suspect is cleared. */
__u64 story_chapter __weak = 0;

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
	return flow && flow->chapter == story_chapter;
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

static __always_inline void story_emit_fence(const struct list *list, enum smmu_event_kind kind,
					     __u32 sid, __u64 latency_ns, __u16 flags)
{
	struct {
		struct smmu_event header;
		struct smmu_fence fence;
	} * event;

	if (!kind_wanted(kind) || !sid_wanted(list->smmu, sid))
		return;
	event = emit_reserve(kind, sizeof(*event), list->now, flags);
	if (!event)
		return;
	event->fence.smmu = list->smmu;
	event->fence.latency_ns = latency_ns;
	event->fence.sid = sid;
	event->fence.result = list->result;
	if (kind == SMMU_EVENT_FENCE)
		stack_take(&event->fence.stack, list->ctx, STACK_SKIP_CALLBACK);
	else
		__builtin_memset(&event->fence.stack, 0, sizeof(event->fence.stack));
	emit_submit(event);
}

/* The driver's stream table entry of `sid`, as it is in memory right now. */
static __always_inline int story_read_ste(__u64 smmu_address, __u32 sid, __u64 word[2])
{
	struct arm_smmu_device *smmu = (struct arm_smmu_device *)smmu_address;
	__u64 cons_reg = (__u64)BPF_CORE_READ(smmu, cmdq.q.cons_reg);
	struct arm_smmu_ste *ste;
	__u32 config = 0;

	/* With another layout of the table no fences are seen; all else still works. */
	if (!bpf_core_field_exists(smmu->strtab_cfg.l2.l2ptrs) ||
	    !bpf_core_field_exists(smmu->strtab_cfg.linear.table))
		return -1;
	/*
	 * The register tells whether the table is linear or has two levels. The driver's
	 * flag is no use: SMMUv2's struct has a member of the same name (vmlinux.h).
	 */
	if (bpf_probe_read_kernel(
		    &config, sizeof(config),
		    (const void *)(cons_reg - SMMU_REG_CMDQ_CONS + SMMU_REG_STRTAB_BASE_CFG)))
		return -1;
	if (SMMU_STRTAB_FMT(config) == SMMU_STRTAB_FMT_2LVL) {
		struct arm_smmu_strtab_l2 **tables = BPF_CORE_READ(smmu, strtab_cfg.l2.l2ptrs);
		struct arm_smmu_strtab_l2 *table;

		if (bpf_probe_read_kernel(&table, sizeof(table), &tables[sid >> 8]))
			return -1;
		ste = (struct arm_smmu_ste *)table + (sid & 0xff);
	} else {
		ste = BPF_CORE_READ(smmu, strtab_cfg.linear.table) + sid;
	}
	return bpf_probe_read_kernel(word, 2 * sizeof(word[0]), ste) ? -1 : 0;
}

static __always_inline void story_suspect(const struct list *list, __u32 sid)
{
	struct smmu_device_state *state = device_state_of(list->smmu, sid);

	if (!state || state->fenced_ns)
		return;
	if (list->count == 1)
		state->blamed = 1;
	if (state->suspect_ns || __sync_val_compare_and_swap(&state->suspect_ns, 0, list->now))
		return;
	state->synthetic = !!(list->flags & SMMU_EVENT_SYNTHETIC);
	__sync_fetch_and_add(&attention, 1);
}

static __always_inline void story_clear(struct smmu_device_state *state)
{
	__u64 since = state->suspect_ns;

	state->blamed = 0;
	if (since && __sync_val_compare_and_swap(&state->suspect_ns, since, 0) == since &&
	    __sync_fetch_and_add(&attention, -1) == 1)
		__sync_fetch_and_add(&story_chapter, 1);
}

static long story_suspect_step(__u32 i, struct story_loop *loop)
{
	const struct list *list = loop->list;
	struct command_list *commands = list->commands;

	if (i >= list->count || i >= SMMU_LIST_MAX || !commands)
		return 1;
	story_suspect(list, SMMU_CMD_SID(commands->command[i].word[0]));
	return 0;
}

/* A list of ATC_INV failed. If it has a single StreamID, that one is to blame. */
static __always_inline void story_failed(const struct list *list)
{
	struct story_loop loop = {.list = list};
	struct unanswered flow = {.chapter = story_chapter, .failed_ns = list->now};
	struct thread_key thread;

	thread_current(&thread);
	bpf_map_update_elem(&unanswered, &thread, &flow, BPF_ANY);
	bpf_loop(SMMU_LIST_MAX, story_suspect_step, &loop, 0);
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
		story_clear(state);
}

static __always_inline void story_ste(const struct list *list, __u32 sid)
{
	struct smmu_device_state *state = device_state_seen(list->smmu, sid);
	__u64 ste[2] = {}, since;
	__u16 flags;

	if (!state || (!state->suspect_ns && !state->fenced_ns))
		return;
	if (story_read_ste(list->smmu, sid, ste))
		return;
	flags = state->synthetic ? SMMU_EVENT_SYNTHETIC : 0;
	since = state->suspect_ns;
	if (since && !SMMU_STE_EATS(ste[1]) &&
	    SMMU_STE_CONFIG(ste[0]) >= SMMU_STE_CONFIG_S1_TRANS) {
		if (__sync_val_compare_and_swap(&state->fenced_ns, 0, list->now) == 0) {
			DEVICE_COUNT(list->smmu, sid, fences);
			story_emit_fence(list, SMMU_EVENT_FENCE, sid, list->now - since, flags);
		}
		story_clear(state);
		recovery_close();
		return;
	}
	since = state->fenced_ns;
	if (since && SMMU_STE_EATS(ste[1]) &&
	    __sync_val_compare_and_swap(&state->fenced_ns, since, 0) == since) {
		state->unfenced_ns = list->now;
		DEVICE_COUNT(list->smmu, sid, unfences);
		story_emit_fence(list, SMMU_EVENT_UNFENCE, sid, list->now - since, flags);
	}
}

static long story_answered_step(__u32 i, struct story_loop *loop)
{
	const struct list *list = loop->list;
	struct command_list *commands = list->commands;

	if (i >= list->count || i >= SMMU_LIST_MAX || !commands)
		return 1;
	story_answered(list, SMMU_CMD_SID(commands->command[i].word[0]), loop->again);
	return 0;
}

static long story_ste_step(__u32 i, struct story_loop *loop)
{
	const struct list *list = loop->list;
	struct command_list *commands = list->commands;
	__u64 word;

	if (i >= list->count || i >= SMMU_LIST_MAX || !commands)
		return 1;
	word = commands->command[i].word[0];
	if (SMMU_CMD_OPCODE(word) == SMMU_OP_CFGI_STE)
		story_ste(list, SMMU_CMD_SID(word));
	return 0;
}

/* May story_follow() have to act on the list? */
static __always_inline bool story_concerns(const struct list *list)
{
	return list->result < 0 || list_opcode(list) == SMMU_OP_CFGI_STE || attention ||
	       (kind_wanted(SMMU_EVENT_FORBIDDEN) && watched);
}

/* Follows a list that returned, if story_concerns() is true of it. */
static __always_inline void story_follow(struct list *list)
{
	struct story_loop loop = {.list = list};
	__u32 opcode = list_opcode(list);

	if (opcode == SMMU_OP_ATC_INV) {
		if (list->result < 0 && list_walkable(list)) {
			story_failed(list);
			recovery_open(list->cmds, list->now, list->flags & SMMU_EVENT_SYNTHETIC);
		} else if (attention && list->sync && list_walkable(list)) {
			loop.again = story_asks_again();
			bpf_loop(SMMU_LIST_MAX, story_answered_step, &loop, 0);
		}
	} else if (opcode == SMMU_OP_CFGI_STE) {
		/* Also without a CMD_SYNC: of several StreamIDs only the last list has one. */
		if (list_walkable(list))
			bpf_loop(SMMU_LIST_MAX, story_ste_step, &loop, 0);
	} else if ((watched | attention) &&
		   (opcode < SMMU_OP_CFGI_STE || opcode > SMMU_OP_CFGI_CD_ALL)) {
		/* Other commands end a recovery: it issues only ATC_INV and CFGI. */
		recovery_close();
		story_goes_on();
	}
}

#endif
