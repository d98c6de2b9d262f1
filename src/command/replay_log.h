/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMMAND_REPLAY_LOG_H
#define COMMAND_REPLAY_LOG_H

#include "command/cli.h"

/* smmuscope replay --dmesg. An enum exit_code. */
int replay_log(const struct cli *cli);

#endif
