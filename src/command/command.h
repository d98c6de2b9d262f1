/* SPDX-License-Identifier: GPL-2.0 */
/* The function of each command: declared for each row of COMMANDS. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include "command/cli.h"

/* Each returns an enum exit_code, or the status of the command that it ran. */
#define COMMAND_FUNCTION_(id, name, about, usage, text) int command_##name(const struct cli *cli);
COMMANDS(COMMAND_FUNCTION_)
#undef COMMAND_FUNCTION_

#endif
