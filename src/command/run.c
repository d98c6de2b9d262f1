// SPDX-License-Identifier: GPL-2.0
/*
 * smmuscope run: scenario files. All of them are read and understood before the
 * first is run; each is a session of its own, with a report of its own.
 */
#include "base/clock.h"
#include "command/command.h"
#include "base/duration.h"
#include "base/files.h"
#include "base/log.h"
#include "base/output.h"
#include "base/patience.h"
#include "scenario/scenario.h"
#include "scenario/shell.h"
#include "session/verdict.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* "Status" of a workload that was ended: above all that one which ends by itself can have. */
#define WORKLOAD_ENDED 256

static volatile int stopped; /* a signal came: no further scenario is run */

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

/* Again after each session, which installs its own handlers and does not restore ours. */
static void catch_signals(void)
{
	const struct sigaction action = {.sa_handler = on_signal};

	sigset_t ending;

	patience_signals(&ending);
	for (int number = 1; number < SIGRTMIN; number++) {
		if (sigismember(&ending, number))
			sigaction(number, &action, NULL);
	}
}

/* ---- reading ---- */

static int read_file(const char *file, char *text, size_t size, size_t *length)
{
	FILE *stream = fopen(file, "re");
	int err = stream ? 0 : errno;

	if (stream) {
		files_read(file, fileno(stream));
		*length = fread(text, 1, size, stream);
		err = ferror(stream) ? errno : 0;
		fclose(stream);
	}
	if (!err)
		return EXIT_OK;
	log_error("%s: %s", file, strerror(err));
	log_hint("name a scenario file; docs/SCENARIOS.md says what is in one");
	return EXIT_USAGE;
}

static int read_scenario(const char *file, struct scenario *scenario)
{
	static char text[SCENARIO_SIZE_MAX + 1];
	struct refusal error = {};
	size_t length = 0;
	int code = read_file(file, text, sizeof(text), &length);

	if (code || !scenario_parse(file, text, length, scenario, &error))
		return code;
	return refusal_say(&error);
}

/* ---- one scenario ---- */

/* Copies what the scenario says about the verdict. */
static void fill_check(const struct scenario *scenario, struct check_options *check)
{
	check->name = scenario->name;
	check->source = "live";
	check->rules = scenario->rules;
	check->require = scenario->require;
	check->expect_fail = scenario->expect_fail;
	check->allow |= scenario->allow; /* besides that of --allow */
	check->budget_fence_ns = scenario->budget_fence_ns;
	check->budget_wait_ns = scenario->budget_wait_ns;
	check->budget_blocked_ns = scenario->budget_blocked_ns;
	check->budget_handler_ns = scenario->budget_handler_ns;
}

/* Copies what it says about the run. The report goes to stdout, in whose place -o may have put a
 * file. */
static void fill_run(const struct scenario *scenario, struct run_options *run)
{
	run->output = NULL;
	run->stats_file = NULL;
	run->linger_ns = 0;
	run->argv = shell_argv(scenario->workload);
	run->until_spent = scenario->until_spent;
	run->duration_ns = scenario->timeout_ns;
	memcpy(run->inject_rules, scenario->inject_rules, sizeof(scenario->inject_rules));
	run->inject_rule_count = scenario->inject_count;
	for (size_t i = 0; i < scenario->in_use_count; i++)
		run->in_use[run->in_use_count++] = scenario->in_use[i];
}

/* ended: did the workload end by itself? */
static int judge_end(const struct scenario *scenario, int code, bool ended, __u64 elapsed_ns)
{
	char text[DURATION_LEN];

	if (ended || code != EXIT_VERDICT)
		return code;
	if (elapsed_ns >= scenario->timeout_ns) {
		log_error("the workload did not end%s within %s",
			  scenario->until_spent ? ", or the rules were not spent," : "",
			  duration_format(scenario->timeout_ns, text));
		log_hint("give it longer with 'timeout = TIME'%s",
			 scenario->until_spent ? ", or let the rules fire less often with 'times='"
					       : "");
	} else {
		log_error("the workload was ended by a signal");
		stopped = 1;
	}
	return EXIT_RUNTIME;
}

/* common: the options of all scenarios; their `check` is already that of this one. */
static int work(const struct scenario *scenario, const struct run_options *common,
		struct host *host)
{
	struct check_expectation expectations[SCENARIO_EXPECT_MAX + 1];
	struct run_options run = *common;
	int status = WORKLOAD_ENDED;
	__u64 begun = clock_ns(CLOCK_MONOTONIC);
	int code;

	fill_run(scenario, &run);
	memcpy(expectations, scenario->expectations, sizeof(scenario->expectations));
	expectations[scenario->expectation_count] = (struct check_expectation){
		.kind = CHECK_EXPECT_WORKLOAD,
		.text = "the workload ends with 0",
	};
	run.check.expectations = expectations;
	run.check.expectation_count = scenario->expectation_count + 1;
	run.check.workload = &status;
	code = verdict_run(&run, host);
	catch_signals();
	shell_ended("workload", status == WORKLOAD_ENDED ? SHELL_STOPPED : status);
	return judge_end(scenario, code, status != WORKLOAD_ENDED,
			 clock_ns(CLOCK_MONOTONIC) - begun);
}

/* Logged and in the report. */
static int skip(const struct scenario *scenario, const struct check_options *check,
		const char *reason)
{
	log_warn("%s: skipped: %s", scenario->name, reason);
	check_reports_absent(stdout, check, reason, true);
	*check->reported = true;
	return EXIT_KERNEL;
}

