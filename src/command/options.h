/* SPDX-License-Identifier: GPL-2.0 */
/* The options of the command line: one row each, and the steps before and after them. */
#ifndef COMMAND_OPTIONS_H
#define COMMAND_OPTIONS_H

#include "command/cli.h"

/* Commands that arm injection rules; commands that run another one behind --. */
#define CLI_INJECTS (CLI_INJECT | CLI_CHECK)
#define CLI_LIVE    (CLI_TRACE | CLI_STAT | CLI_INJECT | CLI_CHECK)

/* Room for all rows. */
#define OPTIONS_MAX 64

struct option_row {
	const char *name;
	char letter;	       /* 0: none */
	unsigned int commands; /* that take it, enum cli_command */
	const char *value;     /* its placeholder; NULL for a flag */
	int (*set)(struct cli *cli, const char *value, struct refusal *refusal);
	const char *help;
};

extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* Before the first option. */
void options_begin(enum cli_command command, struct cli *cli);
/* One more in a list that is on the command line. 0, or -EINVAL and *refusal. */
int options_add(const char **list, size_t max, size_t *count, const char *value, const char *option,
		struct refusal *refusal);
/* After the last: what depends on several of them. 0, or -EINVAL and *refusal. */
int options_end(enum cli_command command, struct cli *cli, struct refusal *refusal);

#endif
