/* SPDX-License-Identifier: GPL-2.0 */
/* smmuscope probe, once the facts are there: the words, and the two ways to say them. */
#ifndef COMMAND_PROBE_H
#define COMMAND_PROBE_H

#include "session/host.h"

const char *probe_driver(const struct kernel *kernel);
const char *probe_trampolines(const struct kernel *kernel);
const char *probe_kprobes(const struct kernel *kernel);
const char *probe_types(const struct kernel *kernel);
const char *probe_reach(enum plan_reach reach);
/* A sign of the recovery series, in the names that its versions share: a guess. Or NULL. */
const char *probe_recovery(const struct kernel *kernel);

/* To stdout; of JSON 0 or a negative errno. */
void probe_text(const struct host *host);
int probe_json(const struct host *host);

#endif
