// SPDX-License-Identifier: GPL-2.0
/* smmuscope stat: counted in the kernel, reported at the end. Changes nothing. */
#include "command/command.h"
#include "session/session.h"

int command_stat(const struct cli *cli)
{
	return session_observe(&cli->run);
}
