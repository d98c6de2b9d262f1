/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: inject, before anything is armed: text -> rule -> target -> links
 *
 * Injection rules (not R1 to R20, which check a recovery): their grammar, their StreamIDs
 * on this machine, and the form in which the BPF side takes them. Nothing here prints or
 * arms. All structs are plain data without owned memory; all functions are reentrant.
 *
 * Three steps, each with its own errors: inject_rule_parse() (rule.c) needs no machine,
 * inject_rule_resolve() needs the table of devices, inject_rules_link() needs all rules
 * (both rule_link.c). rule_text.c describes a rule to people.
 */
#ifndef INJECT_RULE_H
#define INJECT_RULE_H

#include "base/refusal.h"
#include "device/devices.h"
#include "device/silence.h"
#include "smmu_inject.h"

#define INJECT_RULE_TEXT_MAX	       640 /* the longest text of inject_rule_describe() and its NUL */
#define INJECT_RULE_SMMU_LEN	       64 /* name of an SMMU and its NUL */
#define INJECT_RULE_DURATION_MAX_S     86400
#define INJECT_RULE_PROBABILITY_ALWAYS 0xffffffffU
#define INJECT_RULE_STREAMS_MAX	       (SMMU_RULES_MAX * DEVICE_SIDS_MAX)

enum inject_rule_key {
	INJECT_RULE_DEVICE,
	INJECT_RULE_SID,
	INJECT_RULE_SMMU,
	INJECT_RULE_SSID,
	INJECT_RULE_AFTER,
	INJECT_RULE_EVERY,
	INJECT_RULE_TIMES,
	INJECT_RULE_FOR,
	INJECT_RULE_PROBABILITY,
	INJECT_RULE_CONTEXT,
	INJECT_RULE_PID,
	INJECT_RULE_COMM,
	INJECT_RULE_ERROR,
	INJECT_RULE_KIND,
	INJECT_RULE_IRQ,
	INJECT_RULE_WAIT,
	INJECT_RULE_AGAIN,
	INJECT_RULE_RESET,
	INJECT_RULE_CERROR,
	INJECT_RULE_KEY_COUNT
};

/* For kind=gerror: fire on any CPU, only on that of the GERROR interrupt, or only on the others. */
enum inject_rule_irq { INJECT_RULE_IRQ_ANY, INJECT_RULE_IRQ_BLOCKED, INJECT_RULE_IRQ_FREE };

/* By enum inject_rule_key, for the help and for hints: "<name>=" takes "<takes>". */
struct inject_rule_key_text {
	const char *name;
	const char *takes;
};
extern const struct inject_rule_key_text inject_rule_keys[INJECT_RULE_KEY_COUNT];

/* A rule as written, with defaults filled in. */
struct inject_rule {
	unsigned int given; /* mask of 1 << enum inject_rule_key: the keys in the text */
	__u32 bdf;
	__u32 sid;
	char smmu[INJECT_RULE_SMMU_LEN];
	__u32 ssid;
	__u64 after;	   /* default 0 */
	__u64 every;	   /* default 1, never 0 */
	__u64 times;	   /* default 1, never 0 */
	__u64 duration_ns; /* default 10 s, never 0, at most INJECT_RULE_DURATION_MAX_S */
	__u32 probability; /* in units of 1 / (2^32 - 1); default 1, never 0 */
	__u32 contexts;	   /* mask of 1 << enum smmu_context; 0: any */
	__u32 pid;
	char comm[SMMU_RULE_COMM_LEN];
	__s32 error;		  /* -EIO (default) or -ETIMEDOUT; only kind=verdict has a choice */
	enum smmu_rule_kind kind; /* default verdict */
	enum inject_rule_irq irq; /* default any; only with kind=gerror */
	/* Only with kind=device. `times` then counts ATC_INV, at most SILENCE_COUNT_MAX. */
	__u64 wait_ns; /* if given: of the SMMU for this device, at most SILENCE_WAIT_MAX_S */
	__u32 again;   /* how many times more the CMD_SYNC fails; default 0 */
	bool survives_reset;
	enum silence_meets meets; /* default SILENCE_MEETS_NOTHING */
};

