/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The injection rules of a run, resolved to StreamIDs of this machine, guarded and linked. Used by
 * every command that arms rules. The BPF side arms those of most kinds (load/loader.c), here are
 * armed those with kind=device. Errors are logged. Not thread safe.
 */
#ifndef SESSION_INJECTION_H
#define SESSION_INJECTION_H

#include "inject/rule.h"
#include "inject/silences.h"
#include "session/host.h"
#include "session/options.h"

struct injection {
	struct inject_rule_target targets[SMMU_RULES_MAX];
	char texts[SMMU_RULES_MAX][INJECT_RULE_TEXT_MAX];
	const char *text_list[SMMU_RULES_MAX]; /* the same, as an array of pointers */
	struct inject_rule_links links;
	size_t count;
	struct silences silences;
};

/*
 * Resolves and links the rules of the options, refuses devices that the running system needs
 * unless the options name them, and takes hold of the devices of kind=device. Arms nothing. An enum
 * exit_code. To be ended in any case; all zero before.
 */
int injection_prepare(struct injection *injection, const struct run_options *options,
		      const struct host *host);
/* Is there a rule for the injection point, or are all for devices? */
bool injection_needs_point(const struct injection *injection);
/* Silences the devices of kind=device: all, or none and an enum exit_code. */
int injection_silence(struct injection *injection);
/* They answer again, and are let go. EXIT_OK, or EXIT_RUNTIME. Once is enough. */
int injection_end(struct injection *injection);

#endif