/* EXIT_KERNEL if the keys of --override do not do for the scenario's rules. */
static int override(struct scenario *scenario, const struct run_options *options)
{
	struct refusal error;

	if (!options->override || !scenario_override(scenario, options->override, &error))
		return EXIT_OK;
	return skip(scenario, &options->check, error.message);
}

/* EXIT_KERNEL if this machine lacks what the scenario needs. */
static int look_for_needs(const struct scenario *scenario, const struct check_options *check,
			  struct host *host)
{
	char buffer[512];
	const char *missing;
	int code = host_rescan(host);

	if (code)
		return code;
	missing = scenario_missing(scenario, host, buffer, sizeof(buffer));
	return missing ? skip(scenario, check, missing) : EXIT_OK;
}

static int carry_out(struct scenario *scenario, const struct run_options *options,
		     struct host *host)
{
	const volatile int never = 0;
	int code = override(scenario, options), cleaned = EXIT_OK;

	if (!code)
		code = look_for_needs(scenario, &options->check, host);
	if (code)
		return code;
	log_info("%s: %s", scenario->name, scenario->about ? scenario->about : "");
	if (scenario->setup)
		code = shell_run("setup", scenario->setup, scenario->timeout_ns, &stopped);
	if (!code)
		code = work(scenario, options, host);
	if (scenario->cleanup)
		cleaned = shell_run("cleanup", scenario->cleanup, scenario->timeout_ns, &never);
	return cleaned ? cleaned : code;
}

/*
 * What the report calls the scenario at `index`: its name, with a number if others before have the
 * same. Programs that collect reports take two tests of one name for the same.
 */
static const char *report_name(struct scenario *const *scenarios, size_t index, char *room,
			       size_t size)
{
	const char *name = scenarios[index]->name;
	unsigned int number = 1;

	for (size_t i = 0; i < index; i++)
		number += !strcmp(scenarios[i]->name, name);
	if (number == 1)
		return name;
	snprintf(room, size, "%s (%u)", name, number);
	return room;
}

/* The one at `index`: its report is the next after those before. */
static int run_scenario(struct scenario *const *scenarios, size_t index,
			const struct run_options *common, struct host *host)
{
	struct scenario *scenario = scenarios[index];
	struct run_options options = *common;
	char name[SCENARIO_LINE_MAX + 16];
	bool reported = false;
	int code;

	fill_check(scenario, &options.check);
	options.check.name = report_name(scenarios, index, name, sizeof(name));
	options.check.number = (unsigned int)index + 1;
	options.check.reported = &reported;
	code = carry_out(scenario, &options, host);
	if (!reported)
		check_reports_absent(stdout, &options.check, "the run did not get to its verdict",
				     false);
	fflush(stdout);
	return code;
}

/* ---- all ---- */

/* The worse of two codes: a run without a verdict first, a skipped one last. */
static int worse(int one, int other)
{
	static const int order[] = {EXIT_RUNTIME, EXIT_USAGE, EXIT_VERDICT, EXIT_LOST, EXIT_KERNEL};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (one == order[i] || other == order[i])
			return order[i];
	}
	return EXIT_OK;
}

static int run_all(struct scenario *const *scenarios, const struct cli *cli)
{
	const struct run_options *options = &cli->run;
	struct host host;
	int code = host_open(&host, options);

	if (code)
		return code;
	catch_signals();
	check_reports_begin(stdout, &options->check, cli->file_count);
	for (size_t i = 0; i < cli->file_count && !stopped; i++)
		code = worse(code, run_scenario(scenarios, i, options, &host));
	check_reports_end(stdout, &options->check);
	if (!output_stdout_written())
		code = worse(code, EXIT_RUNTIME);
	host_close(&host);
	if (stopped)
		code = worse(code, EXIT_RUNTIME);
	return code;
}

/* All reports go one after the other to stdout, or to the file of -o. */
static int open_report(struct output *report, const struct cli *cli)
{
	const char *recording = cli->run.recording;
	int err;

	if (recording && cli->file_count > 1) {
		log_error("-o %s: a recording holds one run, and there are %zu scenarios",
			  recording, cli->file_count);
		log_hint("record them one by one");
		return EXIT_USAGE;
	}
	if (cli->run.kernel.btf)
		files_read_path(cli->run.kernel.btf);
	err = output_open_as_stdout(report, cli->run.output);
	/* The session opens that one, when the report has begun. */
	if (!err && recording)
		err = files_may_write(recording);
	if (!err)
		err = output_begin(report);
	if (!err)
		return EXIT_OK;
	output_take_back(report);
	return err == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
}

static int read_all(struct scenario **scenarios, const struct cli *cli)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < cli->file_count && !code; i++) {
		scenarios[i] = malloc(sizeof(*scenarios[i]));
		code = scenarios[i] ? read_scenario(cli->files[i], scenarios[i]) : EXIT_RUNTIME;
	}
	return code;
}

int command_run(const struct cli *cli)
{
	struct scenario *scenarios[CLI_LIST_MAX] = {};
	struct output report = {};
	int code = read_all(scenarios, cli);

	if (!code)
		code = open_report(&report, cli);
	if (!code)
		code = run_all(scenarios, cli);
	output_close(&report);
	for (size_t i = 0; i < cli->file_count; i++)
		free(scenarios[i]);
	return code;
}
