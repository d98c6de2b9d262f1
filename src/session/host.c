// SPDX-License-Identifier: GPL-2.0
#include "session/host.h"

#include "base/log.h"
#include "load/scan.h"
#include "session/wait.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SETTLE_US 200000

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

struct awaited_devices {
	struct host *host;
	const struct run_options *options;
	char missing[BDF_LEN]; /* the first one that is not there */
};

static bool device_there(struct awaited_devices *awaited, __u32 bdf)
{
	bool there = devices_by_bdf(&awaited->host->devices, bdf);

	if (!there)
		bdf_format(bdf, awaited->missing);
	return there;
}

static bool devices_there(struct awaited_devices *awaited)
{
	const struct run_options *options = awaited->options;
	__u32 bdf;

	for (size_t i = 0; i < options->device_count; i++) {
		if (!bdf_parse(options->devices[i], &bdf) && !device_there(awaited, bdf))
			return false;
	}
	for (size_t i = 0; i < options->inject_rule_count; i++) {
		const struct inject_rule *rule = &options->inject_rules[i];

		if (rule->given & 1U << INJECT_RULE_DEVICE && !device_there(awaited, rule->bdf))
			return false;
	}
	return true;
}

static int look_for_devices(void *context)
{
	struct awaited_devices *awaited = context;
	int err = host_rescan(awaited->host) ? -EIO : 0;

	return err ? err : devices_there(awaited);
}

/* For the functions that --device and the rules name. */
static int wait_for_devices(struct host *host, const struct run_options *options)
{
	struct awaited_devices awaited = {.host = host, .options = options};
	char what[64];
	int code;

	if (devices_there(&awaited))
		return EXIT_OK;
	snprintf(what, sizeof(what), "the device %s behind an SMMUv3", awaited.missing);
	code = wait_until(look_for_devices, &awaited, what,
			  "`smmuscope probe` lists the devices that are there");
	/* The kernel lists a function before it attaches it to a domain, which switches ATS on. */
	if (!code) {
		usleep(SETTLE_US);
		code = host_rescan(host);
	}
	return code;
}

/* Where /sys is hidden, the driver would not be seen coming. */
static int require_sight(const struct kernel *kernel)
{
	struct kernel_fact fact;

	fact_file(kernel, "/sys/bus/platform/drivers", &fact);
	if (fact.state == FACT_PRESENT)
		return EXIT_OK;
	log_error("the driver cannot be waited for: %s", fact.reason);
	log_hint("%s", fact.hint[0] ? fact.hint : "leave --wait away");
	return EXIT_KERNEL;
}

int host_open(struct host *host, const struct run_options *options)
{
	pid_t pid = getpid();
	int code = open_kernel(host, options);

	if (!code && options->wait && awaited(host)) {
		code = require_sight(&host->kernel);
		kernel_close(&host->kernel);
		if (!code)
			code = wait_for_driver("");
		if (!code)
			code = open_kernel(host, options);
	}
	if (code)
		return code;
	if (!host->plan.can_trace || !host->kernel.running)
		return EXIT_OK;
	/* Without it all goes on by StreamID. */
	if (host->plan.nameless) {
		log_warn("devices cannot be named: %s", host->plan.nameless->reason);
		log_hint("%s", host->plan.nameless->hint);
	}
	if (scan_open(&host->scan, host->kernel.btf_path) || scan_self(host->scan, &pid) ||
	    scan_devices(host->scan, &host->devices)) {
		scan_close(host->scan);
		host->scan = NULL;
	}
	host->pid_namespace = pid != getpid();
	code = options->wait && host->scan ? wait_for_devices(host, options) : EXIT_OK;
	if (code)
		host_close(host);
	return code;
}

int host_rescan(struct host *host)
{
	return host->scan && scan_devices(host->scan, &host->devices) ? EXIT_KERNEL : EXIT_OK;
}

int host_update(struct host *host)
{
	struct devices before = host->devices;
	int err;

	if (!host->scan)
		return EXIT_OK;
	memset(&host->devices, 0, sizeof(host->devices));
	err = scan_devices(host->scan, &host->devices);
	if (!err)
		err = devices_keep(&host->devices, &before);
	if (err) {
		devices_free(&host->devices);
		host->devices = before;
		return EXIT_RUNTIME;
	}
	devices_free(&before);
	return EXIT_OK;
}

int host_require_trace(const struct host *host)
{
	if (host->plan.can_trace)
		return EXIT_OK;
	log_error("%s", host->plan.problem);
	log_hint("%s", host->plan.hint);
	return EXIT_KERNEL;
}

int host_require_names(const struct host *host)
{
	if (host->plan.nameless) {
		log_error("devices cannot be named: %s", host->plan.nameless->reason);
		log_hint("%s; without --device, --smmu and rules all works",
			 host->plan.nameless->hint);
		return EXIT_KERNEL;
	}
	if (host->scan || !host->plan.can_trace)
		return EXIT_OK;
	log_error("devices cannot be named: the device scan does not work in this kernel");
	log_hint("without --device, --smmu and rules all works");
	return EXIT_KERNEL;
}

int host_require_inject(const struct host *host)
{
	const struct plan_hook *point = &host->plan.hook[HOOK_INJECTION_POINT];
	int code = host_require_trace(host);

	if (code || point->usable)
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
