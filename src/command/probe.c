// SPDX-License-Identifier: GPL-2.0
/* smmuscope probe: what a kernel offers and lacks, as text or as JSON. */
#include "command/command.h"
#include "command/probe_json.h"
#include "command/probe_text.h"
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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
	if (err || fflush(stdout)) {
		log_error("stdout cannot be written: %s", strerror(err ? -err : errno));
		code = EXIT_RUNTIME;
	} else {
		code = host_require_trace(&host);
	}
	host_close(&host);
	return code;
}
