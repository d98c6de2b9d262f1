// SPDX-License-Identifier: GPL-2.0
/* smmuscope probe: what a kernel offers and lacks, as text or as JSON. */
#include "command/command.h"
#include "command/probe_json.h"
#include "command/probe_text.h"
#include "base/log.h"
#include "base/output.h"

#include <stdio.h>

int command_probe(const struct cli *cli)
{
	struct host host;
	int code = host_open(&host, &cli->run), err = 0;

	if (code)
		return code;
	if (cli->run.json)
		err = probe_json(&host);
	else
		probe_text(&host);
	code = err || !output_stdout_written() ? EXIT_RUNTIME : host_require_trace(&host);
	host_close(&host);
	return code;
}
