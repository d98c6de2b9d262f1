/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: 2/5  event -> ring
 *
 * The records that the BPF programs put into the ring and the collector takes out: the
 * contract between bpf/ and src/. Host byte order, fixed width, no holes. A record is a
 * struct smmu_event, directly followed by the payload of its kind; its length is the length
 * of the ring record.
 *
 * Times are CLOCK_MONOTONIC in nanoseconds. `smmu`, `queue` and `device` are kernel addresses
 * of struct arm_smmu_device, struct arm_smmu_cmdq and struct pci_dev: they serve as
 * identities and are never shown. `bdf` is domain << 16 | bus << 8 | devfn.
 */
#ifndef SMMU_EVENT_H
#define SMMU_EVENT_H

#ifndef __bpf__
#include <linux/types.h>
#endif

/*
 * X(id, name, payload): kinds of events. name: the `type` in JSON. payload: the struct that
 * follows the header; its size is what a record of that kind must have at least.
 */
#define SMMU_EVENT_KINDS(X)                                                                        \
	/* a command list was issued and returned */                                               \
	X(SUBMIT, "submit", smmu_submit)                                                           \
	/* the answer to a CMD_SYNC was replaced */                                                \
	X(INJECT, "inject", smmu_inject_fired)                                                     \
	/* GERROR.CMDQ_ERR was found active */                                                     \
	X(CMDQ_ERROR, "cmdq_error", smmu_cmdq_error)                                               \
	/* the SMMU was told that a device with ATS on may not use it any more */                  \
	X(FENCE, "fence", smmu_fence)                                                              \
	/* a fenced StreamID may use ATS again */                                                  \
	X(UNFENCE, "unfence", smmu_fence)                                                          \
	/* the PCI function's ATS was switched */                                                  \
	X(ATS, "ats", smmu_ats)                                                                    \
	/* the PCI function was reset, or only asked whether it can be */                          \
	X(RESET, "reset", smmu_reset)                                                              \
	/* the GERROR handler returned */                                                          \
	X(ISR, "isr", smmu_isr)                                                                    \
	/* the queue's registers, as a list failed or took very long */                            \
	X(REGISTERS, "registers", smmu_registers)                                                  \
	/* a function that sends the ATC_INV of one invalidation returned */                       \
	X(INVALIDATION, "invalidation", smmu_invalidation)                                         \
	/* what a recovery or the GERROR handler must not do */                                    \
	X(FORBIDDEN, "forbidden", smmu_forbidden)                                                  \
	/* a domain was attached to the PCI function */                                            \
	X(ATTACH, "attach", smmu_attach)                                                           \
	/* iommu_unmap() returned */                                                               \
	X(UNMAP, "unmap", smmu_unmap)                                                              \
	/* the SMMU was told something else of a StreamID: an attach, a detach */                  \
	X(STE, "ste", smmu_fence)

#define SMMU_EVENT_ENUM_(id, name, payload) SMMU_EVENT_##id,
enum smmu_event_kind { SMMU_EVENT_KINDS(SMMU_EVENT_ENUM_) SMMU_EVENT_KIND_COUNT };
#undef SMMU_EVENT_ENUM_

#define SMMU_KINDS_ALL ((1U << SMMU_EVENT_KIND_COUNT) - 1)
/* Without the kinds whose hooks are also on paths that have nothing to do with an SMMU. */
#define SMMU_KINDS_DEFAULT                                                                         \
	(SMMU_KINDS_ALL &                                                                          \
	 ~(1U << SMMU_EVENT_INVALIDATION | 1U << SMMU_EVENT_FORBIDDEN | 1U << SMMU_EVENT_UNMAP))

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
	SMMU_EVENT_SYNTHETIC = 1 << 0, /* follows from an injection */
	SMMU_EVENT_REPEAT = 1 << 1,    /* inject: a retry of a timeout already counted */
	SMMU_EVENT_SYNC = 1 << 2,      /* submit: the list carried a CMD_SYNC */
	SMMU_EVENT_NO_START = 1 << 3,  /* submit: entry missed, no duration, no prod */
	SMMU_EVENT_UNREAD = 1 << 4,    /* the commands or the STE could not be read */
	SMMU_EVENT_FOREIGN = 1 << 5,   /* inject: by another tool, no rule of ours */
	SMMU_EVENT_EXACT = 1 << 6,     /* submit: prod is the list's own, not a reading at entry */
	SMMU_EVENT_FULL = 1 << 7,      /* submit: the queue looked too full for it at entry */
	SMMU_EVENT_GERROR = 1 << 8,    /* inject: GERROR.CMDQ_ERR is raised, interrupt and all */
	SMMU_EVENT_STALL = 1 << 9,     /* inject: the CMD_SYNC does not complete */
	SMMU_EVENT_BLOCKED = 1 << 10,  /* inject: on the CPU that the GERROR interrupt goes to */
	/* reset, attach: a process asks for it; or the kernel does by itself, that is one of its
	 * threads, an interrupt, or whoever is in an invalidation. Neither: not known. */
	SMMU_EVENT_BY_PROCESS = 1 << 11,
	SMMU_EVENT_BY_KERNEL = 1 << 12,
	/* An error, real, of a device that a rule with kind=device silenced. From user space. */
	SMMU_EVENT_SILENCED = 1 << 15,
};

