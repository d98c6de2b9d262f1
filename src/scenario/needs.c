// SPDX-License-Identifier: GPL-2.0
/*
 * Does this machine have what a scenario needs?
 */
#include "scenario/scenario.h"

#include "device/domain.h"
#include "device/silence.h"
#include "inject/silences.h"
#include "session/host.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/child.h"

static const char *missing_silence(__u32 bdf, char *buffer, size_t size)
{
	struct silence_state state;
	char name[BDF_LEN];
	int err = silence_peek("", bdf_format(bdf, name), &state);

	if (!err)
		return NULL;
	snprintf(buffer, size, "silence %s: %s", name,
		 err == -EOPNOTSUPP ? "it cannot be made not to answer, as with the lab's emulator"
				    : strerror(-err));
	return buffer;
}

/* Rules for devices need no injection point, but devices that can do it. */
static const char *missing_injection(const struct scenario *scenario, const struct host *host,
				     char *buffer, size_t size)
{
	const char *what = NULL;

	if (scenario->inject_count &&
	    silences_wanted(scenario->inject_rules, scenario->inject_count) ==
		    scenario->inject_count) {
		for (size_t i = 0; i < scenario->inject_count && !what; i++) {
			const struct inject_rule *rule = &scenario->inject_rules[i];

			if (rule->given & 1U << INJECT_RULE_DEVICE)
				what = missing_silence(rule->bdf, buffer, size);
		}
		return what;
	}
	if (host->plan.can_inject)
		return NULL;
	snprintf(buffer, size, "no injection point: %s",
		 host->plan.hook[HOOK_INJECTION_POINT].reason);
	return buffer;
}

static const char *missing_hook(const struct host *host, const char *id, char *buffer, size_t size)
{
	for (size_t i = 0; i < HOOK_COUNT; i++) {
		if (strcmp(hooks[i].id, id) != 0)
			continue;
		if (host->plan.hook[i].usable)
			return NULL;
		snprintf(buffer, size, "hook %s: %s", id, host->plan.hook[i].reason);
		return buffer;
	}
	snprintf(buffer, size, "hook %s: smmuscope knows none of that name", id);
	return buffer;
}

static const char *missing_function(const struct host *host, const char *name, char *buffer,
				    size_t size)
{
	struct function_facts facts;

	kernel_function(&host->kernel, name, &facts);
	if (facts.btf)
		return NULL;
	snprintf(buffer, size, "function %s: neither this kernel nor its SMMUv3 driver has it",
		 name);
	return buffer;
}

static const char *missing_device(const struct host *host, const struct scenario_need *need,
				  char *buffer, size_t size)
{
	const struct device *device = devices_by_bdf(&host->devices, need->bdf);

	if (device && device->ats_enabled)
		return NULL;
	snprintf(buffer, size, "device %s: %s", need->text,
		 !device	       ? "not there, or not behind an SMMUv3"
		 : device->ats_capable ? domain_idle(device)
						 ? "its ATS is off, as its domain is identity"
						 : "its ATS is off"
				       : "it has no ATS");
	return buffer;
}

/* What cannot be read (before Linux 5.11) is no reason to skip. */
static const char *missing_strict(const struct host *host, const struct scenario_need *need,
				  char *buffer, size_t size)
{
	const struct device *device = devices_by_bdf(&host->devices, need->bdf);

	if (!device)
		snprintf(buffer, size, "strict %s: not there, or not behind an SMMUv3", need->text);
	else if (domain_lazy(device))
		snprintf(buffer, size,
			 "strict %s: its domain is lazy (DMA-FQ), what is unmapped is invalidated "
			 "later and by somebody else; iommu.strict=1 or writing DMA into its "
			 "iommu_group/type changes that",
			 need->text);
	else if (domain_idle(device))
		snprintf(buffer, size, "strict %s: its domain is identity, nothing is unmapped",
			 need->text);
	else
		return NULL;
	return buffer;
}

/* Does the file have this word? */
static bool file_says(const char *path, const char *wanted)
{
	FILE *file = fopen(path, "re");
	char word[256];
	bool there = false;

	if (!file)
		return false;
	while (!there && fscanf(file, "%255s", word) == 1)
		there = !strcmp(word, wanted);
	fclose(file);
	return there;
}

/* What cannot be read is no reason to skip. */
static const char *missing_hardirq(char *buffer, size_t size)
{
	const char *why = file_says("/proc/cmdline", "threadirqs") ? "booted with threadirqs"
			  : file_says("/sys/kernel/realtime", "1") ? "PREEMPT_RT"
								   : NULL;

	if (!why)
		return NULL;
	snprintf(buffer, size, "hardirq: interrupt handlers are threads here (%s)", why);
	return buffer;
}

static const char *missing(const struct scenario *scenario, const struct scenario_need *need,
			   const struct host *host, char *buffer, size_t size)
{
	char name[256];
	char *argv[] = {name, NULL};

	switch (need->kind) {
	case SCENARIO_NEEDS_INJECTION:
		return missing_injection(scenario, host, buffer, size);
	case SCENARIO_NEEDS_SILENCE:
		return missing_silence(need->bdf, buffer, size);
	case SCENARIO_NEEDS_HOOK:
		return missing_hook(host, need->text, buffer, size);
	case SCENARIO_NEEDS_FUNCTION:
		return missing_function(host, need->text, buffer, size);
	case SCENARIO_NEEDS_STRICT:
		return missing_strict(host, need, buffer, size);
	case SCENARIO_NEEDS_HARDIRQ:
		return missing_hardirq(buffer, size);
	case SCENARIO_NEEDS_DEVICE:
		return missing_device(host, need, buffer, size);
	case SCENARIO_NEEDS_CPUS:
		if (sysconf(_SC_NPROCESSORS_ONLN) >= (long)need->number)
			return NULL;
		snprintf(buffer, size, "%llu CPUs: there are %ld", need->number,
			 sysconf(_SC_NPROCESSORS_ONLN));
		return buffer;
	case SCENARIO_NEEDS_FILE:
		if (!access(need->text, F_OK))
			return NULL;
		break;
	case SCENARIO_NEEDS_PROGRAM:
		snprintf(name, sizeof(name), "%s", need->text);
		if (!child_check(argv))
			return NULL;
		errno = ENOENT;
		break;
	}
	snprintf(buffer, size, "%s: %s", need->whole, strerror(errno));
	return buffer;
}

const char *scenario_missing(const struct scenario *scenario, const struct host *host, char *buffer,
			     size_t size)
{
	const char *what = NULL;

	for (size_t i = 0; i < scenario->need_count && !what; i++)
		what = missing(scenario, &scenario->needs[i], host, buffer, size);
	return what;
}
