// SPDX-License-Identifier: GPL-2.0
#include "session/injection.h"

#include "guard/guard.h"
#include "base/log.h"

#include <errno.h>

static int resolve_rules(struct injection *injection, const struct run_options *options,
			 const struct devices *devices)
{
	struct refusal error = {};

	for (size_t i = 0; i < injection->count; i++) {
		if (inject_rule_resolve(&options->inject_rules[i], devices, &injection->targets[i],
					&error))
			return refusal_say(&error);
		inject_rule_describe(&options->inject_rules[i], &injection->targets[i],
				     injection->texts[i]);
		injection->text_list[i] = injection->texts[i];
	}
	return EXIT_OK;
}

/* BPF programs see the PIDs of the initial namespace: another process would be hit, or none. */
static int refuse_pids(const struct run_options *options, const struct host *host)
{
	for (size_t i = 0; host->pid_namespace && i < options->inject_rule_count; i++) {
		const struct inject_rule *rule = &options->inject_rules[i];

		if (!(rule->given & 1U << INJECT_RULE_PID))
			continue;
		log_error("rule %zu: 'pid=%u' cannot be told here: in this PID namespace processes "
			  "have other numbers than for the kernel",
			  i, rule->pid);
		log_hint("name the process by 'comm=', or run it with the machine's PIDs: "
			 "--pid=host, hostPID: true");
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

static int link_rules(struct injection *injection, const struct run_options *options)
{
	struct refusal error = {};

	if (inject_rules_link(options->inject_rules, injection->targets, injection->count,
			      &injection->links, &error))
		return refusal_say(&error);
	return EXIT_OK;
}

static bool allowed(const struct run_options *options, const struct device *device)
{
	__u32 bdf;

	for (size_t i = 0; i < options->in_use_count; i++) {
		if (!bdf_parse(options->in_use[i], &bdf) && bdf == device->bdf)
			return true;
	}
	return false;
}

static bool covered(const struct injection *injection, const struct device *device)
{
	for (size_t i = 0; i < injection->count; i++) {
		if (inject_rule_target_covers(&injection->targets[i], device))
			return true;
	}
	return false;
}

/* A device that the running system needs is refused unless --in-use-ok names it. */
static int guard_devices(const struct injection *injection, const struct run_options *options,
			 const struct devices *devices)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->list[i];
		struct guard_finding finding = {};

		if (!device->ats_enabled || !covered(injection, device))
			continue;
		if (!guard_check("", device, &finding))
			continue;
		if (allowed(options, device)) {
			log_warn("%s; injecting all the same, as told", finding.text);
			continue;
		}
		log_error("refused: %s", finding.text);
		log_hint("a fenced device needs a reset; if that is what you want, say "
			 "--in-use-ok %s",
			 device->name);
		code = EXIT_USAGE;
	}
	return code;
}

/* What a kernel, or the machine, does not offer is another exit status than a wrong rule. */
static int take_devices(struct injection *injection, const struct run_options *options)
{
	struct refusal error = {};
	int err = silences_take(&injection->silences, "", options->inject_rules, injection->targets,
				injection->count, &error);

	if (!err)
		return EXIT_OK;
	refusal_say(&error);
	return err == -EBUSY || err == -EINVAL ? EXIT_USAGE : EXIT_KERNEL;
}

bool injection_needs_point(const struct injection *injection)
{
	return injection->silences.count < injection->count;
}

int injection_silence(struct injection *injection)
{
	struct refusal error = {};

	if (!silences_arm(&injection->silences, &error))
		return EXIT_OK;
	refusal_say(&error);
	return EXIT_RUNTIME;
}

int injection_end(struct injection *injection)
{
	struct refusal error = {};

	if (!silences_give_back(&injection->silences, &error))
		return EXIT_OK;
	refusal_say(&error);
	return EXIT_RUNTIME;
}

int injection_prepare(struct injection *injection, const struct run_options *options,
		      const struct host *host)
{
	bool point = silences_wanted(options->inject_rules, options->inject_rule_count) <
		     options->inject_rule_count;
	int code = refuse_pids(options, host);

	if (!code)
		code = point ? host_require_inject(host) : host_require_trace(host);
	injection->count = options->inject_rule_count;
	if (!code && injection->count)
		code = host_require_names(host);
	if (!code)
		code = resolve_rules(injection, options, &host->devices);
	if (!code)
		code = guard_devices(injection, options, &host->devices);
	if (!code)
		code = link_rules(injection, options);
	if (!code)
		code = take_devices(injection, options);
	return code;
}
