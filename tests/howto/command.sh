# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A command `dummy`, which says one word. It takes the options that all commands take.
swap src/command/cli.h '^	  "expect\. (See docs/SCENARIOS\.md.*)\)$' '	  "expect. \1) \\\n	X(DUMMY, dummy, "says one word", "dummy [OPTION]...", "Says one word.\\n")'
cat >src/command/dummy.c <<'END'
// SPDX-License-Identifier: GPL-2.0
/* smmuscope dummy: says one word. */
#include "command/command.h"

#include "base/log.h"

int command_dummy(const struct cli *cli)
{
	puts(cli->run.json ? "{\"said\":\"word\"}" : "word");
	return EXIT_OK;
}
END