#define SMMU_COMM_LEN 16

struct smmu_event {
	__u64 ts_ns;
	__u32 seq; /* number of the event on its CPU, from 1 on: a gap is a loss */
	__u32 pid; /* thread group */
	__u32 tid; /* thread; together with `context` it identifies a flow of control */
	__u16 cpu;
	__u16 flags;  /* enum smmu_event_flags */
	__u8 kind;    /* enum smmu_event_kind */
	__u8 context; /* enum smmu_context */
	__u16 reserved;
	__u32 wakes; /* 1: this event wakes the collector */
	char comm[SMMU_COMM_LEN];
};

/* One command of the SMMUv3 command queue, as the architecture lays it out. */
struct smmu_command {
	__u64 word[2];
};

/* The longest list that the driver issues: BITS_PER_LONG commands, without a CMD_SYNC. */
#define SMMU_LIST_MAX 64

struct smmu_submit {
	__u64 smmu;
	__u64 queue;
	__u64 duration_ns;
	/*
	 * The queue's producer index, with the wrap bit. It is read at entry, and another CPU may
	 * issue a list after that: only with SMMU_EVENT_EXACT is it certainly the index of the
	 * list's first command.
	 */
	__u32 prod;
	__s32 result; /* 0 or a negative errno */
	__u16 commands;
	__u16 captured; /* how many of the commands follow */
	__u32 reserved;
#ifndef __bpf__ /* in BPF a record has a fixed size and the commands follow this struct */
	struct smmu_command command[];
#endif
};

struct smmu_inject_fired {
	__u64 smmu;
	__u64 queue;
	__u32 prod; /* index of the CMD_SYNC */
	__u32 sid;
	__s32 error;	/* negative errno */
	__u32 rule;	/* index of the rule, in the order given; SMMU_RULE_NONE: not ours */
	__u64 incident; /* its number, from 1 on; 0: not ours */
};

/* X(id, name): who found an error of a command queue. */
#define SMMU_FINDERS(X)                                                                            \
	X(UNKNOWN, "unknown") /* in recordings of older versions */                                \
	X(HANDLER, "handler") /* the GERROR handler */                                             \
	X(ISSUER, "issuer")   /* a thread that waits for its own command list */                   \
	X(OTHER, "other")     /* anybody else: the interrupt handler of a secondary queue */

#define SMMU_FINDER_ENUM_(id, name) SMMU_FOUND_BY_##id,
enum smmu_finder { SMMU_FINDERS(SMMU_FINDER_ENUM_) SMMU_FINDER_COUNT };
#undef SMMU_FINDER_ENUM_

/*
 * One for each error, sent before it is acknowledged. CMDQ_CONS.ERR means something only here
 * and while GERROR.CMDQ_ERR is active: the acknowledgment does not change it (IHI 0070 7.1).
 */
struct smmu_cmdq_error {
	__u64 smmu;
	__u64 queue;
	__u32 gerror; /* of the SMMU, also if the queue is a secondary one */
	__u32 gerrorn;
	__u32 cons;    /* CMDQ_CONS with its ERR field */
	__u8 found_by; /* enum smmu_finder */
	__u8 shift; /* log2 of the queue's entries: indices are modulo twice that; 0: not known */
	__u16 reserved;
	/*
	 * What stands in the queue in front of the command at CONS. It tells whose CMD_SYNC that is
	 * where the index alone does not. Zeros: not known, as in older recordings.
	 */
	struct smmu_command before;
};

/* The size of the first version, without `before`. */
#define SMMU_CMDQ_ERROR_MIN 32

/* Return addresses in the kernel, innermost first; shown only as symbols. */
#define SMMU_STACK_MAX 12

struct smmu_stack {
	__u32 depth; /* number of frames; 0: no stack was taken */
	__u32 reserved;
	__u64 frame[SMMU_STACK_MAX];
};

/* How it is known what a StreamID may do. */
enum smmu_told {
	SMMU_TOLD_UNKNOWN, /* in recordings of older versions */
	SMMU_TOLD_CONFIG,  /* a configuration command covered it, and a CMD_SYNC followed */
	SMMU_TOLD_MEMORY,  /* so it says in memory, where the SMMU may read it at any time */
	SMMU_TOLD_CONTEXT, /* CFGI_CD or CFGI_CD_ALL: it may do what it did before */
};

