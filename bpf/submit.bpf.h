/* SPDX-License-Identifier: GPL-2.0 */
/* Events of one list: `submit`, if the filters want it, and `registers` if it failed. */
#ifndef SUBMIT_BPF_H
#define SUBMIT_BPF_H

#include "emit.bpf.h"
#include "list.bpf.h"
#include "registers.bpf.h"

static __always_inline bool list_wanted(const struct list *list)
{
	struct command_list *commands = list->commands;

	if (!kind_wanted(SMMU_EVENT_SUBMIT))
		return false;
	if (cfg_smmu && list->smmu != cfg_smmu)
		return false;
	if (cfg_failed_only && list->result >= 0)
		return false;
	if (cfg_latency_above_ns && list->duration_ns <= cfg_latency_above_ns)
		return false;
	if (!cfg_by_sid)
		return true;
	for (__u32 i = 0; i < SMMU_LIST_MAX; i++) {
		__u64 word;
		__u32 opcode;

		if (!commands || i >= list->count)
			break;
		word = commands->command[i].word[0];
		opcode = SMMU_CMD_OPCODE(word);
		if ((opcode == SMMU_OP_ATC_INV || opcode == SMMU_OP_CFGI_STE ||
		     opcode == SMMU_OP_CFGI_CD || opcode == SMMU_OP_CFGI_CD_ALL) &&
		    sid_wanted(list->smmu, SMMU_CMD_SID(word)))
			return true;
	}
	return false;
}

/* One size per power of four: a reservation has to be of constant size. */
#define EMIT_SUBMIT(list, room)                                                                    \
	do {                                                                                       \
		struct {                                                                           \
			struct smmu_event header;                                                  \
			struct smmu_submit submit;                                                 \
			struct smmu_command command[room];                                         \
		} *event = emit_reserve(SMMU_EVENT_SUBMIT, sizeof(*event), (list)->now,            \
					(list)->flags);                                            \
		if (!event)                                                                        \
			return;                                                                    \
		fill_submit(list, &event->submit);                                                 \
		for (__u32 i = 0; i < (room); i++) {                                               \
			if (!(list)->commands || i >= (list)->count)                               \
				break;                                                             \
			event->command[i] = (list)->commands->command[i];                          \
		}                                                                                  \
		emit_submit(event);                                                                \
	} while (0)

static __always_inline void fill_submit(const struct list *list, struct smmu_submit *submit)
{
	submit->smmu = list->smmu;
	submit->queue = list->queue;
	submit->duration_ns = list->duration_ns;
	submit->prod = list->prod;
	submit->result = list->result;
	submit->commands = (__u16)list->n;
	submit->captured = (__u16)list->count;
	submit->reserved = 0;
}

static __always_inline void emit_list(const struct list *list)
{
	if (list->count <= 1)
		EMIT_SUBMIT(list, 1);
	else if (list->count <= 4)
		EMIT_SUBMIT(list, 4);
	else if (list->count <= 16)
		EMIT_SUBMIT(list, 16);
	else
		EMIT_SUBMIT(list, SMMU_LIST_MAX);
}

/* Half of the poll limit: by itself no CMD_SYNC takes that long. */
#define REGISTERS_NS 500000000ULL

static __always_inline void emit_registers(const struct list *list)
{
	struct {
		struct smmu_event header;
		struct smmu_registers registers;
	} * event;
	struct registers now;

	if (!kind_wanted(SMMU_EVENT_REGISTERS) || (cfg_smmu && list->smmu != cfg_smmu))
		return;
	if (!list->sync || (list->result >= 0 && list->duration_ns <= REGISTERS_NS))
		return;
	registers_read(&now, list->smmu, list->queue);
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
	event->registers.reserved = 0;
	emit_submit(event);
}

#endif
