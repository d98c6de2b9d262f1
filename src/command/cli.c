// SPDX-License-Identifier: GPL-2.0
#include "command/cli.h"

#include "command/options.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

/* getopt value of the first long option: above all letters. */
#define LONG_OPTION 256

struct command_text {
	const char *name;
	const char *usage;
	const char *text;
};

static const struct command_text *text_of(enum cli_command command)
{
#define COMMAND_TEXT(id, name, about, usage, text) {#name, usage, text},
	static const struct command_text texts[] = {COMMANDS(COMMAND_TEXT)};
#undef COMMAND_TEXT

	return &texts[__builtin_ctz(command)];
}

static void help_rules(FILE *file)
{
	fputs("\nA RULE is KEY=VALUE,... as in device=0000:01:00.0,times=1; it needs device, sid\n"
	      "or smmu. Keys:\n",
	      file);
	for (size_t i = 0; i < INJECT_RULE_KEY_COUNT; i++)
		fprintf(file, "  %-12s %s\n", inject_rule_keys[i].name, inject_rule_keys[i].takes);
}

void cli_help(FILE *file, enum cli_command command)
{
	const struct command_text *text = text_of(command);
	char left[40];

	fprintf(file, "Usage: smmuscope %s\n\n%s\nOptions:\n", text->usage, text->text);
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *option = &option_rows[i];

		if (!(option->commands & command))
			continue;
		snprintf(left, sizeof(left), "%c%c%c --%s%s%s", option->letter ? '-' : ' ',
			 option->letter ? option->letter : ' ', option->letter ? ',' : ' ',
			 option->name, option->value ? " " : "",
			 option->value ? option->value : "");
		fprintf(file, "  %-26s %s\n", left, option->help);
	}
	if (command & CLI_INJECTS)
		help_rules(file);
	fputs("\nExit status: 0 success, 1 negative verdict (a rule of injection never fired, one "
	      "of\n"
	      "recovery is broken), 2 usage, 3 this kernel cannot do it, or a verdict is neither\n"
	      "pass nor fail, 4 events lost under --strict, 5 runtime error; with COMMAND, its "
	      "own.\n",
	      file);
	if (!(command & (CLI_LIVE | CLI_RUN)))
		return;
	fputs("What still runs of a COMMAND when time is up, or a signal comes, is ended with\n"
	      "SIGTERM, and with SIGKILL after a second; what it has left running when it ended "
	      "by\n"
	      "itself goes on. SIGUSR1 opens the output files again, after a rotation. A signal "
	      "that\n"
	      "was ignored from the start, as nohup does with SIGHUP, is ignored.\n",
	      file);
}

static void make_getopt(enum cli_command command, struct option *longs, char *shorts)
{
	size_t at = 0;

	*shorts++ = ':';
	for (size_t i = 0; i < option_row_count; i++) {
		if (!(option_rows[i].commands & command))
			continue;
		longs[at].name = option_rows[i].name;
		longs[at].has_arg = option_rows[i].value ? required_argument : no_argument;
		longs[at].flag = NULL;
		longs[at++].val = LONG_OPTION + (int)i;
		if (!option_rows[i].letter)
			continue;
		*shorts++ = option_rows[i].letter;
		if (option_rows[i].value)
			*shorts++ = ':';
	}
	memset(&longs[at], 0, sizeof(longs[at]));
	*shorts = 0;
}

static const struct option_row *option_of(int value)
{
	if (value >= LONG_OPTION)
		return &option_rows[value - LONG_OPTION];
	for (size_t i = 0; i < option_row_count; i++) {
		if (option_rows[i].letter == value)
			return &option_rows[i];
	}
	return NULL;
}

static int parse_options(enum cli_command command, int argc, char **argv, struct cli *cli,
			 struct refusal *refusal)
{
	struct option longs[OPTIONS_MAX + 1];
	char shorts[2 * OPTIONS_MAX + 2];
	int value, err = 0;

