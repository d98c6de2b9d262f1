// SPDX-License-Identifier: GPL-2.0
#include "command/cli.h"

#include "base/duration.h"
#include "inject/rule.h"
#include "smmu_event.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define ALL	     (CLI_PROBE | CLI_TRACE | CLI_STAT | CLI_INJECT | CLI_CHECK | CLI_REPLAY | CLI_RUN)
#define LIVE	     (CLI_TRACE | CLI_STAT | CLI_INJECT | CLI_CHECK)
#define STREAM	     (CLI_TRACE | CLI_INJECT)
#define LIVE_RECORDS (STREAM | CLI_CHECK | CLI_RUN)
#define PLANNED	     (LIVE | CLI_RUN | CLI_PROBE)
#define FILTERS	     (STREAM | CLI_REPLAY)
#define INJECTS	     (CLI_INJECT | CLI_CHECK)
#define VERDICT	     (CLI_CHECK | CLI_REPLAY)

/* What -o makes a recording of. */
#define RECORDING_SUFFIX ".smr"

#define RING_DEFAULT   (8U << 20)
#define RING_MIN       (4U << 10)
#define RING_MAX       (1U << 30)
#define LINGER_DEFAULT 1000000000ULL

typedef int (*cli_set)(struct cli *cli, const char *value, struct cli_error *error);

struct cli_option {
	const char *name;
	char letter; /* 0: none */
	unsigned int commands;
	const char *value; /* placeholder, NULL for a flag */
	cli_set set;
	const char *help;
};

static int bad(struct cli_error *error, const char *option, const char *value, const char *hint)
{
	snprintf(error->message, sizeof(error->message), "--%s: '%s' will not do", option, value);
	snprintf(error->hint, sizeof(error->hint), "%s", hint);
	return -EINVAL;
}

#define CLI_FLAG(name, field)                                                                      \
	static int set_##name(struct cli *cli, const char *value, struct cli_error *error)         \
	{                                                                                          \
		(void)value;                                                                       \
		(void)error;                                                                       \
		cli->field;                                                                        \
		return 0;                                                                          \
	}
CLI_FLAG(help, help = true)
CLI_FLAG(json, json = true)
CLI_FLAG(strict, strict = true)
CLI_FLAG(pack, pack = true)
CLI_FLAG(failed, failed_only = true)
CLI_FLAG(dry_run, dry_run = true)
CLI_FLAG(list, list = true)
CLI_FLAG(stat, stat = true)
CLI_FLAG(check, check = true)
CLI_FLAG(wait, wait = true)
CLI_FLAG(verbose, verbose++)
CLI_FLAG(quiet, verbose = -1)

#define CLI_TEXT(name, field)                                                                      \
	static int set_##name(struct cli *cli, const char *value, struct cli_error *error)         \
	{                                                                                          \
		(void)error;                                                                       \
		cli->field = value;                                                                \
		return 0;                                                                          \
	}
CLI_TEXT(stats, stats_file)
CLI_TEXT(smmu, smmu)
CLI_TEXT(root, root)
CLI_TEXT(btf, btf)
CLI_TEXT(module_btf, module_btf)
CLI_TEXT(format, format)
CLI_TEXT(check_rules, check_rules)
CLI_TEXT(require, require)

static int set_output(struct cli *cli, const char *value, struct cli_error *error)
{
	size_t length = strlen(value), suffix = strlen(RECORDING_SUFFIX);

	(void)error;
	if (length > suffix && !strcmp(value + length - suffix, RECORDING_SUFFIX))
		cli->recording = value;
	else
		cli->output = value;
	return 0;
}

static int add(const char **list, size_t *count, const char *value, const char *option,
	       struct cli_error *error)
{
	if (*count == CLI_LIST_MAX)
		return bad(error, option, value, "it can be given 64 times at most");
	list[(*count)++] = value;
	return 0;
}

static int set_device(struct cli *cli, const char *value, struct cli_error *error)
{
	return add(cli->devices, &cli->device_count, value, "device", error);
}

static int set_in_use(struct cli *cli, const char *value, struct cli_error *error)
{
	return add(cli->in_use, &cli->in_use_count, value, "in-use-ok", error);
}

static int set_time(__u64 *ns, const char *option, const char *value, struct cli_error *error)
{
	if (duration_parse(value, ns) || !*ns)
		return bad(error, option, value,
			   "a time above 0 with its unit is wanted: ns, us, ms, s or m, as in 10s");
	return 0;
}

