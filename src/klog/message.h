/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: log -> events
 *
 * What a message of the kernel says, if it is one of the driver arm-smmu-v3, of a recovery from
 * ATC invalidate timeouts, or of a PCI function that is reset, fails or comes and goes. The
 * spellings are those of the kernels 6.1 to 7.3 and of tools/kernel. Pure, thread safe.
 */
#ifndef KLOG_MESSAGE_H
#define KLOG_MESSAGE_H

#include "klog/line.h"
#include "smmu_arch.h"
#include "smmu_event.h"

/*
 * X(id, name, text): what an event of a log is about. name: its `type` in JSON; where it is one of
 * smmuscope.event/1, it says the same as there, as far as a log can.
 */
#define KLOG_KINDS(X)                                                                              \
	X(BOOT, "boot", "a kernel begins")                                                         \
	X(CMDQ_ERROR, "cmdq_error", "the driver found GERROR.CMDQ_ERR active")                     \
	X(SYNC_TIMEOUT, "sync_timeout", "the driver gave up waiting for the command queue")        \
	X(GERROR, "gerror", "the SMMU's GERROR interrupt")                                         \
	X(GERROR_PART, "gerror_part", "one of its errors besides CMDQ_ERR")                        \
	X(FAULT, "fault", "a record of the event queue")                                           \
	X(OVERFLOW, "overflow", "the SMMU lost records of that queue, or of the PRI queue")        \
	X(PRI, "pri", "a page request that nobody wanted")                                         \
	X(FENCE, "fence", "a recovery took ATS from a function")                                   \
	X(UNCONFIRMED, "unconfirmed", "the SMMU did not confirm what a recovery told it")          \
	X(RESET, "reset", "of a PCI function")                                                     \
	X(ATS, "ats", "could not be switched on")                                                  \
	X(ATTACH, "attach", "of a domain, failed")                                                 \
	X(GROUP, "group", "a function comes into an IOMMU group, or leaves it")                    \
	X(AER, "aer", "PCIe reports an error")                                                     \
	X(HOTPLUG, "hotplug", "of a PCIe slot")                                                    \
	X(MESSAGE, "message", "anything else that the driver says of an SMMU")                     \
	X(LOSS, "loss", "messages are missing here")

#define KLOG_KIND_(id, name, text) KLOG_##id,
enum klog_kind { KLOG_KINDS(KLOG_KIND_) KLOG_KIND_COUNT };
#undef KLOG_KIND_

#define KLOG_TEXT_LEN	 256
#define KLOG_NAME_LEN	 64
#define KLOG_NUMBERS_MAX 4
#define KLOG_WORDS_MAX	 4

/* One message, with the lines that belong to it. */
struct klog_event {
	enum klog_kind kind;
	__u64 line; /* of the file, from 1 on */
	struct klog_when when;
	char said[KLOG_WHEN_LEN];
	char smmu[KLOG_NAME_LEN];   /* as the log names it; "": it does not */
	char device[KLOG_NAME_LEN]; /* the PCI function, likewise */
	char name[KLOG_NAME_LEN];   /* of a fault: "F_TRANSLATION"; of a boot: the release */
	const char *what;	    /* which of several of that kind, NULL if there is but one */
	__u32 sid;		    /* SMMU_SID_NONE: it is not said */
	/* Other numbers, with their names in JSON; hex: as the log writes them. */
	struct {
		const char *name;
		__s64 value;
		bool hex;
	} number[KLOG_NUMBERS_MAX];
	unsigned int numbers;
	/* A record of the event queue, or the command that was skipped: its dwords. */
	__u64 word[KLOG_WORDS_MAX];
	unsigned int words;
	char text[KLOG_TEXT_LEN]; /* the message itself; cut off if it is longer */
};

/* How a message goes together with the one before it of the same SMMU. */
enum klog_part {
	PART_NOTHING, /* nothing that is of interest here */
	PART_BEGINS,  /* an event */
	PART_WORD,    /* event->word[0] is the next dword of the event before */
	PART_FAULT,   /* a record of the event queue in words: of the event before, if it was raw */
	PART_DETAIL,  /* belongs to the event before, and says nothing that is kept */
};

/* "cmdq_error". */
const char *klog_kind_name(enum klog_kind kind);
/*
 * Fills in all of *event that a single message says, for anything but PART_NOTHING. line: if it is
 * foreign, only what the journal says about its own losses counts.
 */
enum klog_part klog_message(struct klog_event *event, const struct klog_line *line);
/* The number of that name; false if the message has none. */
bool klog_number(const struct klog_event *event, const char *name, __s64 *value);
/* From the dwords of a record of the event queue: its name, StreamID and addresses. */
void klog_fault_decode(struct klog_event *event);

#endif
