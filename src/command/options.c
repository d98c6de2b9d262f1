// SPDX-License-Identifier: GPL-2.0
#include "command/options.h"

#include "base/duration.h"
#include "device/devices.h"
#include "event/decode.h"
#include "record/record.h"
#include "session/filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ALL	     ((1U << COMMAND_COUNT) - 1)
#define STREAM	     (CLI_TRACE | CLI_INJECT)
#define LIVE_RECORDS (STREAM | CLI_CHECK | CLI_RUN)
#define PLANNED	     (CLI_LIVE | CLI_RUN | CLI_PROBE)
#define FILTERS	     (STREAM | CLI_REPLAY)
#define VERDICT	     (CLI_CHECK | CLI_REPLAY)

#define RING_DEFAULT   (8U << 20)
#define RING_MIN       (4U << 10)
#define RING_MAX       (1U << 30)
#define LINGER_DEFAULT 1000000000ULL

static int bad(struct refusal *refusal, const char *option, const char *value, const char *hint)
{
	refusal_message(refusal, "--%s: '%s' will not do", option, value);
	return refusal_hint(refusal, "%s", hint);
}

#define FLAG(name, field)                                                                          \
	static int set_##name(struct cli *cli, const char *value, struct refusal *refusal)         \
	{                                                                                          \
		(void)value;                                                                       \
		(void)refusal;                                                                     \
		cli->field;                                                                        \
		return 0;                                                                          \
	}
FLAG(help, help = true)
FLAG(json, run.json = true)
FLAG(strict, run.strict = true)
FLAG(pack, run.pack = true)
FLAG(failed, run.failed_only = true)
FLAG(dry_run, dry_run = true)
FLAG(list, list = true)
FLAG(stat, run.report = true)
FLAG(check, run.judged = true)
FLAG(wait, run.wait = true)
FLAG(dmesg, kernel_log = true)
FLAG(verbose, verbose++)
FLAG(quiet, verbose = -1)

#define TEXT(name, field)                                                                          \
	static int set_##name(struct cli *cli, const char *value, struct refusal *refusal)         \
	{                                                                                          \
		(void)refusal;                                                                     \
		cli->field = value;                                                                \
		return 0;                                                                          \
	}
TEXT(stats, run.stats_file)
TEXT(smmu, run.smmu)
TEXT(root, run.kernel.root)
TEXT(btf, run.kernel.btf)
TEXT(module_btf, run.kernel.module_btf)
TEXT(format, format)
TEXT(since, since)
TEXT(until, until)
TEXT(check_rules, check_rules)
TEXT(require, require)
TEXT(without, without)
TEXT(allow, allow)
TEXT(profile, profile)
TEXT(override, run.override)

static int set_output(struct cli *cli, const char *value, struct refusal *refusal)
{
	size_t length = strlen(value), suffix = strlen(RECORD_SUFFIX);

	(void)refusal;
	if (length > suffix && !strcmp(value + length - suffix, RECORD_SUFFIX))
		cli->run.recording = value;
	else
		cli->run.output = value;
	return 0;
}

int options_add(const char **list, size_t max, size_t *count, const char *value, const char *option,
		struct refusal *refusal)
{
	if (*count == max)
		return bad(refusal, option, value, "it can be given 64 times at most");
	list[(*count)++] = value;
	return 0;
}

static int set_device(struct cli *cli, const char *value, struct refusal *refusal)
{
	struct run_options *run = &cli->run;
	const char *wrong = filter_device_wrong(value);

	if (wrong) {
		refusal_message(refusal, "--device: '%s': %s", value, wrong);
		return refusal_hint(refusal, "as in --device 0000:01:00.0 or --device 0x100");
	}
	return options_add(run->devices, RUN_DEVICES_MAX, &run->device_count, value, "device",
			   refusal);
}

