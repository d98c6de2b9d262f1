// SPDX-License-Identifier: GPL-2.0
/* smmuscope check: is the recovery correct? */
#include "command/command.h"
#include "session/verdict.h"

#include "base/log.h"

int command_check(const struct cli *cli)
{
	if (cli->list) {
		check_list(stdout);
		return EXIT_OK;
	}
	return verdict_run(&cli->run, NULL);
}
