/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the SMMU has been told of each StreamID, by anybody and for any device: that is a state, and
 * a fence is the step in it that takes ATS from a device which has it on.
 *
 * The SMMU may keep an STE until a configuration command that covers it has been confirmed by a
 * CMD_SYNC on the same queue (IHI 0070 4.3, 4.7.3), the list's own or a later one. Only
 * then the STE is read, from memory. What is in memory without having been told may be read by the
 * SMMU at any time, too: so a fenced StreamID whose STE grants ATS again is unfenced, told or not.
 */
#ifndef TOLD_BPF_H
#define TOLD_BPF_H

#include "base/device.bpf.h"
#include "base/emit.bpf.h"
#include "base/list.bpf.h"
#include "base/stack.bpf.h"
#include "base/tag.bpf.h"
#include "recovery/suspect.bpf.h"

/* StreamIDs whose configuration no CMD_SYNC has confirmed yet. Each also counts in `attention`. */
__u64 told_pending __weak = 0;

/* The numbers, plus one, of the StreamIDs that were fenced last: those are looked at again. */
#define TOLD_FENCED_MAX 64
__u32 told_fenced[TOLD_FENCED_MAX] __weak = {};
__u64 told_fenced_next __weak = 0;
/* The program, which is there twice, and the functions up to the list. */
#define TOLD_SKIP 3

/* How many are fenced now. */
__u64 told_fenced_now __weak = 0;

struct told {
	__u64 smmu;
	__u64 latency_ns;
	__u64 ste[2];
	__u64 tag;
	__u64 now;
	__u32 sid;
	__s32 result;
	__u32 kind; /* enum smmu_event_kind */
	__u16 flags;
	__u8 grant, before, how, ats;
};

/*
 * Too large for the BPF stack of a callback: one per CPU for each program that may interrupt
 * another one there, the copies of a list's return and the rest (told_again()).
 */
#define TOLD_AGAIN SMMU_COPIES
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SMMU_COPIES + 1);
	__type(key, __u32);
	__type(value, struct told);
} told_scratch __weak SEC(".maps");

static __always_inline struct told *told_new(__u32 index)
{
	struct told *told = bpf_map_lookup_elem(&told_scratch, &index);

	if (told)
		__builtin_memset(told, 0, sizeof(*told));
	return told;
}

/* The callers, without a program's context, which a global function does not have. */
static __always_inline void told_stack(struct smmu_stack *stack)
{
	long bytes = 0;

	__builtin_memset(stack, 0, sizeof(*stack));
	if (cfg_typed_task)
		bytes = bpf_get_task_stack(bpf_get_current_task_btf(), stack->frame,
					   sizeof(stack->frame), TOLD_SKIP);
	stack->depth = bytes > 0 ? (__u32)bytes / sizeof(stack->frame[0]) : 0;
}

static __always_inline void told_emit(const struct told *told)
{
	struct {
		struct smmu_event header;
		struct smmu_fence fence;
	} * event;
	__u32 kind = told->kind;

	/* The verifier knows no other bound of it. */
	if (kind >= SMMU_EVENT_KIND_COUNT || !kind_wanted(kind) ||
	    !sid_wanted(told->smmu, told->sid))
		return;
	event = emit_reserve(kind, sizeof(*event), told->now, told->flags);
	if (!event)
		return;
	event->fence.smmu = told->smmu;
	event->fence.latency_ns = told->latency_ns;
	event->fence.sid = told->sid;
	event->fence.result = told->result;
	event->fence.grant = told->grant;
	event->fence.before = told->before;
	event->fence.told = told->how;
	event->fence.ats = told->ats;
	event->fence.reserved = 0;
	event->fence.ste[0] = told->ste[0];
	event->fence.ste[1] = told->ste[1];
	event->fence.tag = told->tag;
	if (kind == SMMU_EVENT_FENCE && told->how == SMMU_TOLD_CONFIG)
		told_stack(&event->fence.stack);
	else
		__builtin_memset(&event->fence.stack, 0, sizeof(event->fence.stack));
	emit_submit(event);
}

