/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of the tool. Each returns an enum exit_code. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include "command/cli.h"

int command_probe(const struct cli *cli);
int command_trace(const struct cli *cli);
int command_stat(const struct cli *cli);
int command_inject(const struct cli *cli);
int command_check(const struct cli *cli);
int command_replay(const struct cli *cli);
int command_run(const struct cli *cli);

#endif