static int set_in_use(struct cli *cli, const char *value, struct refusal *refusal)
{
	struct run_options *run = &cli->run;
	const char *wrong = bdf_wrong(value);

	/* A name that is never met would allow nothing, unsaid. */
	if (wrong) {
		refusal_message(refusal, "--in-use-ok: '%s': %s", value, wrong);
		return refusal_hint(refusal, "as in --in-use-ok 0000:01:00.0");
	}
	return options_add(run->in_use, CLI_LIST_MAX, &run->in_use_count, value, "in-use-ok",
			   refusal);
}

static int set_time(__u64 *ns, const char *option, const char *value, struct refusal *refusal)
{
	if (duration_parse(value, ns) || !*ns)
		return bad(refusal, option, value,
			   "a time above 0 with its unit is wanted: ns, us, ms, s or m, as in 10s");
	return 0;
}

#define TIME(name, field, option)                                                                  \
	static int set_##name(struct cli *cli, const char *value, struct refusal *refusal)         \
	{                                                                                          \
		return set_time(&cli->field, option, value, refusal);                              \
	}
TIME(latency, run.latency_above_ns, "latency-above")
TIME(duration, run.duration_ns, "duration")
TIME(interval, run.interval_ns, "interval")
TIME(linger, run.linger_ns, "linger")
TIME(budget_fence, run.check.budget_fence_ns, "budget-fence")
TIME(budget_wait, run.check.budget_wait_ns, "budget-wait")
TIME(budget_blocked, run.check.budget_blocked_ns, "budget-blocked")
TIME(budget_handler, run.check.budget_handler_ns, "budget-handler")

static int set_ring(struct cli *cli, const char *value, struct refusal *refusal)
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
		return bad(refusal, "ring", value,
			   "a power of two from 4K to 1024M is wanted, as in 4K, 512K or 8M");
	cli->run.ring_bytes = (__u32)bytes;
	return 0;
}

/* All kinds as one text, for a hint. */
static void kind_list(char *text, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < SMMU_EVENT_KIND_COUNT && at < size; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s", i ? ", " : "",
				       decode_kind((unsigned int)i));
}

static int set_kind(struct cli *cli, const char *value, struct refusal *refusal)
{
	const char *at = value;
	char kinds[200], hint[280];

	while (*at) {
		size_t length = strcspn(at, ",");
		__u32 kind = 0;

		while (kind < SMMU_EVENT_KIND_COUNT && (strlen(decode_kind(kind)) != length ||
							strncmp(decode_kind(kind), at, length)))
			kind++;
		if (kind == SMMU_EVENT_KIND_COUNT)
			break;
		cli->run.kinds |= 1U << kind;
		at += length;
		at += *at == ',';
	}
	if (!*at && at != value)
		return 0;
	kind_list(kinds, sizeof(kinds));
	snprintf(hint, sizeof(hint), "several joined with commas, of: %s", kinds);
	return bad(refusal, "kind", at, hint);
}

static int set_attach(struct cli *cli, const char *value, struct refusal *refusal)
{
	struct plan_options *plan = &cli->run.plan;

	plan->kprobes = !strcmp(value, "kprobe");
	plan->trampolines = !strcmp(value, "fentry");
	if (plan->kprobes || plan->trampolines || !strcmp(value, "auto"))
		return 0;
	return bad(refusal, "attach", value,
		   "auto (the best this kernel has for each hook), fentry or kprobe");
}