/* ATS was taken from it. False if it had been already. */
static __always_inline bool told_fence(struct told *told, struct smmu_device_state *state)
{
	__u64 since = state->suspect_ns;
	__u32 number;

	if (__sync_val_compare_and_swap(&state->fenced_ns, 0, told->now))
		return false;
	number = device_number(told->smmu, told->sid, false);
	told_fenced[__sync_fetch_and_add(&told_fenced_next, 1) & (TOLD_FENCED_MAX - 1)] = number +
											  1;
	__sync_fetch_and_add(&told_fenced_now, 1);
	DEVICE_COUNT(told->smmu, told->sid, fences);
	told->kind = SMMU_EVENT_FENCE;
	told->latency_ns = since ? told->now - since : 0;
	return true;
}

/* ATS is back. False if it had not been taken by a fence. */
static __always_inline bool told_unfence(struct told *told, struct smmu_device_state *state)
{
	__u64 since = state->fenced_ns;

	if (!since || __sync_val_compare_and_swap(&state->fenced_ns, since, 0) != since)
		return false;
	__sync_fetch_and_add(&told_fenced_now, -1);
	state->unfenced_ns = told->now;
	DEVICE_COUNT(told->smmu, told->sid, unfences);
	told->kind = SMMU_EVENT_UNFENCE;
	told->latency_ns = told->now - since;
	return true;
}

/*
 * Does it take ATS from a device that has it on, or withhold it from one that had it, or that
 * failed before? A detach switches ATS off first, and leaves an STE that does not translate.
 */
static __always_inline bool told_takes(const struct told *told,
				       const struct smmu_device_state *state)
{
	if (told->ats == SMMU_PCI_ATS_ON &&
	    (told->before == SMMU_GRANT_ATS || told->before == SMMU_GRANT_UNKNOWN))
		return true;
	return (state->suspect_ns || told->before == SMMU_GRANT_ATS) &&
	       smmu_ste_withholds(told->ste[0], told->ste[1]);
}

/*
 * Reads whose translations a StreamID uses, for what follows. Not called by it: the verifier bounds
 * the stack of all functions that are under way.
 */
__weak __noinline int told_look(__u64 smmu, __u32 sid)
{
	struct smmu_device_state *state = device_state_of(smmu, sid);

	if (state)
		state->seen = tag_read(smmu, sid);
	return 0;
}

/*
 * Does it use other translations now, or may it no longer keep them, or again? Unless that was
 * confirmed, the SMMU may use the old ones as well as the new ones.
 */
static __always_inline bool told_tag(struct told *told, struct smmu_device_state *state)
{
	__u64 before = state->tag, tag = SMMU_TAG_UNREAD;

	if (told->result >= 0)
		tag = state->seen;
	/* A context descriptor takes nothing, and gives nothing. */
	if (told->how == SMMU_TOLD_CONTEXT)
		tag = (tag & ~SMMU_TAG_ATS) | (before & SMMU_TAG_ATS);
	told->tag = state->tag = tag;
	return tag != before;
}

/*
 * A StreamID's configuration is known to the SMMU, or, with a negative result, may be. Events: of
 * each change; of a device that is fenced or suspected also if it was told the same once more, as
 * that may be a second recovery. True if there is one to be sent.
 */
static __always_inline bool told_changes(struct told *told, struct smmu_device_state *state)
{
	bool unconfirmed = state->unconfirmed, fenced = state->fenced_ns != 0;
	bool other = told_tag(told, state);

	told->kind = SMMU_EVENT_STE;
	told->before = state->grant;
	told->ats = state->ats;
	told->flags = state->synthetic && (state->suspect_ns || fenced) ? SMMU_EVENT_SYNTHETIC : 0;
	if (ste_read(told->smmu, told->sid, told->ste)) {
		told->grant = SMMU_GRANT_UNKNOWN;
		told->flags |= SMMU_EVENT_UNREAD;
		return state->suspect_ns;
	}
	told->grant = smmu_grant_of(told->ste[0], told->ste[1]);
	state->grant = told->grant;
	state->unconfirmed = told->result < 0;
	if (told->grant == SMMU_GRANT_ATS)
		return told_unfence(told, state) || told->before != told->grant || other;
	fenced = (told_takes(told, state) && told_fence(told, state)) ||
		 told->before != told->grant || unconfirmed || fenced || other;
	suspect_clear(state);
	return fenced;
}

