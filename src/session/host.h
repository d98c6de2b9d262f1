/* SPDX-License-Identifier: GPL-2.0 */
/*
 * This machine, as every command needs to know it before it starts: facts about the kernel, the
 * plan made of them, and the devices.
 */
#ifndef SESSION_HOST_H
#define SESSION_HOST_H

#include "device/devices.h"
#include "kernel/kernel.h"
#include "plan/plan.h"
#include "session/options.h"

#include <stdbool.h>

struct scan;

struct host {
	struct kernel kernel;
	struct plan plan;
	struct scan *scan; /* NULL if this kernel cannot be traced, or is not running */
	struct devices devices;
	bool pid_namespace; /* this process knows others by other numbers than the kernel side */
};

/* Facts and plan always; the scan if tracing is possible. 0 or an enum exit_code. */
int host_open(struct host *host, const struct run_options *options);
/* Reads the devices anew. 0 or an enum exit_code. */
int host_rescan(struct host *host);
/* The same within a run: what is gone keeps its name (devices_keep()). */
int host_update(struct host *host);
/* EXIT_OK, or EXIT_KERNEL if it is not possible: the reason is logged. */
int host_require_trace(const struct host *host);
int host_require_inject(const struct host *host);
/* Likewise, for what names devices, StreamIDs or SMMUs. */
int host_require_names(const struct host *host);
void host_close(struct host *host);

#endif