	make_getopt(command, longs, shorts);
	optind = 0;
	opterr = 0;
	while (!err && (value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *option = option_of(value);

		if (value != '?' && value != ':' && option) {
			err = option->set(cli, optarg, refusal);
			continue;
		}
		/* In a cluster of letters, optopt is the one that is wrong. */
		if (optopt > 0 && optopt < LONG_OPTION)
			refusal_message(refusal, "-%c: %s", optopt,
					value == ':' ? "a value is missing" : "no such option");
		else
			refusal_message(refusal, "%s: %s", argv[optind - 1],
					value == ':'		? "a value is missing"
					: optopt >= LONG_OPTION ? "it takes no value"
								: "no such option");
		refusal_hint(refusal, "see smmuscope %s --help", argv[0]);
		err = -EINVAL;
	}
	return err;
}

/* Words that are neither options nor the command behind --. */
static int take_argument(enum cli_command command, const char *word, struct cli *cli,
			 struct refusal *refusal)
{
	if (command & CLI_INJECTS)
		return options_add(cli->inject_rules, SMMU_RULES_MAX, &cli->inject_rule_count, word,
				   "rule", refusal);
	if (command == CLI_RUN || (command == CLI_REPLAY && !cli->file_count))
		return options_add(cli->files, CLI_LIST_MAX, &cli->file_count, word, "file",
				   refusal);
	refusal_message(refusal, "'%s': no %sargument is expected", word,
			command == CLI_REPLAY ? "second " : "");
	if (command & (CLI_PROBE | CLI_REPLAY))
		refusal_hint(refusal, "see smmuscope %s --help", text_of(command)->name);
	else
		refusal_hint(refusal, "a command to run stands behind --");
	return -EINVAL;
}

/* What does not go together with --dmesg, or not without it; NULL: nothing. */
static const char *misplaced(const struct cli *cli, const char **hint)
{
	*hint = "what does a log of the kernel say? see smmuscope replay --help";
	if (!cli->kernel_log)
		return cli->since || cli->until ? "--since, --until: only with --dmesg" : NULL;
	if (cli->run.recording)
		return "--dmesg: what a log says makes no recording";
	if (cli->run.failed_only || cli->run.latency_above_ns)
		return "--failed, --latency-above: a log has no command lists";
	return NULL;
}

/* Refuses a command line that is incomplete or contradicts itself. */
static int require_arguments(enum cli_command command, const struct cli *cli,
			     struct refusal *refusal)
{
	const char *message = NULL, *hint = NULL;

	if (command == CLI_INJECT && !cli->inject_rule_count) {
		message = "no rule: nothing to inject";
		hint = "give one, as in: smmuscope inject device=0000:01:00.0,times=1";
	} else if (cli->kernel_log && !cli->file_count) {
		message = "no log";
		hint = "name one, or - for stdin: dmesg | smmuscope replay --dmesg -";
	} else if (command == CLI_REPLAY && !cli->file_count) {
		message = "no recording";
		hint = "make one with: smmuscope trace -o run.smr";
	} else if (command == CLI_RUN && !cli->file_count) {
		message = "no scenario";
		hint = "give a file, as in: smmuscope run tests/scenarios/timeout.scn";
	} else if (command == CLI_REPLAY && cli->run.report && cli->run.judged) {
		message = "--stat and --check: one of them";
		hint = "replay twice for both";
	} else if (cli->run.kernel.module_btf && !cli->run.kernel.root) {
		message = "--module-btf: only with --root";
		hint = "the modules of the running kernel say their types themselves";
	}
	if (!message && command == CLI_REPLAY)
		message = misplaced(cli, &hint);
	if (!message || cli->help)
		return 0;
	refusal_message(refusal, "%s", message);
	refusal_hint(refusal, "%s", hint);
	return -EINVAL;
}

static int take_arguments(enum cli_command command, int argc, char **argv, struct cli *cli,
			  struct refusal *refusal)
{
	for (int i = optind; i < argc; i++) {
		if (take_argument(command, argv[i], cli, refusal))
			return -EINVAL;
	}
	return require_arguments(command, cli, refusal);
}

/* Does the command take another one behind --? */
static bool takes_command(enum cli_command command)
{
	return command & CLI_LIVE;
}

/*
 * Looked for before parsing, so that its errors are JSON, too: by getopt, as -qj and --js are
 * --json, and -s --json is not.
 */
static bool json_wanted(enum cli_command command, int argc, char **argv)
{
	struct option longs[OPTIONS_MAX + 1];
	char shorts[2 * OPTIONS_MAX + 2];
	bool wanted = false;
	int value;

	make_getopt(command, longs, shorts);
	optind = 0;
	opterr = 0;
	while ((value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *option = value == '?' || value == ':' ? NULL
									       : option_of(value);

		wanted |= option && !strcmp(option->name, "json");
	}
	return wanted;
}

static int refuse_command(enum cli_command command, const char *name, struct refusal *refusal)
{
	refusal_message(refusal, "%s%s", takes_command(command) ? "no command behind --" : name,
			takes_command(command) ? "" : " runs no command");
	return refusal_hint(refusal, "see smmuscope %s --help", name);
}

int cli_parse(enum cli_command command, int argc, char **argv, struct cli *cli,
	      struct refusal *refusal)
{
	int own = 0, err;

	options_begin(command, cli);
	cli->run.command = text_of(command)->name;
	while (own < argc && strcmp(argv[own], "--"))
		own++;
	cli->run.json = json_wanted(command, own, argv);
	if (own + 1 < argc && takes_command(command))
		cli->run.argv = argv + own + 1;
	err = parse_options(command, own, argv, cli, refusal);
	if (!err)
		err = take_arguments(command, own, argv, cli, refusal);
	if (!err && own < argc && !cli->run.argv)
		err = refuse_command(command, argv[0], refusal);
	if (!err && cli->run.pack && !cli->run.recording) {
		refusal_message(refusal, "--pack: there is no recording");
		err = refusal_hint(refusal, "say where to with -o FILE.smr");
	}
	if (!err && !cli->help)
		err = options_end(command, cli, refusal);
	return err;
}