static __always_inline void told_one(__u64 smmu, __u32 sid, struct smmu_device_state *state,
				     __s32 result, __u32 copy)
{
	struct told *told = told_new(copy);

	if (!told)
		return;
	told->smmu = smmu;
	told->sid = sid;
	told->now = bpf_ktime_get_ns();
	told->result = result;
	told->how = SMMU_TOLD_CONFIG;
	if (told_changes(told, state))
		told_emit(told);
}

/*
 * ATS was switched off in a function. If the SMMU was told nothing of this StreamID during the run,
 * an STE that still grants ATS is what it was told before. Who takes ATS from it next is found by
 * that. Global, so that the verifier checks it once.
 */
__weak __noinline int told_before(__u64 smmu, __u32 sid)
{
	struct smmu_device_state *state = device_state_of(smmu, sid);
	__u64 ste[2];

	if (!state || state->grant != SMMU_GRANT_UNKNOWN || ste_read(smmu, sid, ste))
		return 0;
	if (smmu_grant_of(ste[0], ste[1]) == SMMU_GRANT_ATS)
		state->grant = SMMU_GRANT_ATS;
	return 0;
}

/* ---- lists that configure ---- */

/* The StreamID with this number; false if there is none. */
static __always_inline bool told_stream(__u32 number, __u64 *smmu, __u32 *sid)
{
	__u64 key = device_slots[number & (SMMU_DEVICES_MAX - 1)];

	if (!key)
		return false;
	*smmu = smmu_slots[(key >> 32) & (SMMU_SMMUS_MAX - 1)];
	*sid = (__u32)key;
	return true;
}

static __always_inline void told_forget(struct smmu_device_state *state)
{
	__u64 since = state->pending_ns;

	if (!since || __sync_val_compare_and_swap(&state->pending_ns, since, 0) != since)
		return;
	__sync_fetch_and_add(&told_pending, -1);
	__sync_fetch_and_add(&attention, -1);
}

static __always_inline void told_wait(struct smmu_device_state *state, __u64 queue)
{
	__u64 now = bpf_ktime_get_ns();

	if (!__sync_val_compare_and_swap(&state->pending_ns, 0, now)) {
		__sync_fetch_and_add(&told_pending, 1);
		__sync_fetch_and_add(&attention, 1);
	}
	state->pending_ns = now;
	state->pending_queue = queue;
}

/*
 * A list has a command that configures this StreamID. how: whether it has a CMD_SYNC, and the
 * program's copy times 2. These two are global functions, so that the verifier checks them once and
 * not for each path through a list's return.
 */
__weak __noinline int told_by(__u64 smmu, __u64 queue, __u32 sid, __u32 how, __s32 result)
{
	struct smmu_device_state *state = device_state_of(smmu, sid);
	bool sync = how & 1;

	if (!state || !queue_configures(smmu, queue))
		return 0;
	if (sync && result >= 0)
		told_forget(state);
	else
		told_wait(state, queue);
	if (sync || state->suspect_ns)
		told_one(smmu, sid, state, sync ? result : -EINPROGRESS, how >> 1);
	return 0;
}

/* A list has a command for context descriptors of this StreamID. how: as above. */
__weak __noinline int told_context(__u64 smmu, __u32 sid, __u32 how, __s32 result)
{
	struct smmu_device_state *state = device_state_of(smmu, sid);
	struct told *told = told_new(how >> 1);

	if (!state || !told)
		return 0;
	told->smmu = smmu;
	told->sid = sid;
	told->now = bpf_ktime_get_ns();
	told->result = how & 1 ? result : -EINPROGRESS;
	told->kind = SMMU_EVENT_STE;
	told->how = SMMU_TOLD_CONTEXT;
	told->grant = told->before = state->grant;
	told->ats = state->ats;
	if (told_tag(told, state))
		told_emit(told);
	return 0;
}

/* A CMD_SYNC of a list that began then has completed: is it what this StreamID waits for? */
__weak __noinline int told_completes(__u32 number, __u64 queue, __u64 begin_ns, __u32 copy)
{
	struct smmu_device_state *state = device_state(number);
	__u64 smmu;
	__u32 sid;

	if (!state || !state->pending_ns || state->pending_queue != queue ||
	    state->pending_ns > begin_ns || !told_stream(number, &smmu, &sid))
		return 0;
	told_forget(state);
	told_one(smmu, sid, state, 0, copy);
	return 0;
}

