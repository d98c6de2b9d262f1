// SPDX-License-Identifier: GPL-2.0
/*
 * Parses any words, each ended by a NUL, as the command line of any command, up to where a run
 * would begin: the result is a run whose strings are all words of the command line, or one error
 * with a hint.
 */
#include "command/cli.h"
#include "smmu_event.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#define WORDS_MAX 200

struct words {
	char *text; /* all of them, one after the other */
	size_t size;
	char *argv[WORDS_MAX + 1];
	int argc;
};

static void demand(bool what)
{
	if (!what)
		abort();
}

/* Exactly as long as the input, so that ASan sees an overrun. */
static void split(struct words *words, const unsigned char *data, size_t size)
{
	words->size = size + 1;
	words->text = malloc(words->size);
	demand(words->text != NULL);
	memcpy(words->text, data, size);
	words->text[size] = '\0';
	words->argc = 0;
	for (size_t at = 0; at <= size && words->argc < WORDS_MAX;
	     at += strlen(words->text + at) + 1)
		words->argv[words->argc++] = words->text + at;
	words->argv[words->argc] = NULL;
}

static void check_word(const struct words *words, const char *text)
{
	if (text)
		demand(text >= words->text && text < words->text + words->size);
}

static void check_run(const struct words *words, const struct cli *cli)
{
	const struct run_options *run = &cli->run;

	demand(run->device_count <= RUN_DEVICES_MAX && run->in_use_count <= CLI_LIST_MAX);
	demand(cli->file_count <= CLI_LIST_MAX && cli->inject_rule_count <= SMMU_RULES_MAX);
	demand(run->kinds && !(run->kinds & ~SMMU_KINDS_ALL));
	demand(run->ring_bytes && !(run->ring_bytes & (run->ring_bytes - 1)));
	for (size_t i = 0; i < run->device_count; i++)
		check_word(words, run->devices[i]);
	for (size_t i = 0; i < run->in_use_count; i++)
		check_word(words, run->in_use[i]);
	for (size_t i = 0; i < cli->file_count; i++)
		check_word(words, cli->files[i]);
	check_word(words, run->smmu);
	check_word(words, run->output);
	check_word(words, run->recording);
	check_word(words, run->stats_file);
	check_word(words, run->kernel.root);
	check_word(words, run->override);
	if (run->argv)
		check_word(words, run->argv[0]);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct cli cli;
	struct refusal refusal = {};
	enum cli_command command;
	struct words words;

	if (!size)
		return 0;
	command = (enum cli_command)(1 << data[0] % COMMAND_COUNT);
	split(&words, data + 1, size - 1);
	if (cli_parse(command, words.argc, words.argv, &cli, &refusal))
		demand(refusal.message[0] && refusal.hint[0]);
	else if (!cli.help)
		check_run(&words, &cli);
	free(words.text);
	return 0;
}