/* The ATS of a PCI function, as far as it is known. */
enum smmu_pci_ats { SMMU_PCI_ATS_UNKNOWN, SMMU_PCI_ATS_OFF, SMMU_PCI_ATS_ON };

/*
 * fence, unfence and ste: what the SMMU has been told of a StreamID, sent when a CMD_SYNC
 * confirms it and it is not what was known before.
 */
struct smmu_fence {
	__u64 smmu;
	/* fence: from the return of the failed list, 0 if none had failed; unfence: from the fence
	 */
	__u64 latency_ns;
	__u32 sid;
	/* Of the list whose CMD_SYNC was to confirm it; -EINPROGRESS: it had none of its own. */
	__s32 result;
	struct smmu_stack stack; /* fence: of the function that fences; else empty */
	__u8 grant;		 /* enum smmu_grant: what it may do now */
	__u8 before;		 /* and did before */
	__u8 told;		 /* enum smmu_told */
	__u8 ats;		 /* enum smmu_pci_ats of its function at this time */
	__u32 reserved;
	__u64 ste[2]; /* the first words of its STE; not with SMMU_TOLD_CONTEXT */
	__u64 tag;    /* SMMU_TAG(): whose translations it uses */
};

/* The size of the first version, which ends with the stack, and of the one without the tag. */
#define SMMU_FENCE_MIN 128
#define SMMU_STE_MIN   152

struct smmu_ats {
	__u64 device;
	__u32 bdf;
	__u32 sid; /* first StreamID, SMMU_SID_NONE if not behind an SMMUv3 */
	__s32 result;
	__u32 enabled;
};

/* X(id, name) */
#define SMMU_RESET_PHASES(X)                                                                       \
	X(BEGIN, "begin")	      /* __pci_reset_function_locked() entered */                  \
	X(END, "end")		      /* it returned, with `result` */                             \
	X(PREPARE, "prepare")	      /* pci_dev_reset_iommu_prepare() returned, with `result` */  \
	X(DONE, "done")		      /* pci_dev_reset_iommu_done() entered */                     \
	X(PROBE_BEGIN, "probe_begin") /* pci_init_reset_methods() entered: can it be reset? */     \
	X(PROBE_END, "probe_end")     /* it returned */

#define SMMU_RESET_ENUM_(id, name) SMMU_RESET_##id,
enum smmu_reset_phase { SMMU_RESET_PHASES(SMMU_RESET_ENUM_) SMMU_RESET_PHASE_COUNT };
#undef SMMU_RESET_ENUM_

struct smmu_reset {
	__u64 device;
	__u32 bdf;
	__u32 sid;
	__s32 result; /* of `end` and `prepare` */
	__u32 phase;  /* enum smmu_reset_phase */
};

/* The GERROR handler, from entry to return. In some drivers an issuer calls it, too. */
struct smmu_isr {
	__u64 smmu;
	__u64 duration_ns;
	__s32 result; /* irqreturn_t */
	__u32 active; /* GERROR ^ GERRORN at entry, with an injected error overlaid */
};

/*
 * The registers as the driver sees them (with an injected error overlaid) when a list
 * returned that failed, or whose CMD_SYNC took longer than half of the poll limit. On its
 * CPU the event directly follows the `submit` of the list, if that is sent.
 */
struct smmu_registers {
	__u64 smmu;
	__u64 queue;
	__u64 duration_ns; /* of the list */
	__u32 gerror;
	__u32 gerrorn;
	__u32 cons;
	__u32 prod;
	__s32 result; /* of the list */
	__u32 shift;  /* as in smmu_cmdq_error */
};

/* X(id, name): functions that turn one invalidation into lists of ATC_INV. */
#define SMMU_INV_FUNCTIONS(X)                                                                      \
	X(DOMAIN, "domain") /* arm_smmu_atc_inv_domain(), arm_smmu_domain_inv_range() */           \
	X(MASTER, "master") /* arm_smmu_atc_inv_master() */

#define SMMU_INV_FUNCTION_ENUM_(id, name) SMMU_INV_FUNCTION_##id,
enum smmu_inv_function { SMMU_INV_FUNCTIONS(SMMU_INV_FUNCTION_ENUM_) SMMU_INV_FUNCTION_COUNT };
#undef SMMU_INV_FUNCTION_ENUM_

/*
 * The longest that an SMMU waits for a device: PCIe allows an invalidation one minute, and half
 * of that more (Invalidate Completion Timeout). What is still open after this ended unseen.
 */
#define SMMU_LONGEST_WAIT_NS 90000000000ULL

/*
 * `invalidation` and `unmap` are sent only within this time after the last trouble, or by a flow
 * that is in it: otherwise every invalidation of a healthy machine would be an event. Trouble is
 * an error, injected or real, and a list that failed or took very long.
 */
