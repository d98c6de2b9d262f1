/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line. The tables that parsing and --help are made of: the commands here, the
 * options in options.c. Pure, but for cli_help(): errors are returned.
 */
#ifndef COMMAND_CLI_H
#define COMMAND_CLI_H

#include "base/refusal.h"
#include "check/check.h"
#include "session/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * X(id, name, about, usage, text): every command. about: its line in `smmuscope --help`;
 * usage and text: how its own --help begins. command_NAME() runs it (command.h).
 */
#define COMMANDS(X)                                                                                \
	X(PROBE, probe, "what this kernel offers and lacks", "probe [OPTION]...",                  \
	  "Says what this kernel offers and lacks: BTF, hooks, the injection point, the SMMUs\n"   \
	  "and the devices with ATS behind them. Changes nothing. With --root all of it but the\n" \
	  "devices, of a kernel that is not running, on any machine.\n")                           \
	X(TRACE, trace, "command lists, timeouts and recovery as they happen",                     \
	  "trace [OPTION]... [-- COMMAND [ARG]...]",                                               \
	  "Prints command lists, ATC timeouts and recovery as they happen, until Ctrl-C or\n"      \
	  "until COMMAND ends, whose exit status it then returns.\n")                              \
	X(STAT, stat, "counters and histograms, aggregated in the kernel",                         \
	  "stat [OPTION]... [-- COMMAND [ARG]...]",                                                \
	  "Counts in the kernel and reports at the end: lists and commands, batch sizes,\n"        \
	  "CMD_SYNC latency, and per device ATC invalidations, timeouts, fences and resets.\n")    \
	X(INJECT, inject, "synthetic ATC invalidate timeouts",                                     \
	  "inject [OPTION]... RULE [RULE]... [-- COMMAND [ARG]...]",                               \
	  "Makes ATC invalidations of chosen devices time out, as the hardware would report\n"     \
	  "it, and prints what follows. Each rule is bounded in count and in time. Nothing\n"      \
	  "stays behind when this process ends, however it ends; but with kind=device a\n"         \
	  "kill -9 leaves the device silent, until its count or its time is over.\n")              \
	X(CHECK, check, "is recovery correct: rules " CHECK_RULE_RANGE ", a verdict",              \
	  "check [OPTION]... [RULE]... [-- COMMAND [ARG]...]",                                     \
	  "Checks the rules " CHECK_RULE_RANGE                                                     \
	  " of a correct recovery on what happens until Ctrl-C or\n"                               \
	  "until COMMAND ends, and gives a verdict. Each RULE is armed as by inject; without\n"    \
	  "one nothing is injected. What nothing happened to break is not called a pass.\n")       \
	X(REPLAY, replay, "a recording: its events, statistics or verdict",                        \
	  "replay [OPTION]... FILE.smr, or replay --dmesg [OPTION]... LOG",                        \
	  "Gives of a recording what the live command would have given: the events, with\n"        \
	  "--stat the statistics, with --check the verdict. Needs no SMMU and no permission.\n"    \
	  "With --dmesg of a log of the kernel what it tells of SMMUs, and of functions that\n"    \
	  "are reset, fail, come or go; LOG is what dmesg, journalctl or a serial console\n"       \
	  "wrote, - is stdin. No verdict follows from a log.\n")                                   \
	X(RUN, run, "scenario files: arm, work, check", "run [OPTION]... SCENARIO...",             \
	  "Runs scenario files: arms what they say, runs their workload and checks what they\n"    \
	  "expect. See docs/SCENARIOS.md, and tests/scenarios for those that come with it.\n")

#define COMMAND_NUMBER_(id, name, about, usage, text) COMMAND_##id,
enum command_number { COMMANDS(COMMAND_NUMBER_) COMMAND_COUNT };
#undef COMMAND_NUMBER_

/* A bit for each, for masks of commands. */
#define CLI_BIT_(id, name, about, usage, text) CLI_##id = 1 << COMMAND_##id,
enum cli_command { COMMANDS(CLI_BIT_) };
#undef CLI_BIT_

#define CLI_LIST_MAX 64

/*
 * The parsed command line; strings point into argv. `run` has all options of a run; the other
 * fields are for the command itself.
 */
struct cli {
	struct run_options run;
	bool help;
	int verbose;			 /* as for log_verbosity() */
	bool dry_run;			 /* inject */
	bool list;			 /* check: print the rules */
	bool kernel_log;		 /* replay: the file is one, no recording */
	const char *since, *until;	 /* likewise: only from then, only up to then */
	const char *files[CLI_LIST_MAX]; /* a recording (replay), scenarios (run) */
	size_t file_count;
	/* Before cli_parse() has taken them into `run`. */
	const char *inject_rules[SMMU_RULES_MAX];
	size_t inject_rule_count;
	const char *format; /* of the verdict */
	const char *check_rules;
	const char *require;
	const char *without;
	const char *allow;
	const char *profile;
};

/* argv[0] is the command's name. 0, or -EINVAL and *refusal. */
int cli_parse(enum cli_command command, int argc, char **argv, struct cli *cli,
	      struct refusal *refusal);
void cli_help(FILE *file, enum cli_command command);

#endif
