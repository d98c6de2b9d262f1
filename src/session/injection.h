/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The injection rules of a run, resolved to StreamIDs of this machine, guarded and linked. Used by
 * every command that arms rules; nothing here arms anything. Errors are logged. Not thread safe.
 */
#ifndef SESSION_INJECTION_H
#define SESSION_INJECTION_H

#include "inject/rule.h"
#include "session/host.h"
#include "session/options.h"

struct injection {
	struct inject_rule_target targets[SMMU_RULES_MAX];
	char texts[SMMU_RULES_MAX][INJECT_RULE_TEXT_MAX];
	const char *text_list[SMMU_RULES_MAX]; /* the same, as an array of pointers */
	struct inject_rule_links links;
	size_t count;
};

/*
 * Resolves and links the rules of the options, and refuses devices that the running system
 * needs unless the options name them. An enum exit_code.
 */
int injection_prepare(struct injection *injection, const struct run_options *options,
		      const struct host *host);

#endif
