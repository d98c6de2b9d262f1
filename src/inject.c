// SPDX-License-Identifier: GPL-2.0
/*
 * smmuscope inject: rules, resolved and guarded; armed only when every one of
 * them is good. The arming itself is loader.c's, the bounds are kept in BPF.
 */
#include "command.h"
#include "filter.h"
#include "guard.h"
#include "host.h"
#include "json.h"
#include "log.h"
#include "rule.h"
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct injection {
	struct rule rules[CLI_LIST_MAX];
	struct rule_target targets[CLI_LIST_MAX];
	char texts[CLI_LIST_MAX][RULE_TEXT_MAX];
	const char *text_list[CLI_LIST_MAX];
	struct rule_links links;
	struct filter filter;
	size_t count;
};

static int say(const struct rule_error *error)
{
	log_error("%s", error->message);
	if (error->hint[0])
		log_hint("%s", error->hint);
	return EXIT_USAGE;
}

static int parse_rules(struct injection *injection, const struct cli *cli)
{
	struct rule_error error = {};

	for (size_t i = 0; i < cli->rule_count; i++) {
		if (rule_parse(cli->rules[i], &injection->rules[i], &error))
			return say(&error);
	}
	injection->count = cli->rule_count;
	return EXIT_OK;
}

static int resolve_rules(struct injection *injection, const struct devices *devices)
{
	struct rule_error error = {};

	for (size_t i = 0; i < injection->count; i++) {
		if (rule_resolve(&injection->rules[i], devices, &injection->targets[i], &error))
			return say(&error);
		rule_describe((unsigned int)i, &injection->rules[i], &injection->targets[i],
			      injection->texts[i]);
		/* Behind "rule N: ", where the number is said already. */
		injection->text_list[i] = strchr(injection->texts[i], ':') + 2;
	}
	return EXIT_OK;
}

static int link_rules(struct injection *injection)
{
	struct rule_error error = {};

	/* From 0: the loader adds the moment at which it arms them. */
	if (rules_link(injection->rules, injection->targets, injection->count, 0, &injection->links,
		       &error))
		return say(&error);
	return EXIT_OK;
}

static bool allowed(const struct cli *cli, const struct device *device)
{
	__u32 bdf;

	for (size_t i = 0; i < cli->in_use_count; i++) {
		if (!bdf_parse(cli->in_use[i], &bdf) && bdf == device->bdf)
			return true;
	}
	return false;
}

static bool covered(const struct injection *injection, const struct device *device)
{
	for (size_t i = 0; i < injection->count; i++) {
		if (rule_target_covers(&injection->targets[i], device))
			return true;
	}
	return false;
}

/* A device that the running system needs is refused unless it is told by name. */
static int guard_devices(const struct injection *injection, const struct cli *cli,
			 const struct devices *devices)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->list[i];
		struct guard_finding finding = {};

		if (!device->ats_enabled || !covered(injection, device))
			continue;
		if (!guard_check("", device, &finding))
			continue;
		if (allowed(cli, device)) {
			log_warn("%s; injecting all the same, as told", finding.text);
			continue;
		}
		log_error("refused: %s", finding.text);
		log_hint("a fenced device needs a reset; if that is what you want, say "
			 "--in-use-ok %s",
			 device->name);
		code = EXIT_USAGE;
	}
	return code;
}

/* The clock of every rule starts when it is armed, so a dry run has its own words. */
static int dry_run(const struct injection *injection, const struct cli *cli,
		   const struct host *host)
{
	struct json json;
	int err = 0;

	json_init(&json, stdout);
	for (size_t i = 0; i < injection->count && !err; i++) {
		if (!cli->json) {
			puts(injection->texts[i]);
			continue;
		}
		json_object_begin(&json);
		json_key(&json, "type");
		json_string(&json, "rule");
		json_key(&json, "schema");
		json_string(&json, "smmuscope.dry-run/1");
		json_key(&json, "rule");
		json_u64(&json, i);
		json_key(&json, "text");
		json_string(&json, injection->text_list[i]);
		json_key(&json, "injection_point");
		json_string(&json, host->plan.hook[HOOK_VERDICT].symbol);
		json_object_end(&json);
		err = json_line(&json);
	}
	if (!cli->json)
		printf("dry run: nothing was armed; the injection point is %s\n",
		       host->plan.hook[HOOK_VERDICT].symbol);
	json_free(&json);
	if (!err && !fflush(stdout))
		return EXIT_OK;
	log_error("stdout cannot be written: %s", strerror(errno));
	return EXIT_RUNTIME;
}

static int run(struct injection *injection, const struct cli *cli, struct host *host)
{
	struct session_options options = session_options("inject", cli);

	options.events = true;
	options.sids = injection->filter.sids;
	options.sid_count = injection->filter.sid_count;
	options.smmu_address = injection->filter.smmu;
	options.rules = &injection->links;
	options.rule_texts = injection->text_list;
	options.rule_count = injection->count;
	return session_run(&options, &host->plan, &host->kernel, host->scan, &host->devices);
}

static int prepare(struct injection *injection, const struct cli *cli, const struct host *host)
{
	int code = host_require_inject(host);

	if (!code)
		code = resolve_rules(injection, &host->devices);
	if (!code && filter_resolve(&injection->filter, cli, &host->devices))
		code = EXIT_USAGE;
	if (!code)
		code = guard_devices(injection, cli, &host->devices);
	if (!code)
		code = link_rules(injection);
	return code;
}

int command_inject(const struct cli *cli)
{
	struct injection *injection = calloc(1, sizeof(*injection));
	struct host host;
	int code = injection ? parse_rules(injection, cli) : EXIT_RUNTIME;

	if (code) {
		free(injection);
		return code;
	}
	code = host_open(&host);
	if (!code) {
		code = prepare(injection, cli, &host);
		if (!code)
			code = cli->dry_run ? dry_run(injection, cli, &host)
					    : run(injection, cli, &host);
		host_close(&host);
	}
	free(injection);
	return code;
}
