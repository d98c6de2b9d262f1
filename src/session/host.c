// SPDX-License-Identifier: GPL-2.0
#include "session/host.h"

#include "base/log.h"
#include "load/scan.h"
#include "session/wait.h"

#include <string.h>
#include <unistd.h>

static int open_kernel(struct host *host, const struct run_options *options)
{
	int code;

	memset(host, 0, sizeof(*host));
	code = kernel_open(&host->kernel, &options->kernel);
	if (!code)
		plan_make(&host->plan, &host->kernel, &options->plan);
	return code;
}

/* Is the driver missing, or a module that is still starting? */
static bool awaited(const struct host *host)
{
	return host->plan.what == PLAN_DRIVER ||
	       (host->kernel.driver == DRIVER_MODULE && !wait_driver_ready(""));
}

int host_open(struct host *host, const struct run_options *options)
{
	pid_t pid;
	int code = open_kernel(host, options);

	if (!code && options->wait && awaited(host)) {
		kernel_close(&host->kernel);
		code = wait_for_driver("");
		if (!code)
			code = open_kernel(host, options);
	}
	if (code)
		return code;
	if (!host->plan.can_trace || !host->kernel.running)
		return EXIT_OK;
	if (scan_open(&host->scan, host->kernel.btf_path) || scan_self(host->scan, &pid) ||
	    scan_devices(host->scan, &host->devices)) {
		host_close(host);
		return EXIT_KERNEL;
	}
	host->pid_namespace = pid != getpid();
	return EXIT_OK;
}

int host_rescan(struct host *host)
{
	return host->scan && scan_devices(host->scan, &host->devices) ? EXIT_KERNEL : EXIT_OK;
}

int host_require_trace(const struct host *host)
{
	if (host->plan.can_trace)
		return EXIT_OK;
	log_error("%s", host->plan.problem);
	log_hint("%s", host->plan.hint);
	return EXIT_KERNEL;
}

int host_require_inject(const struct host *host)
{
	const struct plan_hook *point = &host->plan.hook[HOOK_INJECTION_POINT];
	int code = host_require_trace(host);

	if (code || host->plan.can_inject)
		return code;
	log_error("this kernel cannot be injected into: %s", point->reason);
	log_hint("%s", point->hint);
	return EXIT_KERNEL;
}

void host_close(struct host *host)
{
	scan_close(host->scan);
	devices_free(&host->devices);
	kernel_close(&host->kernel);
}