#define CLI_TIME(name, field, option)                                                              \
	static int set_##name(struct cli *cli, const char *value, struct cli_error *error)         \
	{                                                                                          \
		return set_time(&cli->field, option, value, error);                                \
	}
CLI_TIME(latency, latency_above_ns, "latency-above")
CLI_TIME(duration, duration_ns, "duration")
CLI_TIME(interval, interval_ns, "interval")
CLI_TIME(linger, linger_ns, "linger")
CLI_TIME(budget_fence, budget_fence_ns, "budget-fence")
CLI_TIME(budget_wait, budget_wait_ns, "budget-wait")
CLI_TIME(budget_blocked, budget_blocked_ns, "budget-blocked")

static int set_ring(struct cli *cli, const char *value, struct cli_error *error)
{
	char *end;
	unsigned long long bytes;

	errno = 0;
	bytes = strtoull(value, &end, 10);
	if (*end == 'K' || *end == 'k') {
		bytes <<= 10;
		end++;
	} else if (*end == 'M' || *end == 'm') {
		bytes <<= 20;
		end++;
	}
	if (errno || *end || value[0] < '0' || value[0] > '9' || bytes < RING_MIN ||
	    bytes > RING_MAX || (bytes & (bytes - 1)))
		return bad(error, "ring", value,
			   "a power of two from 4K to 1024M is wanted, as in 4K, 512K or 8M");
	cli->ring_bytes = (__u32)bytes;
	return 0;
}

static const char *const kind_names[] = {
#define KIND_NAME(id, name) name,
	SMMU_EVENT_KINDS(KIND_NAME)
#undef KIND_NAME
};

/* "submit, inject, ..." for a hint. */
static void kind_list(char *text, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < SMMU_EVENT_KIND_COUNT && at < size; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s", i ? ", " : "", kind_names[i]);
}

static int set_kind(struct cli *cli, const char *value, struct cli_error *error)
{
	const char *at = value;
	char kinds[200], hint[280];

	while (*at) {
		size_t length = strcspn(at, ",");
		__u32 kind = 0;

		while (kind < SMMU_EVENT_KIND_COUNT && (strlen(kind_names[kind]) != length ||
							strncmp(kind_names[kind], at, length)))
			kind++;
		if (kind == SMMU_EVENT_KIND_COUNT)
			break;
		cli->kinds |= 1U << kind;
		at += length;
		at += *at == ',';
	}
	if (!*at && at != value)
		return 0;
	kind_list(kinds, sizeof(kinds));
	snprintf(hint, sizeof(hint), "several joined with commas, of: %s", kinds);
	return bad(error, "kind", at, hint);
}

static int set_attach(struct cli *cli, const char *value, struct cli_error *error)
{
	static const char *const names[] = {
		[CLI_ATTACH_AUTO] = "auto",
		[CLI_ATTACH_FENTRY] = "fentry",
		[CLI_ATTACH_KPROBE] = "kprobe",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(value, names[i])) {
			cli->attach = (enum cli_attach)i;
			return 0;
		}
	}
	return bad(error, "attach", value,
		   "auto (the best this kernel has for each hook), fentry or kprobe");
}

