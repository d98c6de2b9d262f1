// SPDX-License-Identifier: GPL-2.0
/*
 * path: 4/5  record -> names and numbers
 */
#include "event/decode.h"

#include "event/record.h"
#include "event/statistics.h"

#include <stdio.h>
#include <string.h>

#define NAMED(id, value, name)		  [value] = (name),
#define NAMED_TEXT(id, value, name, text) [value] = (name),

const char *decode_opcode(unsigned int opcode, char *buffer)
{
	static const char *const names[SMMU_OPCODE_COUNT] = {SMMU_OPCODES(NAMED)};

	if (opcode < SMMU_OPCODE_COUNT && names[opcode])
		return names[opcode];
	snprintf(buffer, DECODE_NAME_LEN, "0x%02x", opcode);
	return buffer;
}

const char *decode_cerror(unsigned int error, char *buffer)
{
	static const char *const names[] = {SMMU_CERRORS(NAMED_TEXT)};

	if (error < sizeof(names) / sizeof(names[0]))
		return names[error];
	snprintf(buffer, DECODE_NAME_LEN, "CERROR_0x%02x", error);
	return buffer;
}

const char *decode_finder(unsigned int finder)
{
#define FINDER_NAME(id, name) (name),
	static const char *const names[] = {SMMU_FINDERS(FINDER_NAME)};

	return names[finder < SMMU_FINDER_COUNT ? finder : SMMU_FOUND_BY_UNKNOWN];
}

const char *decode_errno(int error, char *buffer)
{
	/* -error would overflow for INT_MIN, which a damaged record may hold. */
	unsigned int number = error < 0 ? 0 - (unsigned int)error : (unsigned int)error;
	const char *name;

	if (!number)
		return "ok";
	name = strerrorname_np((int)number);
	if (name)
		return name;
	/* Above 511 are numbers that only the kernel uses (include/linux/errno.h). */
	snprintf(buffer, DECODE_NAME_LEN, "E%u", number);
	return buffer;
}

const char *decode_kind(unsigned int kind)
{
#define KIND(id, name, payload) (name),
	static const char *const names[] = {SMMU_EVENT_KINDS(KIND)};
#undef KIND

	return kind < SMMU_EVENT_KIND_COUNT ? names[kind] : "unknown";
}

const char *decode_context(unsigned int context)
{
#define CONTEXT(id, name) (name),
	static const char *const names[] = {SMMU_CONTEXTS(CONTEXT)};
#undef CONTEXT

	return context < SMMU_CONTEXT_COUNT ? names[context] : "unknown";
}

const char *decode_reset_phase(unsigned int phase)
{
#define PHASE(id, name) (name),
	static const char *const names[] = {SMMU_RESET_PHASES(PHASE)};
#undef PHASE

	return phase < SMMU_RESET_PHASE_COUNT ? names[phase] : "unknown";
}

const char *decode_grant(unsigned int grant)
{
#define GRANT(id, name) (name),
	static const char *const names[] = {SMMU_GRANTS(GRANT)};
#undef GRANT

	return grant < SMMU_GRANT_COUNT ? names[grant] : "unknown";
}

const char *decode_regime(unsigned int regime)
{
#define REGIME(id, name) (name),
	static const char *const names[] = {SMMU_REGIMES(REGIME)};
#undef REGIME

	return regime < SMMU_REGIME_COUNT ? names[regime] : "unknown";
}

const char *decode_inv_function(unsigned int function)
{
#define INV_FUNCTION(id, name) (name),
	static const char *const names[] = {SMMU_INV_FUNCTIONS(INV_FUNCTION)};
#undef INV_FUNCTION

	return function < SMMU_INV_FUNCTION_COUNT ? names[function] : "unknown";
}

const char *decode_forbidden(unsigned int act)
{
#define ACT(id, name, text) (name),
	static const char *const names[] = {SMMU_FORBIDDEN(ACT)};
#undef ACT

	return act < SMMU_FORBIDDEN_COUNT ? names[act] : "unknown";
}

