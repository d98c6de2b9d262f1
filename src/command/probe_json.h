/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMMAND_PROBE_JSON_H
#define COMMAND_PROBE_JSON_H

#include "session/host.h"

/* Prints the facts of `host` to stdout, as "smmuscope.probe/1". 0 or a negative errno. */
int probe_json(const struct host *host);

#endif
