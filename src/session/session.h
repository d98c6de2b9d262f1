/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One live run: load, attach, run the command or wait, collect, detach, drain, account for
 * every event, report. One thread, one epoll; memory is fixed at the start (the ring) but
 * for the names of devices. One at a time in a process: it takes the signals.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "session/filter.h"
#include "session/host.h"
#include "session/injection.h"
#include "session/options.h"

/*
 * host: open, and able to trace; its devices are scanned anew. filter and injection: NULL
 * for none. An enum exit_code, or the status of the command if there was one and nothing
 * else went wrong.
 */
int session_run(const struct run_options *options, const struct filter *filter,
		struct injection *injection, struct host *host);
/* Opens a host of its own, resolves the filter, injects nothing. As session_run(). */
int session_observe(const struct run_options *options);

#endif
