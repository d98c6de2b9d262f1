/* SPDX-License-Identifier: GPL-2.0 */
/* Events of a list that passes the filters: `submit`, and `registers` if it failed or was slow. */
#ifndef SUBMIT_BPF_H
#define SUBMIT_BPF_H

#include "base/emit.bpf.h"
#include "base/list.bpf.h"
#include "base/registers.bpf.h"

static __always_inline bool command_concerns(__u64 smmu, __u64 word)
{
	__u32 opcode = SMMU_CMD_OPCODE(word);

	return (opcode == SMMU_OP_ATC_INV || opcode == SMMU_OP_CFGI_STE ||
		opcode == SMMU_OP_CFGI_CD || opcode == SMMU_OP_CFGI_CD_ALL) &&
	       sid_wanted(smmu, SMMU_CMD_SID(word));
}

/* Global, so that the verifier checks it once and not for each caller. */
__weak __noinline int commands_concern(__u64 smmu, __u64 cmds, __u32 count, __u32 copy)
{
	struct command_list *scratch = cfg_casts ? NULL : bpf_map_lookup_elem(&list_scratch, &copy);

	for (__u32 i = 0; i < SMMU_LIST_MAX; i++) {
		__u64 word = 0;

		if (i >= count)
			break;
		if (cfg_casts)
			word = word_at(cmds + i * sizeof(struct smmu_command));
		else if (scratch)
			word = scratch->command[i].word[0];
		if (command_concerns(smmu, word))
			return 1;
	}
	return 0;
}

/* Is there a command for a StreamID that the filter wants? */
static __always_inline bool list_concerns(const struct list *list)
{
	__u64 smmu;

	if (!cfg_smmu && !cfg_by_sid)
		return true;
	smmu = list_smmu(list);
	if (cfg_smmu && smmu != cfg_smmu)
		return false;
	if (!cfg_by_sid)
		return true;
	if (list->n == 1 && list->first) /* as most are */
		return command_concerns(smmu, list->first);
	return commands_concern(smmu, list_cmds(list), list->count, list->copy);
}

static __always_inline bool list_wanted(const struct list *list)
{
	if (!kind_wanted(SMMU_EVENT_SUBMIT))
		return false;
	if (cfg_failed_only && list->result >= 0)
		return false;
	if (cfg_latency_above_ns && list->duration_ns <= cfg_latency_above_ns)
		return false;
	return list_concerns(list);
}

/* A ring reservation has to be of constant size: one per step of emit_list(). */
#define EMIT_SUBMIT(list, room)                                                                    \
	do {                                                                                       \
		struct {                                                                           \
			struct smmu_event header;                                                  \
			struct smmu_submit submit;                                                 \
			struct smmu_command command[room];                                         \
		} *event = emit_reserve(SMMU_EVENT_SUBMIT, sizeof(*event), (list)->now,            \
					submit_flags(list));                                       \
		if (!event)                                                                        \
			return;                                                                    \
		fill_submit(list, &event->submit, (__u16)list_n(list), (__u16)(list)->count);      \
		fill_commands(list, event->command, room);                                         \
		emit_submit(event);                                                                \
	} while (0)

static __always_inline __u16 submit_flags(const struct list *list)
{
	_Static_assert(SMMU_EVENT_SYNC == 1 << 2, "a bool moves there");
	return (__u16)(list->flags | (__u32)list_sync(list) << 2);
}

static __always_inline void fill_submit(const struct list *list, struct smmu_submit *submit,
					__u16 commands, __u16 captured)
{
	submit->smmu = list_smmu_raw(list);
	submit->queue = list_queue_raw(list);
	submit->duration_ns = list->duration_ns;
	submit->prod = list->prod;
	submit->result = list_result(list);
	*(__u64 *)&submit->commands = commands | (__u64)captured << 16;
}

/* list->count is at most `room`, which is a constant. */
static __always_inline void fill_commands(const struct list *list, struct smmu_command *commands,
					  __u32 room)
{
	if (room % WORDS_BLOCK == 0 && words_in_blocks()) {
		for (__u32 i = 0; i < room; i += WORDS_BLOCK) {
			if (i >= list->count)
				break;
			words_copy(&commands[i], list_cmds(list) + i * sizeof(*commands));
		}
		return;
	}
	for (__u32 i = 0; i < room; i++) {
		if (i >= list->count)
			break;
		commands[i] = list_command(list, i);
	}
}

/* Fast path: a single command whose first word is known. */
static __always_inline void emit_single(const struct list *list)
{
	struct {
		struct smmu_event header;
		struct smmu_submit submit;
		struct smmu_command command;
	} * event;

	event = emit_reserve(SMMU_EVENT_SUBMIT, sizeof(*event), list->now, submit_flags(list));
	if (!event)
		return;
	fill_submit(list, &event->submit, 1, 1);
	event->command.word[0] = list->first;
	event->command.word[1] = list_second(list);
	emit_submit(event);
}

static __always_inline void emit_list(const struct list *list)
{
	if (cfg_casts && list->n == 1 && list->first)
		emit_single(list);
	else if (list->count <= 1)
		EMIT_SUBMIT(list, 1);
	else if (list->count <= 4)
		EMIT_SUBMIT(list, 4);
	else if (list->count <= 8)
		EMIT_SUBMIT(list, 8);
	else if (list->count <= 16)
		EMIT_SUBMIT(list, 16);
	else
		EMIT_SUBMIT(list, SMMU_LIST_MAX);
}

/* Half of the driver's poll limit of 1 s: a healthy CMD_SYNC never takes that long. */
#define REGISTERS_NS 500000000ULL

static __always_inline bool registers_concern(const struct list *list)
{
	return kind_wanted(SMMU_EVENT_REGISTERS) && list->sync &&
	       (list->result < 0 || list->duration_ns > REGISTERS_NS);
}

static __always_inline void emit_registers(const struct list *list)
{
	struct {
		struct smmu_event header;
		struct smmu_registers registers;
	} * event;
	struct registers now;

	if (!registers_concern(list) || !list_concerns(list))
		return;
	registers_read(&now, list->smmu, list->queue);
	if (now.asleep)
		return;
	event = emit_reserve(SMMU_EVENT_REGISTERS, sizeof(*event), list->now,
			     list->flags & SMMU_EVENT_SYNTHETIC);
	if (!event)
		return;
	event->registers.smmu = list->smmu;
	event->registers.queue = list->queue;
	event->registers.duration_ns = list->duration_ns;
	event->registers.gerror = now.gerror;
	event->registers.gerrorn = now.gerrorn;
	event->registers.cons = now.cons;
	event->registers.prod = now.prod;
	event->registers.result = list->result;
	event->registers.shift = now.shift;
	emit_submit(event);
}

#endif
