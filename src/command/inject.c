// SPDX-License-Identifier: GPL-2.0
/*
 * smmuscope inject: arms rules. load/loader.c does the arming, and the BPF side keeps the bounds
 * in count and time; with kind=device session/injection.c does, and the device keeps them.
 */
#include "command/command.h"
#include "base/json.h"
#include "base/log.h"
#include "base/output.h"
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

/* NULL if no rule is for it. */
static const char *point_of(const struct injection *injection, const struct host *host)
{
	return injection_needs_point(injection) ? host->plan.hook[HOOK_INJECTION_POINT].symbol
						: NULL;
}

/* Not as a stream, whose header would say that the rules are armed. */
static int dry_run(const struct injection *injection, const struct cli *cli,
		   const struct host *host)
{
	const char *point = point_of(injection, host);
	struct json json;
	int err = 0;

	json_init(&json, stdout);
	for (size_t i = 0; i < injection->count && !err; i++) {
		if (!cli->run.json) {
			printf("rule %zu: %s\n", i, injection->texts[i]);
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
		json_string(&json, point);
		json_object_end(&json);
		err = json_line(&json);
	}
	if (!cli->run.json)
		printf("dry run: nothing was armed; the injection point is %s\n",
		       point ? point : "not needed");
	json_free(&json);
	return err || !output_stdout_written() ? EXIT_RUNTIME : EXIT_OK;
}

static int inject(struct injection *injection, const struct cli *cli, struct host *host)
{
	struct filter filter;
	int code = injection_prepare(injection, &cli->run, host);

	if (!code && filter_resolve(&filter, &cli->run, &host->devices))
		code = EXIT_USAGE;
	if (code)
		return code;
	return cli->dry_run ? dry_run(injection, cli, host)
			    : session_run(&cli->run, &filter, injection, host);
}

int command_inject(const struct cli *cli)
{
	struct injection *injection = calloc(1, sizeof(*injection));
	struct host host;
	int code = injection ? host_open(&host, &cli->run) : EXIT_RUNTIME;

	if (!code) {
		code = inject(injection, cli, &host);
		injection_end(injection);
		host_close(&host);
	}
	free(injection);
	return code;
}