/* The devices of a rule on this machine. */
struct inject_rule_target {
	__u64 smmu; /* address of the struct arm_smmu_device, never 0 */
	char smmu_name[INJECT_RULE_SMMU_LEN];
	unsigned int sids;	    /* 0: every StreamID of that SMMU */
	__u32 sid[DEVICE_SIDS_MAX]; /* of one PCI function */
	char device[BDF_LEN];	    /* the name of that function; "" if sids is 0 */
	__u32 gerror_cpu;	    /* that the GERROR interrupt goes to, or SMMU_CPU_NONE */
	bool silenced;		    /* kind=device: it is in no chain of inject_rules_link() */
};

/* A StreamID that rules name, and where their chain begins. */
struct inject_rule_stream {
	__u64 smmu;
	__u32 sid;
	__u32 first; /* index into wire */
};

/*
 * The rules as the BPF side takes them. For a CMD_SYNC after invalidations of one StreamID,
 * it tries the rules of that stream, from `first` along `next`, and then those for all
 * StreamIDs, from `wildcards` along `next`. The two kinds of chains share no rule. Within a
 * chain, rules for fewer StreamIDs come first, then the order of the user counts. Every wire
 * rule has SMMU_RULE_SMMU set, because the wildcards of all SMMUs are in one chain.
 */
struct inject_rule_links {
	struct smmu_rule wire[SMMU_RULES_MAX];
	__u32 count;
	struct inject_rule_stream streams[INJECT_RULE_STREAMS_MAX]; /* each {smmu, sid} once */
	__u32 stream_count;
	__u32 wildcards; /* SMMU_RULE_NONE if there is none */
};

/* text: KEY=VALUE,... 0, or -EINVAL and *error, with *rule as it was. */
int inject_rule_parse(const char *text, struct inject_rule *rule, struct refusal *error);
/*
 * Puts the keys of the text, KEY=VALUE,..., in the place of those that the rule has. 0, or -EINVAL
 * and *error, with *rule as it was: the text is wrong, or the keys do not go together.
 */
int inject_rule_override(const char *text, struct inject_rule *rule, struct refusal *error);
/* Of a rule with kind=device: what its device is told. */
struct silence_order inject_rule_order(const struct inject_rule *rule);

/*
 * Looks up the StreamIDs of the rule. 0, or *error and
 * -ENODEV: no such device, StreamID or SMMU here,
 * -EINVAL: the StreamID exists behind several SMMUs, or the device is not behind the SMMU
 *	    that the rule names,
 * -EOPNOTSUPP: the device has no ATS, or the rule has irq= and the CPU that the GERROR
 *	    interrupt goes to is unknown, or it has kind=device and names one StreamID of several
 *	    that its function has,
 * -EAGAIN: ATS is off at the moment.
 */
int inject_rule_resolve(const struct inject_rule *rule, const struct devices *devices,
			struct inject_rule_target *target, struct refusal *error);

/* Can a rule with this target fire on an invalidation for the device? */
bool inject_rule_target_covers(const struct inject_rule_target *target,
			       const struct device *device);

/*
 * Builds what the BPF side takes from `count` rules and their targets, in the order given.
 * The deadline of each is its duration, counted from 0: the loader adds the time at which it
 * arms them. 0, or *error and -E2BIG (more than SMMU_RULES_MAX) or -EINVAL (two rules share
 * some StreamIDs and each has others of its own: one chain cannot hold both).
 */
int inject_rules_link(const struct inject_rule *rules, const struct inject_rule_target *targets,
		      size_t count, struct inject_rule_links *links, struct refusal *error);

/*
 * "device 0000:01:00.0 (StreamID 0x100), error EIO, at most 1 time, within 10 s".
 * target: NULL before inject_rule_resolve(). Returns buffer, of INJECT_RULE_TEXT_MAX bytes.
 */
const char *inject_rule_describe(const struct inject_rule *rule,
				 const struct inject_rule_target *target,
				 char buffer[INJECT_RULE_TEXT_MAX]);

#endif
