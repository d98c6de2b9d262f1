/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is going to be injected: rules, parsed, resolved to StreamIDs of this
 * machine, guarded and linked. Used by every command that arms rules; nothing
 * here arms anything. Errors are logged. Not thread safe.
 */
#ifndef SESSION_INJECTION_H
#define SESSION_INJECTION_H

#include "command/cli.h"
#include "session/host.h"
#include "inject/rule.h"

struct injection {
	struct rule rules[CLI_LIST_MAX];
	struct rule_target targets[CLI_LIST_MAX];
	char texts[CLI_LIST_MAX][RULE_TEXT_MAX];
	const char *text_list[CLI_LIST_MAX]; /* behind "rule N: " */
	struct rule_links links;
	size_t count;
};

/* Needs no machine. At most CLI_LIST_MAX rules. An enum exit_code. */
int injection_parse(struct injection *injection, const char *const *rules, size_t count);
/*
 * Resolves and links them, and refuses devices that the running system needs unless
 * they are in in_use (BDFs). An enum exit_code.
 */
int injection_prepare(struct injection *injection, const struct host *host,
		      const char *const *in_use, size_t in_use_count);

#endif
