// SPDX-License-Identifier: GPL-2.0
#include "session/verdict.h"

#include "command/command.h"
#include "session/host.h"
#include "session/injection.h"
#include "base/log.h"
#include "session/session.h"
#include "smmu_event.h"

#include <stdlib.h>

static int refuse(const struct check_error *error)
{
	log_error("%s", error->message);
	log_hint("%s", error->hint);
	return EXIT_USAGE;
}

int verdict_options(const struct cli *cli, struct check_options *options)
{
	struct check_error error = {};
	int err = 0;

	*options = check_defaults();
	if (cli->json)
		options->format = CHECK_JSON;
	if (cli->budget_fence_ns)
		options->budget_fence_ns = cli->budget_fence_ns;
	if (cli->budget_wait_ns)
		options->budget_wait_ns = cli->budget_wait_ns;
	if (cli->budget_blocked_ns)
		options->budget_blocked_ns = cli->budget_blocked_ns;
	if (cli->format)
		err = check_parse_format(cli->format, &options->format, &error);
	if (!err && cli->check_rules)
		err = check_parse_rules("--rules", cli->check_rules, &options->rules, &error);
	if (!err && cli->require)
		err = check_parse_rules("--require", cli->require, &options->require, &error);
	if (!err)
		err = check_validate(options, &error);
	return err ? refuse(&error) : EXIT_OK;
}

/* Without filters: what is left out would look like something that did not happen. */
static int judge(const struct verdict_request *request, struct injection *injection,
		 struct host *host)
{
	const struct session_options options = {
		.command = request->command,
		.events = true,
		.check = &request->check,
		.json = request->json,
		.strict = request->strict,
		.output = request->output,
		.recording = request->recording,
		.pack = request->pack,
		.stats_file = request->stats_file,
		.kinds = SMMU_KINDS_ALL,
		.duration_ns = request->duration_ns,
		.linger_ns = request->linger_ns,
		.ring_bytes = request->ring_bytes,
		.argv = request->argv,
		.until_spent = request->until_spent,
		.rules = injection->count ? &injection->links : NULL,
		.rule_texts = injection->text_list,
		.rule_count = injection->count,
	};

	return session_run(&options, &host->plan, &host->kernel, host->scan, &host->devices);
}

static int arm_and_judge(const struct verdict_request *request, struct injection *injection,
			 struct host *host)
{
	int code = injection->count ? injection_prepare(injection, host, request->in_use,
							request->in_use_count)
				    : host_require_trace(host);

	return code ? code : judge(request, injection, host);
}

int verdict_run(const struct verdict_request *request)
{
	struct injection *injection = calloc(1, sizeof(*injection));
	struct host own, *host = request->host ? request->host : &own;
	int code = injection ? injection_parse(injection, request->rules, request->rule_count)
			     : EXIT_RUNTIME;

	if (!code)
		code = request->host ? host_rescan(host) : host_open(host, &request->host_options);
	if (!code) {
		code = arm_and_judge(request, injection, host);
		if (!request->host)
			host_close(host);
	}
	free(injection);
	return code;
}

int command_check(const struct cli *cli)
{
	struct verdict_request request = {
		.command = "check",
		.rules = cli->rules,
		.rule_count = cli->rule_count,
		.host_options = host_options(cli),
		.in_use = cli->in_use,
		.in_use_count = cli->in_use_count,
		.argv = cli->argv,
		.output = cli->output,
		.recording = cli->recording,
		.pack = cli->pack,
		.stats_file = cli->stats_file,
		.duration_ns = cli->duration_ns,
		.linger_ns = cli->linger_ns,
		.ring_bytes = cli->ring_bytes,
		.json = cli->json,
		.strict = cli->strict,
	};
	int code = verdict_options(cli, &request.check);

	if (cli->list && !code) {
		check_list(stdout);
		return EXIT_OK;
	}
	return code ? code : verdict_run(&request);
}
