/* SPDX-License-Identifier: GPL-2.0 */
/* One call of the command-list function, as its hooks hand it on. */
#ifndef LIST_BPF_H
#define LIST_BPF_H

#include "maps.bpf.h"

struct list {
	void *ctx; /* of the program */
	__u64 smmu;
	__u64 queue;
	__u64 cmds;
	__u64 now;
	__u64 duration_ns;
	__u32 n;
	__u32 prod;
	__s32 result;
	__u16 flags; /* enum smmu_event_flags */
	__u32 copy;  /* of the program, see twice.bpf.h */
	bool sync;
	/* The commands, NULL if they could not be read; `count` of them. */
	struct command_list *commands;
	__u32 count;
};

/*
 * Copies the commands into this CPU's scratch. The kernel never runs a program inside
 * itself on one CPU, so the scratch of this copy of it is this call's until it ends.
 */
static __always_inline void list_read(struct list *list)
{
	__u32 index = list->copy, count = list->n;
	struct command_list *scratch = bpf_map_lookup_elem(&list_scratch, &index);

	list->commands = NULL;
	list->count = 0;
	if (!scratch)
		return;
	if (count > SMMU_LIST_MAX)
		count = SMMU_LIST_MAX;
	if (count && bpf_probe_read_kernel(scratch, count * sizeof(struct smmu_command),
					   (const void *)list->cmds)) {
		list->flags |= SMMU_EVENT_UNREAD;
		return;
	}
	list->commands = scratch;
	list->count = count;
}

static __always_inline __u32 list_opcode(const struct list *list)
{
	if (!list->commands || !list->count)
		return 0;
	return SMMU_CMD_OPCODE(list->commands->command[0].word[0]);
}

#endif
