/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMMAND_PROBE_TEXT_H
#define COMMAND_PROBE_TEXT_H

#include "session/host.h"

/* Prints the facts of `host` to stdout. Errors show at the fflush() of the caller. */
void probe_text(const struct host *host);

#endif