const struct option_row option_rows[] = {
	{"device", 'd', FILTERS, "BDF|SID", set_device,
	 "only this device, by PCI address (0000:01:00.0) or StreamID (0x100); repeatable"},
	{"smmu", 0, FILTERS, "NAME", set_smmu, "only this SMMU, as in dmesg: 9050000.smmuv3"},
	{"kind", 'k', FILTERS, "KIND,...", set_kind, "only these kinds of events: submit,fence"},
	{"failed", 'f', FILTERS, NULL, set_failed, "of command lists, only those that failed"},
	{"latency-above", 'l', FILTERS, "TIME", set_latency,
	 "of command lists, only those that took longer: 50us"},
	{"stat", 0, CLI_REPLAY, NULL, set_stat, "the statistics instead of the events"},
	{"check", 0, CLI_REPLAY, NULL, set_check, "the verdict instead of the events"},
	{"dmesg", 0, CLI_REPLAY, NULL, set_dmesg,
	 "FILE is a log of the kernel: of dmesg, /dev/kmsg, journalctl or a serial console"},
	{"since", 0, CLI_REPLAY, "WHEN", set_since,
	 "of a log, only from then, as it writes times: 12.5, 2026-11-30T21:30:08+00:00"},
	{"until", 0, CLI_REPLAY, "WHEN", set_until, "of a log, only up to then"},
	{"list", 0, CLI_CHECK, NULL, set_list,
	 "print the rules " CHECK_RULE_RANGE ", and check nothing"},
	{"rules", 'r', VERDICT, "RULES", set_check_rules, "check only these: R1,R3"},
	{"without", 0, VERDICT, "RULES", set_without,
	 "leave these out, for instance those that this kernel has no hooks for: R14,R15"},
	{"require", 'R', VERDICT, "RULES", set_require,
	 "these must pass: not exercised or not observable is negative, too"},
	{"allow", 0, VERDICT | CLI_RUN, "WORDS", set_allow,
	 "verdicts that end with 0 besides a pass: not-exercised, not-observable"},
	{"profile", 0, VERDICT | CLI_RUN, "PROFILE", set_profile,
	 "strict, or first: warns of what a first version of the recovery may do (strict)"},
	{"budget-fence", 0, VERDICT, "TIME", set_budget_fence,
	 "R17: longest time from failure to fence (100ms)"},
	{"budget-wait", 0, VERDICT, "TIME", set_budget_wait,
	 "R17: longest wait with interrupts off (500ms)"},
	{"budget-blocked", 0, VERDICT, "TIME", set_budget_blocked,
	 "R10: longest wait for a GERROR that cannot interrupt (50ms)"},
	{"budget-handler", 0, VERDICT, "TIME", set_budget_handler,
	 "R9: longest time in the GERROR handler (100ms)"},
	{"format", 0, VERDICT | CLI_RUN, "FORMAT", set_format,
	 "of the verdict: text, json, ktap or junit (text)"},
	{"dry-run", 'n', CLI_INJECT, NULL, set_dry_run,
	 "say what the rules would match, and change nothing"},
	{"in-use-ok", 0, CLI_INJECTS | CLI_RUN, "BDF", set_in_use,
	 "inject although the running system needs this device; repeatable"},
	{"override", 0, CLI_RUN, "KEY=VALUE,...", set_override,
	 "put these keys into every injection rule of the scenarios: kind=device,times=2"},
	{"linger", 0, CLI_INJECTS, "TIME", set_linger,
	 "without a command: go on for so long after the last rule is used up (1s)"},
	{"interval", 'i', CLI_STAT, "TIME", set_interval, "report that often, not once at the end"},
	{"duration", 't', CLI_LIVE, "TIME", set_duration, "stop after that time"},
	{"attach", 0, PLANNED, "METHOD", set_attach,
	 "how functions are hooked: fentry, kprobe, or the best for each (auto)"},
	{"root", 0, CLI_PROBE, "DIR", set_root,
	 "of a kernel that is not running: its proc, sys and boot are below DIR"},
	{"btf", 0, PLANNED, "FILE", set_btf, "the kernel's types: raw BTF, or a vmlinux with it"},
	{"wait", 'w', CLI_LIVE | CLI_RUN, NULL, set_wait,
	 "until the driver arm-smmu-v3, and the devices that are named, are there"},
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
	{"strict", 0, ALL & ~CLI_PROBE, NULL, set_strict,
	 "exit with 4 if any event was lost, or hooks did not fire for a time"},
	{"json", 'j', ALL, NULL, set_json, "JSON Lines, errors included"},
	{"verbose", 'v', ALL, NULL, set_verbose,
	 "say more, also what was verified; twice: what libbpf says, too"},
	{"quiet", 'q', ALL, NULL, set_quiet, "only warnings and errors"},
	{"help", 'h', ALL, NULL, set_help, "this text"},
};

