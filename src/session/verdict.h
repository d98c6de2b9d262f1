/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A run that is judged: arms what is asked for, lets a command work, checks the rules of a
 * correct recovery on what happened, writes the report. `check` and `run` are made of it.
 * One at a time in a process.
 */
#ifndef SESSION_VERDICT_H
#define SESSION_VERDICT_H

#include "session/host.h"
#include "session/options.h"

/*
 * host: the caller's, for several runs, its devices are scanned anew; NULL: a host of its
 * own. An enum exit_code: EXIT_VERDICT for a negative verdict or an injection rule that
 * never fired; else the status of the command, if that was not 0.
 */
int verdict_run(const struct run_options *options, struct host *host);

#endif
