// SPDX-License-Identifier: GPL-2.0
#include "command/command.h"
#include "base/log.h"
#include "base/output.h"
#include "version.h"

#include <bpf/libbpf.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	enum cli_command command;
	int (*run)(const struct cli *cli);
	const char *about;
} commands[] = {
	{"probe", CLI_PROBE, command_probe, "what this kernel offers and lacks"},
	{"trace", CLI_TRACE, command_trace, "command lists, timeouts and recovery as they happen"},
	{"stat", CLI_STAT, command_stat, "counters and histograms, aggregated in the kernel"},
	{"inject", CLI_INJECT, command_inject, "synthetic ATC invalidate timeouts"},
	{"check", CLI_CHECK, command_check, "is recovery correct: rules R1 to R18, a verdict"},
	{"replay", CLI_REPLAY, command_replay, "a recording: its events, statistics or verdict"},
	{"run", CLI_RUN, command_run, "scenario files: arm, work, check"},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void help(FILE *file)
{
	fputs("Usage: smmuscope COMMAND [OPTION]...\n\n"
	      "Shows what Linux does with the Arm SMMUv3 command queue when a PCIe device stops\n"
	      "answering ATC invalidations, and makes one stop.\n\nCommands:\n",
	      file);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		fprintf(file, "  %-8s %s\n", commands[i].name, commands[i].about);
	fputs("\n  --version, --help; smmuscope COMMAND --help says more.\n", file);
}

static int libbpf_says(enum libbpf_print_level level, const char *format, va_list args)
{
	/* What libbpf calls a warning is detail of an error that we report ourselves. */
	if (log_level() < (level == LIBBPF_DEBUG ? 2 : 1))
		return 0;
	return vfprintf(stderr, format, args);
}

static int dispatch(size_t which, int argc, char **argv)
{
	struct cli_error error = {};
	struct cli cli;
	int err = cli_parse(commands[which].command, argc, argv, &cli, &error);

	log_json(cli.json);
	log_verbosity(cli.verbose);
	if (cli.help) {
		cli_help(stdout, commands[which].command);
		return EXIT_OK;
	}
	if (err) {
		log_error("%s", error.message);
		log_hint("%s", error.hint);
		return EXIT_USAGE;
	}
	libbpf_set_print(libbpf_says);
	return commands[which].run(&cli);
}

/* As other programs in front of `head`: by SIGPIPE, but after everything was put in order. */
static int end(int code)
{
	if (output_reader_gone()) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	return code;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	/* A reader that goes away must not keep us from detaching: see end(). */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);

	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
		help(stdout);
		return EXIT_OK;
	}
	if (!strcmp(word, "--version")) {
		puts("smmuscope " SMMUSCOPE_VERSION);
		return EXIT_OK;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (!strcmp(word, commands[i].name))
			return end(dispatch(i, argc - 1, argv + 1));
	}
	log_error(*word ? "'%s' is not a command" : "%sno command given", word);
	log_hint("commands are probe, trace, stat, inject, check, replay and run; see smmuscope "
		 "--help");
	return EXIT_USAGE;
}