const char *decode_forbidden_text(unsigned int act)
{
#define ACT(id, name, text) (text),
	static const char *const texts[] = {SMMU_FORBIDDEN(ACT)};
#undef ACT

	return act < SMMU_FORBIDDEN_COUNT ? texts[act] : "unknown";
}

const char *decode_forbidden_where(unsigned int where)
{
	return where == SMMU_FORBIDDEN_RECOVERY ? "recovery"
	       : where == SMMU_FORBIDDEN_ISR	? "isr"
						: "unknown";
}

const char *decode_source(const struct smmu_event *event)
{
	const struct smmu_submit *submit = event_payload(event);

	if (event->kind != SMMU_EVENT_CMDQ_ERROR && event->kind != SMMU_EVENT_FENCE &&
	    (event->kind != SMMU_EVENT_SUBMIT || submit->result >= 0))
		return NULL;
	if (event->flags & SMMU_EVENT_SYNTHETIC)
		return "injection";
	return event->flags & SMMU_EVENT_SILENCED ? "device" : "unknown";
}

const char *decode_asker(const struct smmu_event *event)
{
	if (event->flags & SMMU_EVENT_BY_KERNEL)
		return "kernel";
	return event->flags & SMMU_EVENT_BY_PROCESS ? "process" : NULL;
}

const char *decode_silence_end(unsigned long long end)
{
#define END(id, name, text) (name),
	static const char *const names[] = {RULE_SILENCE_ENDS(END)};
#undef END

	return end < RULE_SILENCE_END_COUNT ? names[end] : "unknown";
}

const char *decode_silence_end_text(unsigned long long end)
{
#define END(id, name, text) (text),
	static const char *const texts[] = {RULE_SILENCE_ENDS(END)};
#undef END

	return end < RULE_SILENCE_END_COUNT ? texts[end] : "unknown";
}

bool decode_forbidden_allocates(unsigned int act)
{
	return act == SMMU_FORBIDDEN_KMALLOC || act == SMMU_FORBIDDEN_KMEM_CACHE ||
	       act == SMMU_FORBIDDEN_PAGES;
}

bool decode_atc(const struct smmu_command *command, struct atc_inv *atc)
{
	__u64 low = command->word[0], high = command->word[1];
	unsigned int size = SMMU_ATC_SIZE(high);

	if (SMMU_CMD_OPCODE(low) != SMMU_OP_ATC_INV)
		return false;
	atc->sid = SMMU_CMD_SID(low);
	atc->has_ssid = SMMU_CMD_SSV(low);
	atc->ssid = atc->has_ssid ? SMMU_CMD_SSID(low) : 0;
	atc->iova = SMMU_ATC_ADDR(high);
	atc->all = size == SMMU_ATC_SIZE_ALL;
	/* ATC_INV.Size 52 is the whole address space: 2^64 bytes, which overflow. */
	atc->size = size < SMMU_ATC_SIZE_ALL ? 4096ULL << size : 0;
	return true;
}

static size_t count_opcode(struct opcode_count *counts, size_t count, unsigned int opcode)
{
	size_t i = count;

	/* Search from the end: a list is mostly a run of one command. */
	while (i--) {
		if (counts[i].opcode == opcode) {
			counts[i].count++;
			return count;
		}
	}
	counts[count].opcode = opcode;
	counts[count].count = 1;
	return count + 1;
}

size_t decode_opcodes(const struct smmu_submit *submit, bool sync, struct opcode_count *counts)
{
	size_t count = 0;
	unsigned int i;

	for (i = 0; i < submit->captured; i++)
		count = count_opcode(counts, count, SMMU_CMD_OPCODE(submit->command[i].word[0]));
	if (sync)
		count = count_opcode(counts, count, SMMU_OP_SYNC);
	return count;
}
