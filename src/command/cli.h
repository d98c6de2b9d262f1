/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line: one table of options for all commands, from which parsing
 * and --help both come. Pure: prints help, never an error; reports it instead.
 */
#ifndef COMMAND_CLI_H
#define COMMAND_CLI_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum cli_command {
	CLI_PROBE = 1 << 0,
	CLI_TRACE = 1 << 1,
	CLI_STAT = 1 << 2,
	CLI_INJECT = 1 << 3,
	CLI_CHECK = 1 << 4,
	CLI_REPLAY = 1 << 5,
	CLI_RUN = 1 << 6,
};

#define CLI_LIST_MAX 64

/* How hooks on functions are attached. */
enum cli_attach {
	CLI_ATTACH_AUTO, /* the best there is, each */
	CLI_ATTACH_FENTRY,
	CLI_ATTACH_KPROBE,
};

/* What was asked for; strings point into argv. */
struct cli {
	bool help;
	bool json;
	bool strict;
	bool failed_only;
	bool dry_run;
	int verbose;
	enum cli_attach attach;
	const char *root; /* probe: of a kernel that is not running */
	const char *btf;
	const char *module_btf; /* with root */
	bool wait;		/* for the driver */
	const char *output;	/* -o, not a recording */
	const char *recording;	/* -o FILE.smr */
	bool pack;		/* the recording */
	const char *stats_file;
	const char *smmu;
	const char *devices[CLI_LIST_MAX]; /* --device, BDF or StreamID */
	size_t device_count;
	const char *in_use[CLI_LIST_MAX]; /* --in-use-ok, BDF */
	size_t in_use_count;
	__u32 kinds; /* 1 << enum smmu_event_kind */
	__u32 ring_bytes;
	__u64 latency_above_ns;
	__u64 duration_ns;
	__u64 interval_ns;
	__u64 linger_ns;
	const char *rules[CLI_LIST_MAX]; /* of injection: inject, check */
	size_t rule_count;
	const char *files[CLI_LIST_MAX]; /* a recording (replay), scenarios (run) */
	size_t file_count;
	/* The verdict: check, replay, run. NULL and 0: not given. */
	const char *format;
	const char *check_rules; /* --rules */
	const char *require;
	__u64 budget_fence_ns;
	__u64 budget_wait_ns;
	__u64 budget_blocked_ns;
	bool list;	   /* check: the rules */
	bool stat;	   /* replay: the statistics */
	bool check;	   /* replay: the verdict */
	char *const *argv; /* behind --, NULL if there is none */
};

struct cli_error {
	char message[200];
	char hint[320];
};

/* argv[0] is the command's name. 0, or -EINVAL and *error. */
int cli_parse(enum cli_command command, int argc, char **argv, struct cli *cli,
	      struct cli_error *error);
void cli_help(FILE *file, enum cli_command command);

#endif
