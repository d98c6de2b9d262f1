/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path: inject, before anything is armed: text -> rule -> target -> links
 *
 * Injection rules: their grammar, the StreamIDs they mean on this machine, and
 * the form in which the BPF side takes them. Nothing here prints or arms. All
 * structs are plain data without owned memory; all functions are reentrant.
 *
 * Three steps, each one with its own errors: inject_rule_parse() needs no machine,
 * inject_rule_resolve() needs the table of devices, inject_rules_link() needs all rules.
 * rule.c parses, rule_link.c resolves and links, rule_text.c describes.
 */
#ifndef INJECT_RULE_H
#define INJECT_RULE_H

#include "device/devices.h"
#include "smmu_inject.h"

#define INJECT_RULE_TEXT_MAX	       640 /* the longest text of inject_rule_describe() and its end */
#define INJECT_RULE_SMMU_LEN	       64 /* name of an SMMU and its end */
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
	INJECT_RULE_KEY_COUNT
};

/* Which CPUs a rule of kind gerror is for, by where the interrupt goes. */
enum inject_rule_irq { INJECT_RULE_IRQ_ANY, INJECT_RULE_IRQ_BLOCKED, INJECT_RULE_IRQ_FREE };

/* For the help and for hints: "<name>=" takes "<takes>". By enum rule_key. */
struct inject_rule_key_text {
	const char *name;
	const char *takes;
};
extern const struct inject_rule_key_text inject_rule_keys[INJECT_RULE_KEY_COUNT];

/* One rule as it was written, defaults filled in. */
struct inject_rule {
	unsigned int given; /* bit mask of 1 << enum inject_rule_key: what the text named */
	__u32 bdf;
	__u32 sid;
	char smmu[INJECT_RULE_SMMU_LEN];
	__u32 ssid;
	__u64 after;	   /* default 0 */
	__u64 every;	   /* default 1, never 0 */
	__u64 times;	   /* default 1, never 0 */
	__u64 duration_ns; /* default 10 s, never 0, at most INJECT_RULE_DURATION_MAX_S */
	__u32 probability; /* of 2^32 - 1; default all of it, never 0 */
	__u32 contexts;	   /* bit mask of 1 << enum smmu_context; 0: any */
	__u32 pid;
	char comm[SMMU_RULE_COMM_LEN];
	__s32 error; /* -EIO (default) or -ETIMEDOUT; follows from kind unless that is verdict */
	enum smmu_rule_kind kind; /* default verdict */
	enum inject_rule_irq irq; /* default any; only with kind=gerror */
};

/* Both one line without its end, never empty after an error. */
struct inject_rule_error {
	char message[256]; /* what is wrong, with the offending text */
	char hint[512];	   /* the way out */
};

/* What a rule means on this machine. */
struct inject_rule_target {
	__u64 smmu; /* struct arm_smmu_device, never 0 */
	char smmu_name[INJECT_RULE_SMMU_LEN];
	unsigned int sids;	    /* 0: every StreamID of that SMMU */
	__u32 sid[DEVICE_SIDS_MAX]; /* of one PCI function */
	char device[BDF_LEN];	    /* that PCI function; "" if sids is 0 */
	__u32 gerror_cpu;	    /* that GERROR interrupts, or SMMU_CPU_NONE */
};

/* A StreamID that rules name, and the first of them. */
struct inject_rule_stream {
	__u64 smmu;
	__u32 sid;
	__u32 first; /* index into wire */
};

/*
 * The rules as the BPF side takes them. For a sync of one StreamID the rules of
 * its stream apply, from `first` along `next`; then, for any StreamID, those from
 * `wildcards` along `next`. The two kinds of chains never meet. Within a chain a
 * rule for fewer StreamIDs comes before one for more, and then the order given
 * counts. A wire rule always carries SMMU_RULE_SMMU and its SMMU, because the
 * wildcards of all SMMUs are in one chain.
 */
struct inject_rule_links {
	struct smmu_rule wire[SMMU_RULES_MAX];
	__u32 count;
	struct inject_rule_stream streams[INJECT_RULE_STREAMS_MAX]; /* each {smmu, sid} once */
	__u32 stream_count;
	__u32 wildcards; /* SMMU_RULE_NONE if there is none */
};

/* KEY=VALUE,... 0, or -EINVAL and *error; *rule is complete on success only. */
int inject_rule_parse(const char *text, struct inject_rule *rule, struct inject_rule_error *error);

/*
 * Which StreamIDs the rule means. 0, or *error and -ENODEV (no such device,
 * StreamID or SMMU here), -EINVAL (a StreamID of several SMMUs, a device behind
 * another SMMU than the one named), -EOPNOTSUPP (the device has no ATS, it cannot be
 * told which CPU GERROR interrupts and the rule depends on it) or
 * -EAGAIN (its ATS is off at the moment).
 */
int inject_rule_resolve(const struct inject_rule *rule, const struct devices *devices,
			struct inject_rule_target *target, struct inject_rule_error *error);

/* Can a rule with that target fire on an invalidation for the device? */
bool inject_rule_target_covers(const struct inject_rule_target *target,
			       const struct device *device);

/*
 * Builds what the BPF side takes from `count` rules and their targets, in the order given.
 * The deadline of each is its duration, counted from 0: the loader adds the time at which it
 * arms them. 0, or *error and -E2BIG (more than SMMU_RULES_MAX) or -EINVAL (two rules share
 * some StreamIDs and each has others of its own: one chain cannot hold both).
 */
int inject_rules_link(const struct inject_rule *rules, const struct inject_rule_target *targets,
		      size_t count, struct inject_rule_links *links,
		      struct inject_rule_error *error);

/*
 * "device 0000:01:00.0 (StreamID 0x100), error EIO, at most 1 time, within 10 s".
 * target: NULL before inject_rule_resolve(). Returns buffer, of INJECT_RULE_TEXT_MAX bytes.
 */
const char *inject_rule_describe(const struct inject_rule *rule,
				 const struct inject_rule_target *target,
				 char buffer[INJECT_RULE_TEXT_MAX]);

#endif
