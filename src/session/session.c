// SPDX-License-Identifier: GPL-2.0
#include "session/internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "version.h"

#include <string.h>

static void fill_info(struct session *session)
{
	const struct run_options *options = session->options;
	const struct host *host = session->host;
	struct stream_info *info = &session->info;

	info->command = options->command;
	info->tool_version = SMMUSCOPE_VERSION;
	info->kernel = host->kernel.release;
	info->variant = options->variant;
	info->attach = plan_method_name(host->plan.hook[HOOK_LIST].method);
	info->monotonic_ns = clock_kernel_ns(CLOCK_MONOTONIC);
	info->realtime_ns = clock_ns(CLOCK_REALTIME);
	info->tagged = true;
	if (session->injection) {
		info->inject_rules = session->injection->text_list;
		info->inject_rule_count = session->injection->count;
	}
	info->devices = &host->devices;
	info->missing = loader_missing(session->loader, &info->missing_count);
	info->hooks = loader_hooks(session->loader, &info->hook_count);
	info->kinds = options->kinds;
	info->filtered = filter_kinds(options);
	session->symbols = symbols_kernel();
	info->symbols = session->symbols;
}

static int prepare(struct session *session)
{
	const struct run_options *options = session->options;
	int err;

	int code;

	fill_info(session);
	err = options->argv ? child_check(options->argv) : 0;
	if (err)
		return child_refused(options->argv, err);
	/* While a signal ends the tool: a pipe may wait for its reader. */
	code = outputs_open(&session->outputs, options);
	if (code)
		return code;
	err = collector_open(session);
	if (err) {
		log_error("signals and timers cannot be set up: %s", strerror(-err));
		return EXIT_RUNTIME;
	}
	return outputs_streams(&session->outputs, options, options->pack, &session->info,
			       &session->streams)
		       ? EXIT_RUNTIME
		       : EXIT_OK;
}

static void say_attached(const struct session *session)
{
	const struct stream_info *info = &session->info;

	for (size_t i = 0; i < info->missing_count; i++)
		log_warn("not attached: %s", info->missing[i]);
	for (size_t i = 0; i < info->inject_rule_count; i++)
		log_info("armed: rule %zu: %s", i, info->inject_rules[i]);
	if (session->idle_domains) {
		log_warn("%s is in an identity domain: nothing is mapped and invalidated for it, "
			 "unless VFIO, iommufd or SVA attaches another one",
			 session->options->device_count ? "each of these devices"
							: "every PCI function here");
		log_hint("boot without iommu.passthrough=1, or write DMA into "
			 "/sys/kernel/iommu_groups/N/type; `smmuscope probe` shows the domains");
	}
	if (!session->options->argv)
		log_info("%s: attached, stop with Ctrl-C", info->command);
}

/* The rules of the BPF side, NULL if all are of devices: no injection point is needed then. */
static const struct inject_rule_links *rules_of(const struct session *session)
{
	const struct injection *injection = session->injection;

	return injection && injection_needs_point(injection) ? &injection->links : NULL;
}

/* Attaches, then starts the command: none of it is missed. An enum exit_code. */
static int start(struct session *session)
{
	char *const *argv = session->options->argv;
	int code = loader_attach(session->loader), err;

	if (!code)
		sentry_look(session, clock_kernel_ns(CLOCK_MONOTONIC));
	if (!code && session->injection)
		code = injection_silence(session->injection);
	if (code)
		return code;
	say_attached(session);
	err = argv ? child_start(&session->child, argv) : 0;
	return err ? child_refused(argv, err) : EXIT_OK;
}

/*
 * The command's status comes before that of a rule that never fired, but not before a fail, which
 * was asked for. If there is no verdict, it may well say why. Of a scenario's workload only that it
 * failed: its status could be taken for one of ours.
 */
static int command_or(const struct session *session, int code)
{
	bool judged = session->options->judged;
	bool first = !code || code == (judged ? EXIT_KERNEL : EXIT_VERDICT);

	if (!first || !session->child.status)
		return code;
	return session->options->check.workload ? EXIT_VERDICT : session->child.status;
}

static int run(struct session *session)
{
	const struct run_options *options = session->options;
	int code = prepare(session), finished, ended;

	if (code)
		return code;
	session->pulse = pulse_open(session->info.hooks, session->info.hook_count);
	if (!session->pulse)
		return EXIT_RUNTIME;
	session->started_ns = session->blind.last_ns = clock_kernel_ns(CLOCK_MONOTONIC);
	session->next_report_ns = session->started_ns + options->interval_ns;
	code = start(session);
	if (!code)
		collector_run(session);
	else
		session->reason = "error";
	/* While a signal only ends the run. What the devices counted is kept. */
	ended = session->injection ? injection_end(session->injection) : EXIT_OK;
	collector_let_signals_in();
	finished = outcome_finish(session);
	code = code ? code : ended;
	if (session->child.pid)
		child_stop(&session->child);
	else if (session->child.name)
		child_say_left(&session->child);
	if (!code)
		code = finished;
	return options->argv ? command_or(session, code) : code;
}

static int open_loader(struct session *session, const struct filter *filter)
{
	const struct run_options *options = session->options;
	const struct host *host = session->host;
	const struct loader_options loader_options = {
		.stats = options->report || options->stats_file,
		.events = options->events,
		.kinds = options->kinds,
		.twice = options->judged,
		.smmu = filter ? filter->smmu : 0,
		.sids = filter ? filter->sids : NULL,
		.sid_count = filter ? filter->sid_count : 0,
		.failed_only = options->failed_only,
		.latency_above_ns = options->latency_above_ns,
		.ring_bytes = options->ring_bytes,
		.inject_rules = rules_of(session),
		.silences = session->injection && session->injection->silences.count,
		.btf = host->kernel.btf_path,
		.own_btf = host->kernel.own_btf,
		.devices = &host->devices,
	};

	return loader_open(&session->loader, &host->plan, &loader_options,
			   loader_options.silences ? source_event : collector_event, session);
}

int session_run(const struct run_options *options, const struct filter *filter,
		struct injection *injection, struct host *host)
{
	struct session session = {
		.options = options,
		.injection = injection,
		.host = host,
		.idle_domains = filter_idle(filter, &host->devices),
		.epoll = -1,
		.signals = -1,
		.timer = -1,
	};
	int code = open_loader(&session, filter);

	if (code)
		return code;
	code = run(&session);
	pulse_close(session.pulse);
	loader_close(session.loader);
	symbols_free(session.symbols);
	outputs_close(&session.outputs);
	collector_close(&session);
	return code;
}

int session_observe(const struct run_options *options)
{
	struct filter filter;
	struct host host;
	int code = host_open(&host, options);

	if (code)
		return code;
	code = host_require_trace(&host);
	if (!code && (options->device_count || options->smmu))
		code = host_require_names(&host);
	if (!code && filter_resolve(&filter, options, &host.devices))
		code = EXIT_USAGE;
	if (!code)
		code = session_run(options, &filter, NULL, &host);
	host_close(&host);
	return code;
}
