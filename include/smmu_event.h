/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 2/5  event -> ring
 *
 * The records that the BPF programs put into the ring and the collector takes
 * out: the contract between bpf/ and src/. Host byte order, fixed width, no
 * holes. A record is a struct smmu_event and the payload of its kind right
 * behind it; its length is the length of the ring record.
 *
 * Times are CLOCK_MONOTONIC in nanoseconds. `smmu` and `queue` are the kernel
 * addresses of the driver's struct arm_smmu_device and struct arm_smmu_cmdq:
 * identities to compare, never to be shown as they are.
 */
#ifndef SMMU_EVENT_H
#define SMMU_EVENT_H

#ifndef __bpf__
#include <linux/types.h>
#endif

/* X(id, name): kinds of events; the name is the `type` in JSON. */
#define SMMU_EVENT_KINDS(X)                                                                        \
	X(SUBMIT, "submit")	    /* a command list was issued and returned */                   \
	X(INJECT, "inject")	    /* a verdict on a CMD_SYNC was replaced */                     \
	X(CMDQ_ERROR, "cmdq_error") /* GERROR.CMDQ_ERR was found active */                         \
	X(FENCE, "fence")	    /* STE.EATS went off after a failed ATC_INV */                 \
	X(UNFENCE, "unfence")	    /* STE.EATS came back on a fenced StreamID */                  \
	X(ATS, "ats")		    /* the PCI function's ATS was switched */                      \
	X(RESET, "reset")	    /* the PCI function was reset */

#define SMMU_EVENT_ENUM_(id, name) SMMU_EVENT_##id,
enum smmu_event_kind { SMMU_EVENT_KINDS(SMMU_EVENT_ENUM_) SMMU_EVENT_KIND_COUNT };
#undef SMMU_EVENT_ENUM_

/* X(id, name): where the hooked function ran. */
#define SMMU_CONTEXTS(X)                                                                           \
	X(TASK, "task")                                                                            \
	X(SOFTIRQ, "softirq")                                                                      \
	X(HARDIRQ, "hardirq")                                                                      \
	X(NMI, "nmi")

#define SMMU_CONTEXT_ENUM_(id, name) SMMU_CONTEXT_##id,
enum smmu_context { SMMU_CONTEXTS(SMMU_CONTEXT_ENUM_) SMMU_CONTEXT_COUNT };
#undef SMMU_CONTEXT_ENUM_

enum smmu_event_flags {
	SMMU_EVENT_SYNTHETIC = 1 << 0, /* this follows from an injection */
	SMMU_EVENT_REPEAT = 1 << 1,    /* inject: a retry of a timeout already counted */
	SMMU_EVENT_SYNC = 1 << 2,      /* submit: the list carried a CMD_SYNC */
	SMMU_EVENT_NO_START = 1 << 3,  /* submit: entry not seen, no duration, no prod */
	SMMU_EVENT_UNREAD = 1 << 4,    /* the commands or the STE could not be read */
	SMMU_EVENT_FOREIGN = 1 << 5,   /* inject: by somebody else, no rule of ours */
};

#define SMMU_COMM_LEN 16

struct smmu_event {
	__u64 ts_ns;
	__u32 seq; /* attempted events on this CPU, counts up by one: a gap is a loss */
	__u32 pid; /* of the thread group */
	__u16 cpu;
	__u8 kind;    /* enum smmu_event_kind */
	__u8 context; /* enum smmu_context */
	__u16 flags;  /* enum smmu_event_flags */
	__u16 reserved;
	char comm[SMMU_COMM_LEN];
};

/* One command of the SMMUv3 command queue, as the architecture lays it out. */
struct smmu_command {
	__u64 word[2];
};

/* The longest list the driver issues in one go: BITS_PER_LONG commands. */
#define SMMU_LIST_MAX 64

struct smmu_submit {
	__u64 smmu;
	__u64 queue;
	__u64 duration_ns;
	/* Producer index of the queue when the function was entered, with the wrap bit:
	 * the list's own, unless another CPU got in between. */
	__u32 prod;
	__s32 result; /* 0 or a negative errno */
	__u16 commands;
	__u16 captured; /* how many of them follow */
	__u32 reserved;
#ifndef __bpf__ /* there it is the last but one member of a record of fixed size */
	struct smmu_command command[];
#endif
};

struct smmu_inject_fired {
	__u64 smmu;
	__u64 queue;
	__u32 prod; /* index of the CMD_SYNC */
	__u32 sid;
	__s32 error;
	__u32 rule; /* index of the rule, in the order given */
	__u64 incident;
};

struct smmu_cmdq_error {
	__u64 smmu;
	__u64 queue;
	__u32 gerror;
	__u32 gerrorn;
	__u32 cons; /* CMDQ_CONS with its ERR field */
	__u32 reserved;
};

/* fence and unfence */
struct smmu_fence {
	__u64 smmu;
	/* fence: since the failed list returned; unfence: since the fence */
	__u64 latency_ns;
	__u32 sid;
	__s32 result; /* of the CFGI_STE + CMD_SYNC */
};

struct smmu_ats {
	__u64 device; /* struct pci_dev */
	__u32 bdf;    /* domain << 16 | bus << 8 | devfn */
	__u32 sid;    /* first StreamID, SMMU_SID_NONE if not behind an SMMUv3 */
	__s32 result;
	__u32 enabled;
};

enum smmu_reset_phase { SMMU_RESET_BEGIN, SMMU_RESET_END };

struct smmu_reset {
	__u64 device;
	__u32 bdf;
	__u32 sid;
	__s32 result; /* at the end */
	__u32 phase;  /* enum smmu_reset_phase */
};

#define SMMU_SID_NONE 0xffffffffU

_Static_assert(sizeof(struct smmu_event) == 40, "event header");
_Static_assert(sizeof(struct smmu_submit) == 40, "submit payload");
_Static_assert(sizeof(struct smmu_inject_fired) == 40, "inject payload");
_Static_assert(sizeof(struct smmu_cmdq_error) == 32, "cmdq_error payload");
_Static_assert(sizeof(struct smmu_fence) == 24, "fence payload");
_Static_assert(sizeof(struct smmu_ats) == 24, "ats payload");
_Static_assert(sizeof(struct smmu_reset) == 24, "reset payload");

#endif
