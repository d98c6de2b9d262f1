// SPDX-License-Identifier: GPL-2.0
#include "session/injection.h"

#include "guard/guard.h"
#include "base/log.h"

#include <string.h>

static int say(const struct rule_error *error)
{
	log_error("%s", error->message);
	if (error->hint[0])
		log_hint("%s", error->hint);
	return EXIT_USAGE;
}

int injection_parse(struct injection *injection, const char *const *rules, size_t count)
{
	struct rule_error error = {};

	for (size_t i = 0; i < count; i++) {
		if (rule_parse(rules[i], &injection->rules[i], &error))
			return say(&error);
	}
	injection->count = count;
	return EXIT_OK;
}

static int resolve_rules(struct injection *injection, const struct devices *devices)
{
	struct rule_error error = {};

	for (size_t i = 0; i < injection->count; i++) {
		if (rule_resolve(&injection->rules[i], devices, &injection->targets[i], &error))
			return say(&error);
		rule_describe((unsigned int)i, &injection->rules[i], &injection->targets[i],
			      injection->texts[i]);
		/* Behind "rule N: ", where the number is said already. */
		injection->text_list[i] = strchr(injection->texts[i], ':') + 2;
	}
	return EXIT_OK;
}

static int link_rules(struct injection *injection)
{
	struct rule_error error = {};

	/* From 0: the loader adds the moment at which it arms them. */
	if (rules_link(injection->rules, injection->targets, injection->count, 0, &injection->links,
		       &error))
		return say(&error);
	return EXIT_OK;
}

static bool allowed(const char *const *in_use, size_t count, const struct device *device)
{
	__u32 bdf;

	for (size_t i = 0; i < count; i++) {
		if (!bdf_parse(in_use[i], &bdf) && bdf == device->bdf)
			return true;
	}
	return false;
}

static bool covered(const struct injection *injection, const struct device *device)
{
	for (size_t i = 0; i < injection->count; i++) {
		if (rule_target_covers(&injection->targets[i], device))
			return true;
	}
	return false;
}

/* A device that the running system needs is refused unless it is told by name. */
static int guard_devices(const struct injection *injection, const char *const *in_use,
			 size_t in_use_count, const struct devices *devices)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->list[i];
		struct guard_finding finding = {};

		if (!device->ats_enabled || !covered(injection, device))
			continue;
		if (!guard_check("", device, &finding))
			continue;
		if (allowed(in_use, in_use_count, device)) {
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

int injection_prepare(struct injection *injection, const struct host *host,
		      const char *const *in_use, size_t in_use_count)
{
	int code = host_require_inject(host);

	if (!code)
		code = resolve_rules(injection, &host->devices);
	if (!code)
		code = guard_devices(injection, in_use, in_use_count, &host->devices);
	if (!code)
		code = link_rules(injection);
	return code;
}
