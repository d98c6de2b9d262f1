/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 4/5  record -> names and numbers
 *
 * The only place where codes get their names.
 * Pure: no state, no allocation. Thread safe.
 */
#ifndef EVENT_DECODE_H
#define EVENT_DECODE_H

#include "smmu_arch.h"
#include "smmu_event.h"
#include <stdbool.h>
#include <stddef.h>

/* Room for the names below that may be made up: "0x7f", "CERROR_0x7f", "E4095". */
#define DECODE_NAME_LEN 24

/* "ATC_INV"; "0x7f" for an opcode that the architecture does not name. */
const char *decode_opcode(unsigned int opcode, char *buffer);
/* CMDQ_CONS.ERR: "CERROR_ATC_INV_SYNC"; "CERROR_0x7f". */
const char *decode_cerror(unsigned int error, char *buffer);
/* Who found an error of a command queue: "handler"; "unknown" also out of range. */
const char *decode_finder(unsigned int finder);
/* "EIO" for EIO and for -EIO, "ok" for 0; "E4095" for one without a name. */
const char *decode_errno(int error, char *buffer);
/* "submit", "task"; "unknown" out of range. */
const char *decode_kind(unsigned int kind);
const char *decode_context(unsigned int context);
/* "begin", "probe_end"; "domain"; likewise. */
const char *decode_reset_phase(unsigned int phase);
const char *decode_grant(unsigned int grant);
const char *decode_regime(unsigned int regime);
const char *decode_inv_function(unsigned int function);
/* "mm_page_alloc", "page allocation", "recovery"; likewise. */
const char *decode_forbidden(unsigned int act);
const char *decode_forbidden_text(unsigned int act);
const char *decode_forbidden_where(unsigned int where);
/*
 * Where the timeout of a failed list, an error or a fence came from: "injection" (the driver's
 * injection point), "device" (one that a rule with kind=device silenced) or "unknown". NULL: the
 * event is of no timeout.
 */
const char *decode_source(const struct smmu_event *event);
/* Who asked for a reset or an attach: "process" or "kernel". NULL: not known. */
const char *decode_asker(const struct smmu_event *event);
/* enum rule_silence_end: "count", "all were used up"; "unknown" out of range. */
const char *decode_silence_end(unsigned long long end);
const char *decode_silence_end_text(unsigned long long end);
/* Is it an allocation, which has a number of bytes? */
bool decode_forbidden_allocates(unsigned int act);

struct atc_inv {
	__u64 iova;
	__u64 size; /* in bytes; 0 with all, and for the encodings above 52 (reserved) */
	__u32 sid;
	__u32 ssid; /* if has_ssid */
	bool has_ssid;
	bool all; /* the whole address space */
};

/* False if the command is something else. */
bool decode_atc(const struct smmu_command *command, struct atc_inv *atc);

struct opcode_count {
	unsigned int opcode;
	unsigned int count;
};

/* An opcode is a byte. */
#define DECODE_OPCODES_MAX SMMU_OPCODE_COUNT

/*
 * Counts the captured opcodes, and with `sync` one CMD_SYNC, in order of first appearance.
 * counts: room for DECODE_OPCODES_MAX. Returns the number of entries.
 */
size_t decode_opcodes(const struct smmu_submit *submit, bool sync, struct opcode_count *counts);

#endif
