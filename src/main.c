// SPDX-License-Identifier: GPL-2.0
#include "command/command.h"
#include "base/inherited.h"
#include "base/log.h"
#include "base/output.h"
#include "version.h"

#include <bpf/libbpf.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(const struct cli *cli);
	const char *about;
} commands[COMMAND_COUNT] = {
#define COMMAND_ROW(id, name, about, usage, text) {#name, command_##name, about},
	COMMANDS(COMMAND_ROW)
#undef COMMAND_ROW
};

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
	/* libbpf's warnings are details of errors that we report ourselves. */
	if (log_level() >= (level == LIBBPF_DEBUG ? 2 : 1))
		log_library(format, args);
	return 0;
}

static int dispatch(size_t which, int argc, char **argv)
{
	const enum cli_command command = (enum cli_command)(1 << which);
	struct refusal refusal = {};
	struct cli cli;
	int err = cli_parse(command, argc, argv, &cli, &refusal);

	log_json(cli.run.json);
	log_verbosity(cli.verbose);
	if (cli.help) {
		cli_help(stdout, command);
		return EXIT_OK;
	}
	if (err)
		return refusal_say(&refusal);
	libbpf_set_print(libbpf_says);
	return commands[which].run(&cli);
}

/* What could not be written is not done: of all commands, and of --help and --version. */
static int end(int code)
{
	if (!output_stdout_written() && code == EXIT_OK)
		code = EXIT_RUNTIME;
	/* Dies of SIGPIPE as other programs do before `head`, but only after detaching. */
	if (output_reader_gone() && !inherited_ignored(SIGPIPE)) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	return code;
}

static int refuse(const char *word)
{
	char names[200] = "";
	size_t at = 0;

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		at += (size_t)snprintf(names + at, sizeof(names) - at, "%s%s",
				       i == 0			? ""
				       : i + 1 == COMMAND_COUNT ? " and "
								: ", ",
				       commands[i].name);
	log_error(*word ? "'%s' is not a command" : "%sno command given", word);
	log_hint("commands are %s; see smmuscope --help", names);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	bool json = false;

	inherited_take();
	/* For what is said before the options are known. */
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		json |= !strcmp(argv[i], "--json") || !strcmp(argv[i], "-j");
	log_json(json);
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
		help(stdout);
		return end(EXIT_OK);
	}
	if (!strcmp(word, "--version")) {
		puts("smmuscope " SMMUSCOPE_VERSION);
		return end(EXIT_OK);
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (!strcmp(word, commands[i].name))
			return end(dispatch(i, argc - 1, argv + 1));
	}
	return refuse(word);
}