const size_t option_row_count = sizeof(option_rows) / sizeof(option_rows[0]);
_Static_assert(sizeof(option_rows) / sizeof(option_rows[0]) <= OPTIONS_MAX, "rows of options");

void options_begin(enum cli_command command, struct cli *cli)
{
	struct run_options *run = &cli->run;
	const char *variant = getenv("LAB_VARIANT");

	memset(cli, 0, sizeof(*cli));
	run->variant = variant && *variant ? variant : NULL;
	run->events = !(command & (CLI_PROBE | CLI_STAT));
	run->report = command == CLI_STAT;
	run->judged = command & (CLI_CHECK | CLI_RUN);
	run->check = check_defaults();
	run->ring_bytes = RING_DEFAULT;
	run->linger_ns = LINGER_DEFAULT;
}

/* From the strings of the command line to the options of the verdict. */
static int take_verdict(struct cli *cli, struct refusal *refusal)
{
	struct check_options *check = &cli->run.check;
	int err = 0;

	if (cli->run.json)
		check->format = CHECK_JSON;
	if (cli->format)
		err = check_parse_format(cli->format, &check->format, refusal);
	if (!err && cli->check_rules)
		err = check_parse_rules("--rules", cli->check_rules, &check->rules, refusal);
	if (!err && cli->without) {
		__u32 without;

		err = check_parse_rules("--without", cli->without, &without, refusal);
		check->rules &= err ? ~0U : ~without;
	}
	if (!err && cli->allow)
		err = check_parse_allow("--allow", cli->allow, &check->allow, refusal);
	if (!err && cli->profile)
		err = check_parse_profile(cli->profile, &check->profile, refusal);
	if (!err && cli->require)
		err = check_parse_rules("--require", cli->require, &check->require, refusal);
	return err ? err : check_validate(check, refusal);
}

/* Whatever the rules of the scenarios are, these keys go together. */
static int check_override(const struct cli *cli, struct refusal *refusal)
{
	struct inject_rule rule;

	if (!cli->run.override)
		return 0;
	return inject_rule_parse("device=00:00.0", &rule, refusal)
		       ? -EINVAL
		       : inject_rule_override(cli->run.override, &rule, refusal);
}

static int take_rules(struct cli *cli, struct refusal *refusal)
{
	for (size_t i = 0; i < cli->inject_rule_count; i++) {
		int err =
			inject_rule_parse(cli->inject_rules[i], &cli->run.inject_rules[i], refusal);

		if (err)
			return err;
	}
	cli->run.inject_rule_count = cli->inject_rule_count;
	return 0;
}

int options_end(enum cli_command command, struct cli *cli, struct refusal *refusal)
{
	struct run_options *run = &cli->run;
	int err = 0;

	/* A verdict needs every kind. Else kinds asked for by name, or those whose hooks are
	 * not on the paths of other drivers. */
	if (command & (CLI_CHECK | CLI_RUN) || (!run->kinds && command == CLI_REPLAY))
		run->kinds = SMMU_KINDS_ALL;
	else if (!run->kinds)
		run->kinds = SMMU_KINDS_DEFAULT;
	/* The report or the verdict takes the place of the events. */
	if (command == CLI_REPLAY && (run->report || run->judged))
		run->events = false;
	if (run->judged)
		run->form = RUN_VERDICT;
	else if (run->json)
		run->form = RUN_JSON;
	if (command & (VERDICT | CLI_RUN))
		err = take_verdict(cli, refusal);
	if (!err && !cli->list)
		err = take_rules(cli, refusal);
	if (!err)
		err = check_override(cli, refusal);
	return err;
}
