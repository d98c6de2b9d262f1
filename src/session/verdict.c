// SPDX-License-Identifier: GPL-2.0
#include "session/verdict.h"

#include "base/log.h"
#include "session/injection.h"
#include "session/session.h"

#include <stdlib.h>

static int arm_and_judge(const struct run_options *options, struct injection *injection,
			 struct host *host)
{
	int code = options->inject_rule_count ? injection_prepare(injection, options, host)
					      : host_require_trace(host);

	if (code)
		return code;
	return session_run(options, NULL, options->inject_rule_count ? injection : NULL, host);
}

int verdict_run(const struct run_options *options, struct host *shared)
{
	struct injection *injection = calloc(1, sizeof(*injection));
	struct host own, *host = shared ? shared : &own;
	int code = injection ? EXIT_OK : EXIT_RUNTIME;

	if (!code)
		code = shared ? host_rescan(host) : host_open(host, options);
	if (!code) {
		code = arm_and_judge(options, injection, host);
		injection_end(injection);
		if (!shared)
			host_close(host);
	}
	free(injection);
	return code;
}
