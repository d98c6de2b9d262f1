// SPDX-License-Identifier: GPL-2.0
/* smmuscope trace and smmuscope stat: observe, change nothing. */
#include "command/command.h"
#include "command/filter.h"
#include "session/host.h"
#include "base/log.h"
#include "session/session.h"

static int observe(const struct cli *cli, const struct session_options *wanted)
{
	struct session_options options = *wanted;
	const struct host_options planned = host_options(cli);
	struct filter filter;
	struct host host;
	int code = host_open(&host, &planned);

	if (code)
		return code;
	code = host_require_trace(&host);
	if (!code && filter_resolve(&filter, cli, &host.devices))
		code = EXIT_USAGE;
	if (!code) {
		options.sids = filter.sids;
		options.sid_count = filter.sid_count;
		options.smmu_address = filter.smmu;
		code = session_run(&options, &host.plan, &host.kernel, host.scan, &host.devices);
	}
	host_close(&host);
	return code;
}

int command_trace(const struct cli *cli)
{
	struct session_options options = session_options("trace", cli);

	options.events = true;
	return observe(cli, &options);
}

int command_stat(const struct cli *cli)
{
	struct session_options options = session_options("stat", cli);

	options.report = true;
	return observe(cli, &options);
}