static const struct cli_option options[] = {
	{"device", 'd', FILTERS, "BDF|SID", set_device,
	 "only this device, by PCI address (0000:01:00.0) or StreamID (0x100); repeatable"},
	{"smmu", 0, FILTERS, "NAME", set_smmu, "only this SMMU, as in dmesg: 9050000.smmuv3"},
	{"kind", 'k', FILTERS, "KIND,...", set_kind, "only these kinds of events: submit,fence"},
	{"failed", 'f', FILTERS, NULL, set_failed, "of command lists, only those that failed"},
	{"latency-above", 'l', FILTERS, "TIME", set_latency,
	 "of command lists, only those that took longer: 50us"},
	{"stat", 0, CLI_REPLAY, NULL, set_stat, "the statistics instead of the events"},
	{"check", 0, CLI_REPLAY, NULL, set_check, "the verdict instead of the events"},
	{"list", 0, CLI_CHECK, NULL, set_list, "print the rules R1 to R18, and check nothing"},
	{"rules", 'r', VERDICT, "RULES", set_check_rules, "check only these: R1,R3"},
	{"require", 'R', VERDICT, "RULES", set_require,
	 "these must pass: not exercised or not observable is negative, too"},
	{"budget-fence", 0, VERDICT, "TIME", set_budget_fence,
	 "R17: longest time from failure to fence (100ms)"},
	{"budget-wait", 0, VERDICT, "TIME", set_budget_wait,
	 "R17: longest wait with interrupts off (500ms)"},
	{"budget-blocked", 0, VERDICT, "TIME", set_budget_blocked,
	 "R10: longest wait for a GERROR that cannot interrupt (50ms)"},
	{"format", 0, VERDICT | CLI_RUN, "FORMAT", set_format,
	 "of the verdict: text, json, ktap or junit (text)"},
	{"dry-run", 'n', CLI_INJECT, NULL, set_dry_run,
	 "say what the rules would match, and change nothing"},
	{"in-use-ok", 0, INJECTS | CLI_RUN, "BDF", set_in_use,
	 "inject although the running system needs this device; repeatable"},
	{"linger", 0, INJECTS, "TIME", set_linger,
	 "without a command: go on for so long after the last rule is used up (1s)"},
	{"interval", 'i', CLI_STAT, "TIME", set_interval, "report that often, not once at the end"},
	{"duration", 't', LIVE, "TIME", set_duration, "stop after that time"},
	{"attach", 0, PLANNED, "METHOD", set_attach,
	 "how functions are hooked: fentry, kprobe, or the best for each (auto)"},
	{"root", 0, CLI_PROBE, "DIR", set_root,
	 "of a kernel that is not running: its proc, sys and boot are below DIR"},
	{"btf", 0, PLANNED, "FILE", set_btf, "the kernel's types: raw BTF, or a vmlinux with it"},
	{"wait", 'w', LIVE | CLI_RUN, NULL, set_wait,
	 "if the driver arm-smmu-v3 is not there yet, until it is loaded"},
	{"module-btf", 0, CLI_PROBE, "FILE", set_module_btf,
	 "with --root: the types of the driver's module"},
	{"output", 'o', ALL & ~CLI_PROBE, "FILE", set_output,
	 "write to FILE instead of stdout; FILE.smr is made a recording for replay"},
	{"pack", 0, LIVE_RECORDS, NULL, set_pack,
	 "with -o FILE.smr: compressed at once, which costs the host some 200 instructions an "
	 "event"},
	{"stats", 's', FILTERS | CLI_CHECK, "FILE", set_stats,
	 "also write the statistics to FILE, as JSON"},
	{"ring", 0, STREAM | CLI_CHECK | CLI_RUN, "SIZE", set_ring,
	 "room for events in the kernel, a power of two (8M)"},
	{"strict", 0, ALL & ~CLI_PROBE, NULL, set_strict, "exit with 4 if any event was lost"},
	{"json", 'j', ALL, NULL, set_json, "JSON Lines, errors included"},
	{"verbose", 'v', ALL, NULL, set_verbose,
	 "say more, also what was verified; twice: what libbpf says, too"},
	{"quiet", 'q', ALL, NULL, set_quiet, "only warnings and errors"},
	{"help", 'h', ALL, NULL, set_help, "this text"},
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

struct cli_text {
	enum cli_command command;
	const char *usage;
	const char *about;
};

static const struct cli_text texts[] = {
	{CLI_PROBE, "probe [OPTION]...",
	 "Says what this kernel offers and lacks: BTF, hooks, the injection point, the SMMUs\n"
	 "and the devices with ATS behind them. Changes nothing. With --root all of it but the\n"
	 "devices, of a kernel that is not running, on any machine.\n"},
	{CLI_TRACE, "trace [OPTION]... [-- COMMAND [ARG]...]",
	 "Prints command lists, ATC timeouts and recovery as they happen, until Ctrl-C or\n"
	 "until COMMAND ends, whose exit status it then returns.\n"},
	{CLI_STAT, "stat [OPTION]... [-- COMMAND [ARG]...]",
	 "Counts in the kernel and reports at the end: lists and commands, batch sizes,\n"
	 "CMD_SYNC latency, and per device ATC invalidations, timeouts, fences and resets.\n"},
	{CLI_INJECT, "inject [OPTION]... RULE [RULE]... [-- COMMAND [ARG]...]",
	 "Makes ATC invalidations of chosen devices time out, as the hardware would report\n"
	 "it, and prints what follows. Each rule is bounded in count and in time. Nothing\n"
	 "stays behind when this process ends, however it ends.\n"},
	{CLI_CHECK, "check [OPTION]... [RULE]... [-- COMMAND [ARG]...]",
	 "Checks the rules R1 to R18 of a correct recovery on what happens until Ctrl-C or\n"
	 "until COMMAND ends, and gives a verdict. Each RULE is armed as by inject; without\n"
	 "one nothing is injected. What nothing happened to break is not called a pass.\n"},
	{CLI_REPLAY, "replay [OPTION]... FILE.smr",
	 "Gives of a recording what the live command would have given: the events, with\n"
	 "--stat the statistics, with --check the verdict. Needs no SMMU and no permission.\n"},
	{CLI_RUN, "run [OPTION]... SCENARIO...",
	 "Runs scenario files: arms what they say, runs their workload and checks what they\n"
	 "expect. See docs/SCENARIOS.md, and tests/scenarios for those that come with it.\n"},
};

static const struct cli_text *text_of(enum cli_command command)
{
	size_t i = 0;

	while (texts[i].command != command)
		i++;
	return &texts[i];
}

static void help_rules(FILE *file)
{
	fputs("\nA RULE is KEY=VALUE,... as in device=0000:01:00.0,times=1; it needs device, sid\n"
	      "or smmu. Keys:\n",
	      file);
	for (size_t i = 0; i < RULE_KEY_COUNT; i++)
		fprintf(file, "  %-12s %s\n", rule_keys[i].name, rule_keys[i].takes);
}

void cli_help(FILE *file, enum cli_command command)
{
	const struct cli_text *text = text_of(command);
	char left[40];

	fprintf(file, "Usage: smmuscope %s\n\n%s\nOptions:\n", text->usage, text->about);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct cli_option *option = &options[i];

		if (!(option->commands & command))
			continue;
		snprintf(left, sizeof(left), "%c%c%c --%s%s%s", option->letter ? '-' : ' ',
			 option->letter ? option->letter : ' ', option->letter ? ',' : ' ',
			 option->name, option->value ? " " : "",
			 option->value ? option->value : "");
		fprintf(file, "  %-26s %s\n", left, option->help);
	}
	if (command & INJECTS)
		help_rules(file);
	fputs("\nExit status: 0 success, 1 negative verdict (a rule of injection never fired, one "
	      "of\n"
	      "recovery is broken), 2 usage, 3 this kernel cannot do it, 4 events lost under\n"
	      "--strict, 5 runtime error; with COMMAND, its own. A COMMAND that still runs when\n"
	      "time is up is ended with SIGTERM.\n",
	      file);
}

