/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every command needs to know of this machine before it starts: facts about the kernel,
 * the plan made of them, and its devices.
 */
#ifndef SESSION_HOST_H
#define SESSION_HOST_H

#include "device/devices.h"
#include "kernel/kernel.h"
#include "plan/plan.h"
#include "session/options.h"

struct scan;

struct host {
	struct kernel kernel;
	struct plan plan;
	struct scan *scan; /* NULL if this kernel cannot be traced, or is not running */
	struct devices devices;
};

/* Facts and plan always; the scan if tracing is possible. 0 or an enum exit_code. */
int host_open(struct host *host, const struct run_options *options);
/* The devices as they are now. 0 or an enum exit_code. */
int host_rescan(struct host *host);
/* Says why not and returns EXIT_KERNEL, or EXIT_OK. */
int host_require_trace(const struct host *host);
int host_require_inject(const struct host *host);
void host_close(struct host *host);

#endif