/* Context of the bpf_loop() callbacks over all StreamIDs. */
struct told_loop {
	const struct list *list;
	__u32 sid, range; /* of the CFGI_STE_RANGE */
};

static __always_inline __u32 told_how(const struct list *list)
{
	return list->sync | list->copy << 1;
}

static long told_range_step(__u32 i, struct told_loop *loop)
{
	const struct list *list = loop->list;
	__u64 smmu;
	__u32 sid;

	if (!told_stream(i, &smmu, &sid) || smmu != list->smmu)
		return 0;
	if (loop->range < SMMU_CFGI_RANGE_ALL && (sid ^ loop->sid) >> (loop->range + 1))
		return 0;
	told_look(smmu, sid);
	told_by(smmu, list->queue, sid, told_how(list), list->result);
	return 0;
}

/* CFGI_STE_RANGE, or CFGI_ALL, which is the same for all. */
static __always_inline void told_range(const struct list *list, struct smmu_command command)
{
	struct told_loop loop = {
		.list = list,
		.sid = SMMU_CMD_SID(command.word[0]),
		.range = SMMU_CFGI_RANGE(command.word[1]),
	};

	bpf_loop(SMMU_DEVICES_MAX, told_range_step, &loop, 0);
}

/* Has this StreamID a configuration that waits for a CMD_SYNC? */
static __always_inline bool told_waiting(__u32 number, __u64 *smmu, __u32 *sid)
{
	struct smmu_device_state *state = device_state(number);

	return state && state->pending_ns && told_stream(number, smmu, sid);
}

static long told_confirm_step(__u32 i, struct told_loop *loop)
{
	const struct list *list = loop->list;
	__u64 smmu;
	__u32 sid;

	if (!told_waiting(i, &smmu, &sid))
		return 0;
	told_look(smmu, sid);
	told_completes(i, list->queue, list->now - list->duration_ns, list->copy);
	return 0;
}

/* The CMD_SYNC of a list also confirms what stood before the list on its queue. */
static __always_inline void told_confirm(const struct list *list)
{
	struct told_loop loop = {.list = list};

	if (told_pending && list->sync && list->result >= 0 && !(list->flags & SMMU_EVENT_NO_START))
		bpf_loop(SMMU_DEVICES_MAX, told_confirm_step, &loop, 0);
}

/* ---- what is in memory ---- */

static long told_again_step(__u32 i, void *unused)
{
	__u32 number = told_fenced[i & (TOLD_FENCED_MAX - 1)] - 1;
	struct smmu_device_state *state = device_state(number);
	struct told *told = told_new(TOLD_AGAIN);

	if (!told || !state || !state->fenced_ns || !told_stream(number, &told->smmu, &told->sid) ||
	    ste_read(told->smmu, told->sid, told->ste) ||
	    smmu_grant_of(told->ste[0], told->ste[1]) != SMMU_GRANT_ATS)
		return 0;
	told->how = SMMU_TOLD_MEMORY;
	told->now = bpf_ktime_get_ns();
	told->grant = SMMU_GRANT_ATS;
	told->before = state->grant;
	told->ats = state->ats;
	told->flags = state->synthetic ? SMMU_EVENT_SYNTHETIC : 0;
	if (told_unfence(told, state)) {
		state->grant = SMMU_GRANT_ATS;
		told_look(told->smmu, told->sid);
		told_tag(told, state);
		told_emit(told);
	}
	return 0;
}

/* The last event of a reset, of any device. */
__u64 told_reset_ns __weak = 0;
/* Who takes a device back from a reset writes its STE first, and tells the SMMU then. */
#define TOLD_RESET_NS 100000000ULL

/*
 * Looks at the STEs of fenced StreamIDs again: where an invalidation or an attach ends.
 * Global, so that the verifier checks it once and not for each caller.
 */
__weak __noinline int told_again(void)
{
	if (told_fenced_now && bpf_ktime_get_ns() - told_reset_ns > TOLD_RESET_NS)
		bpf_loop(TOLD_FENCED_MAX, told_again_step, NULL, 0);
	return 0;
}

#endif
