/* SPDX-License-Identifier: GPL-2.0 */
/* One call of the command-list function: its arguments, result and commands. */
#ifndef LIST_BPF_H
#define LIST_BPF_H

#include "base/argument.bpf.h"
#include "base/frame.bpf.h"

struct list {
	void *ctx;		   /* the program's context */
	const struct frame *frame; /* by kprobe: the arguments, kept at entry */
	__u64 framed;		   /* whether there is one; as a number the verifier can track it */
	__u64 smmu;
	__u64 queue;
	__u64 cmds;
	__u64 now;
	__u64 duration_ns;
	__u32 n;
	__u32 prod;
	__s32 result;
	__u16 flags; /* enum smmu_event_flags */
	__u32 copy;  /* of the program, see base/twice.bpf.h */
	bool sync;
	bool counted; /* already at entry, see count_early() */
	__u64 first;  /* word 0 of the first command, 0 if there is none or it is unreadable */
	/* How many commands list_command() can read. */
	__u32 count;
	/* Copies of the commands, NULL if they are read in place. */
	struct command_list *commands;
};

/* Before 6.9 there is one queue per SMMU and no argument for it. */
static __always_inline __u64 own_queue(__u64 smmu)
{
	return smmu + bpf_core_field_offset(struct arm_smmu_device, cmdq);
}

/*
 * Arguments and return value of the hooked function. They are loaded at each use: that
 * costs less than keeping them in between.
 */
static __always_inline __u64 list_cmds(const struct list *list)
{
	return list->framed ? list->frame->argument[FRAME_LIST_CMDS]
			    : argument_number(list->ctx, cfg_arg_cmds);
}

/* The same for comparing and storing only: the verifier may take it for a pointer. */
static __always_inline __u64 list_cmds_raw(const struct list *list)
{
	return cfg_casts && !list->framed ? argument(list->ctx, cfg_arg_cmds) : list_cmds(list);
}

/* Word 1 of the first command. */
static __always_inline __u64 list_second(const struct list *list)
{
	const struct timespec64 *pair;

	if (list->framed)
		return word_at(list_cmds(list) + sizeof(__u64));
	pair = words_pointer(argument(list->ctx, cfg_arg_cmds));
	return cfg_casts ? (__u64)pair->tv_nsec : 0;
}

static __always_inline __u64 list_smmu(const struct list *list)
{
	return list->framed ? list->frame->argument[FRAME_LIST_SMMU]
			    : argument_address(list->ctx, cfg_arg_smmu);
}

static __always_inline __u64 list_queue(const struct list *list)
{
	if (list->framed)
		return list->frame->argument[FRAME_LIST_QUEUE];
	return cfg_arg_cmdq < cfg_args ? argument_address(list->ctx, cfg_arg_cmdq)
				       : own_queue(list_smmu(list));
}

/* The same two for storing only: there the verifier accepts a pointer. */
static __always_inline __u64 list_smmu_raw(const struct list *list)
{
	return cfg_casts && !list->framed ? argument(list->ctx, cfg_arg_smmu) : list_smmu(list);
}

static __always_inline __u64 list_queue_raw(const struct list *list)
{
	return cfg_casts && !list->framed && cfg_arg_cmdq < cfg_args
		       ? argument(list->ctx, cfg_arg_cmdq)
		       : list_queue(list);
}

static __always_inline __u32 list_n(const struct list *list)
{
	return (__u32)(list->framed ? list->frame->argument[FRAME_LIST_N]
				    : argument(list->ctx, cfg_arg_n));
}

/* Only one bit of a bool counts; the upper half of its register is undefined. */
static __always_inline bool list_sync(const struct list *list)
{
	return (list->framed ? list->frame->argument[FRAME_LIST_SYNC]
			     : argument(list->ctx, cfg_arg_sync)) &
	       1;
}

static __always_inline __s32 list_result(const struct list *list)
{
	const __u64 *ctx = list->ctx;

	return (__s32)(list->framed ? ctx[0] : argument(ctx, cfg_args));
}

static __always_inline void list_arguments(struct list *list)
{
	list->smmu = list_smmu(list);
	list->queue = list_queue(list);
	list->n = list_n(list);
	list->sync = list_sync(list);
}

/*
 * Copies the commands into this CPU's scratch buffer. The kernel never runs a program inside
 * itself on one CPU and each copy of a program has a buffer of its own, so no other call
 * uses it until the program ends.
 */
static __always_inline void list_copy(struct list *list)
{
	__u32 index = list->copy;
	__u64 count = list->n;
	struct command_list *scratch = bpf_map_lookup_elem(&list_scratch, &index);

	list->commands = NULL;
	list->count = 0;
	if (!scratch)
		return;
	/*
	 * In assembly: the compiler would compare one copy of the number and use another, which
	 * has no bound for the verifier.
	 */
	asm volatile("if %0 <= %1 goto +1\n%0 = %1" : "+r"(count) : "i"(SMMU_LIST_MAX));
	if (count && bpf_probe_read_kernel(scratch, count * sizeof(struct smmu_command),
					   (const void *)list->cmds)) {
		list->flags |= SMMU_EVENT_UNREAD;
		return;
	}
	list->commands = scratch;
	list->count = (__u32)count;
}

/* Makes the commands readable, in place if possible. */
static __always_inline void list_open(struct list *list)
{
	list->first = 0;
	if (cfg_casts) {
		list->commands = NULL;
		list->count = list->n < SMMU_LIST_MAX ? list->n : SMMU_LIST_MAX;
		if (!list->count)
			return;
		list->first = word_at(list->cmds);
		/* No command is 0: a 0 means that it could not be read. */
		if (list->first)
			return;
	}
	list_copy(list);
	if (list->commands && list->count)
		list->first = list->commands->command[0].word[0];
}

/* The same with a fast path, and true, for a single command that can be read in place. */
static __always_inline bool list_open_usual(struct list *list)
{
	list->n = list_n(list);
	if (cfg_casts && list->n == 1) {
		list->first = word_at(list_cmds_raw(list));
		list->commands = NULL;
		list->count = 1;
		if (list->first)
			return true;
	}
	list->cmds = list_cmds(list);
	list_open(list);
	return false;
}

/* At return: fills in arguments, result, flags and commands. */
static __always_inline void list_fill(struct list *list)
{
	list_arguments(list);
	list->result = list_result(list);
	list->flags |= list->sync ? SMMU_EVENT_SYNC : 0;
	list_open(list);
}

static __always_inline __u32 list_opcode(const struct list *list)
{
	return SMMU_CMD_OPCODE(list->first);
}

/* Copies the commands for a walk by bpf_loop(). False if there are none to walk. */
static __always_inline bool list_walkable(struct list *list)
{
	if (cfg_casts && !list->commands)
		list_copy(list);
	return list->commands;
}

/* i must be below list->count. */
static __always_inline struct smmu_command list_command(const struct list *list, __u32 i)
{
	struct smmu_command none = {};

	if (cfg_casts)
		return words_at(list->cmds + i * sizeof(struct smmu_command));
	return list->commands && i < SMMU_LIST_MAX ? list->commands->command[i] : none;
}

#endif