static void make_getopt(enum cli_command command, struct option *longs, char *shorts)
{
	size_t at = 0;

	*shorts++ = ':';
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (!(options[i].commands & command))
			continue;
		longs[at].name = options[i].name;
		longs[at].has_arg = options[i].value ? required_argument : no_argument;
		longs[at].flag = NULL;
		longs[at++].val = 256 + (int)i;
		if (!options[i].letter)
			continue;
		*shorts++ = options[i].letter;
		if (options[i].value)
			*shorts++ = ':';
	}
	memset(&longs[at], 0, sizeof(longs[at]));
	*shorts = 0;
}

static const struct cli_option *option_of(int value)
{
	if (value >= 256)
		return &options[value - 256];
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (options[i].letter == value)
			return &options[i];
	}
	return NULL;
}

static int parse_options(enum cli_command command, int argc, char **argv, struct cli *cli,
			 struct cli_error *error)
{
	struct option longs[OPTION_COUNT + 1];
	char shorts[2 * OPTION_COUNT + 2];
	int value, err = 0;

	make_getopt(command, longs, shorts);
	optind = 0;
	opterr = 0;
	while (!err && (value = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct cli_option *option = option_of(value);

		if (value != '?' && value != ':' && option) {
			err = option->set(cli, optarg, error);
			continue;
		}
		/* Of a cluster of letters getopt names the one it stumbled over. */
		if (optopt > 0 && optopt < 256)
			snprintf(error->message, sizeof(error->message), "-%c: %s", optopt,
				 value == ':' ? "a value is missing" : "no such option");
		else
			snprintf(error->message, sizeof(error->message), "%s: %s", argv[optind - 1],
				 value == ':'	 ? "a value is missing"
				 : optopt >= 256 ? "it takes no value"
						 : "no such option");
		snprintf(error->hint, sizeof(error->hint), "see smmuscope %s --help", argv[0]);
		err = -EINVAL;
	}
	return err;
}

/* Words that are neither options nor the command behind --. */
static int take_argument(enum cli_command command, const char *word, struct cli *cli,
			 struct cli_error *error)
{
	if (command & INJECTS)
		return add(cli->rules, &cli->rule_count, word, "rule", error);
	if (command == CLI_RUN || (command == CLI_REPLAY && !cli->file_count))
		return add(cli->files, &cli->file_count, word, "file", error);
	snprintf(error->message, sizeof(error->message), "'%s': no %sargument is expected", word,
		 command == CLI_REPLAY ? "second " : "");
	if (command & (CLI_PROBE | CLI_REPLAY))
		snprintf(error->hint, sizeof(error->hint), "see smmuscope %s --help",
			 command == CLI_PROBE ? "probe" : "replay");
	else
		snprintf(error->hint, sizeof(error->hint), "a command to run stands behind --");
	return -EINVAL;
}

/* What has to be there. */
static int require_arguments(enum cli_command command, const struct cli *cli,
			     struct cli_error *error)
{
	const char *message = NULL, *hint = NULL;

