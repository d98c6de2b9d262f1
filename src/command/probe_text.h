/* SPDX-License-Identifier: GPL-2.0 */
#ifndef COMMAND_PROBE_TEXT_H
#define COMMAND_PROBE_TEXT_H

#include "session/host.h"

/* What `host` offers, to stdout; errors are left to the caller's fflush(). */
void probe_text(const struct host *host);

#endif
