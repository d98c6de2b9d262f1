/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Injection rules: user space arms them, the BPF side enforces them. Every bound (count,
 * time) is checked in the kernel, so it holds even while the process that armed the rule is
 * stopped.
 */
#ifndef SMMU_INJECT_H
#define SMMU_INJECT_H

#ifndef __bpf__
#include <linux/types.h>
#endif

#define SMMU_RULES_MAX	   64
#define SMMU_RULE_COMM_LEN 16
#define SMMU_RULE_NONE	   0xffffffffU

/*
 * X(id, name): how the hardware is made to behave at the CMD_SYNC. DEVICE is no matter of the BPF
 * side: it gets such a rule to keep the numbers of the others, and in no chain.
 */
#define SMMU_RULE_KINDS(X)                                                                         \
	X(VERDICT, "verdict") /* the answer for the CMD_SYNC is `error`, at once */                \
	X(GERROR, "gerror")   /* the queue stops at it, with GERROR.CMDQ_ERR raised */             \
	X(STALL, "stall")     /* it does not complete */                                           \
	X(DEVICE, "device")   /* the device does not answer, see src/device/silence.h */

#define SMMU_RULE_KIND_ENUM_(id, name) SMMU_RULE_KIND_##id,
enum smmu_rule_kind { SMMU_RULE_KINDS(SMMU_RULE_KIND_ENUM_) SMMU_RULE_KIND_COUNT };
#undef SMMU_RULE_KIND_ENUM_

#define SMMU_CPU_NONE 0xffffffffU

enum smmu_rule_match {
	SMMU_RULE_SMMU = 1 << 0,
	SMMU_RULE_SSID = 1 << 1,
	SMMU_RULE_CONTEXT = 1 << 2,
	SMMU_RULE_PID = 1 << 3,
	SMMU_RULE_COMM = 1 << 4,
	SMMU_RULE_PROBABILITY = 1 << 5,
	SMMU_RULE_BLOCKED = 1 << 6, /* only on the CPU that GERROR interrupts */
	SMMU_RULE_FREE = 1 << 7,    /* only on the others */
};

/* Set by user space before the programs are attached, read-only from then on. */
struct smmu_rule {
	__u64 smmu;	   /* kernel address, SMMU_RULE_SMMU */
	__u64 deadline_ns; /* CLOCK_BOOTTIME; nothing fires after it */
	__u64 after;	   /* skip this many matches first */
	__u64 every;	   /* of the remaining matches the first and each N-th fires; at least 1 */
	__u64 times;	   /* fires at most this often; at least 1 */
	__u32 match;	   /* enum smmu_rule_match: which conditions apply */
	__u32 ssid;
	__u32 contexts;	   /* bit mask of 1 << enum smmu_context */
	__u32 pid;	   /* thread group */
	__u32 probability; /* 2^32 - 1 is 100 % */
	__s32 error;	   /* -EIO as by hardware, -ETIMEDOUT as by the software poll;
			      free for kind VERDICT, follows from the other kinds */
	__u32 next;	   /* next rule for the same StreamID, or SMMU_RULE_NONE */
	__u32 kind;	   /* enum smmu_rule_kind */
	__u32 gerror_cpu;  /* CPU that GERROR interrupts; SMMU_CPU_NONE if not known */
	__u32 reserved;
	char comm[SMMU_RULE_COMM_LEN];
};

/* Written by the BPF side, read by user space. */
struct smmu_rule_state {
	__u64 matched;	/* ATC_INV that met the conditions, without retries */
	__u64 fired;	/* timeouts injected; never above times */
	__u64 repeated; /* retries of an injected timeout that failed with it */
	__u64 expired;	/* matches after the deadline, which never fire */
};

_Static_assert(sizeof(struct smmu_rule) == 96, "rule");
_Static_assert(sizeof(struct smmu_rule_state) == 32, "rule state");

#endif