	if (command == CLI_INJECT && !cli->rule_count) {
		message = "no rule: nothing to inject";
		hint = "give one, as in: smmuscope inject device=0000:01:00.0,times=1";
	} else if (command == CLI_REPLAY && !cli->file_count) {
		message = "no recording";
		hint = "make one with: smmuscope trace -o run.smr";
	} else if (command == CLI_RUN && !cli->file_count) {
		message = "no scenario";
		hint = "give a file, as in: smmuscope run tests/scenarios/timeout.scn";
	} else if (cli->stat && cli->check) {
		message = "--stat and --check: one of them";
		hint = "replay twice for both";
	} else if (cli->module_btf && !cli->root) {
		message = "--module-btf: only with --root";
		hint = "the modules of the running kernel say their types themselves";
	}
	if (!message || cli->help)
		return 0;
	snprintf(error->message, sizeof(error->message), "%s", message);
	snprintf(error->hint, sizeof(error->hint), "%s", hint);
	return -EINVAL;
}

static int take_arguments(enum cli_command command, int argc, char **argv, struct cli *cli,
			  struct cli_error *error)
{
	for (int i = optind; i < argc; i++) {
		if (take_argument(command, argv[i], cli, error))
			return -EINVAL;
	}
	return require_arguments(command, cli, error);
}

/* Does the command take another one behind --? */
static bool takes_command(enum cli_command command)
{
	return command & LIVE;
}

int cli_parse(enum cli_command command, int argc, char **argv, struct cli *cli,
	      struct cli_error *error)
{
	int own = 0, err;

	memset(cli, 0, sizeof(*cli));
	cli->ring_bytes = RING_DEFAULT;
	cli->linger_ns = LINGER_DEFAULT;
	while (own < argc && strcmp(argv[own], "--")) {
		/* Known before the first error, so that the error comes as JSON too. */
		if (!strcmp(argv[own], "--json") || !strcmp(argv[own], "-j"))
			cli->json = true;
		own++;
	}
	if (own + 1 < argc && takes_command(command))
		cli->argv = argv + own + 1;
	err = parse_options(command, own, argv, cli, error);
	if (!err)
		err = take_arguments(command, own, argv, cli, error);
	if (!err && own < argc && !cli->argv) {
		snprintf(error->message, sizeof(error->message), "%s%s",
			 takes_command(command) ? "no command behind --" : argv[0],
			 takes_command(command) ? "" : " runs no command");
		snprintf(error->hint, sizeof(error->hint), "see smmuscope %s --help", argv[0]);
		err = -EINVAL;
	}
	if (!err && cli->pack && !cli->recording) {
		snprintf(error->message, sizeof(error->message), "--pack: there is no recording");
		snprintf(error->hint, sizeof(error->hint), "say where to with -o FILE.smr");
		err = -EINVAL;
	}
	/* What is asked for by name is given; unasked only what costs next to nothing. */
	if (!cli->kinds)
		cli->kinds = command == CLI_REPLAY ? SMMU_KINDS_ALL : SMMU_KINDS_DEFAULT;
	return err;
}
