// SPDX-License-Identifier: GPL-2.0
/* smmuscope trace: every event as it happens. Changes nothing. */
#include "command/command.h"
#include "session/session.h"

int command_trace(const struct cli *cli)
{
	return session_observe(&cli->run);
}