#define SMMU_TROUBLE_NS 3000000000ULL

struct smmu_invalidation {
	__s32 result;	/* 0 if `is_void` */
	__u32 function; /* enum smmu_inv_function */
	__u32 is_void;	/* 1: in this kernel the function returns nothing */
	/* How many other such functions it returns into: the invalidation ends with the last. */
	__u32 nested;
};

/* X(id, name, text): acts that are forbidden in a recovery and in the GERROR handler. */
#define SMMU_FORBIDDEN(X)                                                                          \
	X(KMALLOC, "kmalloc", "allocation")                                                        \
	X(KMEM_CACHE, "kmem_cache_alloc", "allocation")                                            \
	X(PAGES, "mm_page_alloc", "page allocation")                                               \
	X(MUTEX, "mutex_lock", "sleeping lock")                                                    \
	X(RWSEM, "down_read/down_write", "sleeping lock")                                          \
	X(SEMAPHORE, "down", "sleeping lock")                                                      \
	X(SLEEP, "schedule", "sleep")                                                              \
	X(WORK, "queue_work", "work handed to somebody else")                                      \
	X(TIMER, "timer_start", "timer started")                                                   \
	X(HRTIMER, "hrtimer_start", "timer started")                                               \
	X(SOFTIRQ, "softirq_raise", "work left to a softirq")                                      \
	X(IPI, "ipi_raise", "work left to another interrupt")                                      \
	X(KTHREAD, "kthread_queue_work", "work handed to a thread")                                \
	X(INTERRUPTS_OFF, "interrupts_off", "interrupts off")

#define SMMU_FORBIDDEN_ENUM_(id, name, text) SMMU_FORBIDDEN_##id,
enum smmu_forbidden_act { SMMU_FORBIDDEN(SMMU_FORBIDDEN_ENUM_) SMMU_FORBIDDEN_COUNT };
#undef SMMU_FORBIDDEN_ENUM_

enum smmu_forbidden_where { SMMU_FORBIDDEN_RECOVERY, SMMU_FORBIDDEN_ISR };

/*
 * RECOVERY: by the flow of control whose list of ATC_INV failed, from then until its fence,
 * its next list of other commands or the return of its invalidation. ISR: on the CPU that
 * is in the GERROR handler, in hard-IRQ context. WORK to KTHREAD, which leave something to be
 * done later, are looked for only in the ISR. INTERRUPTS_OFF: neither a list, nor an interrupt, nor
 * another task was on the CPU of the recovery for `since_ns`, 100 ms or more.
 */
struct smmu_forbidden {
	__u64 bytes; /* of an allocation */
	/* Since the failed list returned, or the handler was entered; INTERRUPTS_OFF: for so long.
	 */
	__u64 since_ns;
	__u32 act;   /* enum smmu_forbidden_act */
	__u32 where; /* enum smmu_forbidden_where */
	struct smmu_stack stack;
};

/* The driver's own limit for a CMD_SYNC, ARM_SMMU_POLL_TIMEOUT_US. */
#define SMMU_POLL_NS 1000000000ULL

/* Sent for each attach, as these are rare. */
struct smmu_attach {
	__u64 device;
	__u32 bdf;
	__u32 sid;
};

struct smmu_unmap {
	__u64 iova;
	__u64 size;	/* bytes asked for */
	__u64 returned; /* bytes that the caller was told to be unmapped */
};

#define SMMU_SID_NONE 0xffffffffU
/* A PCI function whose domain is above ffff: 32 bits have no room for its address. */
#define SMMU_BDF_NONE 0xffffffffU

_Static_assert(sizeof(struct smmu_event) == 48, "event header");
_Static_assert(sizeof(struct smmu_submit) == 40, "submit payload");
_Static_assert(sizeof(struct smmu_inject_fired) == 40, "inject payload");
_Static_assert(sizeof(struct smmu_cmdq_error) == 48, "cmdq_error payload");
_Static_assert(sizeof(struct smmu_stack) == 104, "stack");
_Static_assert(sizeof(struct smmu_fence) == 160, "fence payload");
_Static_assert(sizeof(struct smmu_ats) == 24, "ats payload");
_Static_assert(sizeof(struct smmu_reset) == 24, "reset payload");
_Static_assert(sizeof(struct smmu_isr) == 24, "isr payload");
_Static_assert(sizeof(struct smmu_registers) == 48, "registers payload");
_Static_assert(sizeof(struct smmu_invalidation) == 16, "invalidation payload");
_Static_assert(sizeof(struct smmu_forbidden) == 128, "forbidden payload");
_Static_assert(sizeof(struct smmu_attach) == 16, "attach payload");
_Static_assert(sizeof(struct smmu_unmap) == 24, "unmap payload");

#endif
