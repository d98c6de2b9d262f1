// SPDX-License-Identifier: GPL-2.0
#include "command/probe_text.h"

#include "command/probe_words.h"
#include "device/silence.h"
#include "event/decode.h"
#include "smmu_event.h"
#include "version.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *or_unknown(const char *text)
{
	return text[0] ? text : "(unknown)";
}

static void line(const char *what, const char *word, const char *reason)
{
	printf("%-13s %s%s%s\n", what, word, reason && reason[0] ? ": " : "", reason ? reason : "");
}

/* Nothing is said of what is there. */
static void text_fact(const char *what, const struct kernel_fact *fact)
{
	if (fact->reason[0])
		printf("%-13s %s: %s\n              way out: %s\n", what, fact_name(fact->state),
		       fact->reason, fact->hint);
}

static const char *yes(bool it_is)
{
	return it_is ? "yes" : "no";
}

static const char *lockdown_means(const struct kernel *kernel)
{
	if (!strcmp(kernel->lockdown, "integrity"))
		return "forbids nothing that is needed here";
	if (!strcmp(kernel->lockdown, "confidentiality"))
		return "BPF may not read the kernel";
	return NULL;
}

static void text_kernel(const struct kernel *kernel)
{
	const char *sign = probe_recovery(kernel);

	printf("smmuscope %s on Linux %s %s", SMMUSCOPE_VERSION, or_unknown(kernel->release),
	       or_unknown(kernel->machine));
	if (!kernel->running)
		printf(", not running: what %s says of it", kernel->root);
	printf("\ndriver        arm-smmu-v3: %s\n", probe_driver(kernel));
	line("types (BTF)", probe_types(kernel), kernel->btf_path);
	line("trampolines", probe_trampolines(kernel), kernel->trampoline_reason);
	line("kprobes", probe_kprobes(kernel), kernel->kprobes_reason);
	if (kernel->vmlinux && kernel->driver != DRIVER_ABSENT && !kernel_stream_table(kernel))
		puts("stream table  unknown: " PLAN_NO_STREAM_TABLE
		     "\n              " PLAN_NO_STREAM_TABLE_HINT);
	text_fact("BPF", &kernel->bpf);
	text_fact("functions", &kernel->functions);
	text_fact("addresses", &kernel->addresses);
	line("lockdown", kernel->lockdown, lockdown_means(kernel));
	if (kernel->running)
		printf("capabilities  BPF %s, PERFMON %s, SYS_ADMIN %s, SYSLOG %s\n",
		       yes(kernel->cap_bpf), yes(kernel->cap_perfmon), yes(kernel->cap_sys_admin),
		       yes(kernel->cap_syslog));
	else
		puts("capabilities  not tried");
	line("recovery", sign ? "looks present" : "no sign of it", sign);
}

static void text_usable(enum hook_id id, const struct plan_hook *planned)
{
	printf("  yes  %-24s %s of %s", hooks[id].id, plan_method_name(planned->method),
	       planned->symbol);
	for (unsigned int i = 0; i < HOOK_ARGS_MAX && planned->argument_name[i]; i++) {
		if (planned->argument[i] != PLAN_NO_ARGUMENT)
			printf("%s%s %u", i ? ", " : ": ", planned->argument_name[i],
			       planned->argument[i]);
	}
	putchar('\n');
	if (planned->note[0])
		printf("       %-24s %s\n", "", planned->note);
}

static void text_hooks(const struct plan *plan)
{
	puts("hooks");
	for (enum hook_id id = 0; id < HOOK_COUNT; id++) {
		const struct plan_hook *planned = &plan->hook[id];

		if (planned->usable)
			text_usable(id, planned);
		else
			printf("  no   %-24s %s\n       %-24s way out: %s\n", hooks[id].id,
			       planned->reason, "", planned->hint);
	}
}

/* What a function is told at the moment. */
static void text_armed(const struct silence_order *order)
{
	if (order->count == SILENCE_COUNT_ALWAYS)
		printf("    silent: it answers no ATC_INV");
	else
		printf("    silent: %u more ATC_INV are not answered", order->count);
	if (order->of_ssid)
		printf(" of SubstreamID 0x%x", order->ssid);
	if (order->meets != SILENCE_MEETS_NOTHING)
		printf(", each is %s", probe_meets(order->meets));
	if (order->for_ms)
		printf(", for %u ms from when it was armed", order->for_ms);
	else
		printf(", without a limit in time");
	if (order->has_wait)
		printf(", the SMMU waits %u us", order->wait_us);
	if (order->again)
		printf(", the CMD_SYNC fails %u times more", order->again);
	puts(order->survives_reset ? ", also after a reset" : "");
}

static const char *text_silence(const struct device *device, struct silence_state *state)
{
	switch (silence_peek("", device->name, state)) {
	case 0:
		return "silence yes";
	case -EOPNOTSUPP:
		return "silence no";
	default:
		return "silence ?";
	}
}

static void text_sharing(const struct devices *devices, const struct device *device)
{
	const struct device *other = devices_sharing(devices, device, NULL);

	if (!other)
		return;
	printf("    shares a StreamID with");
	for (; other; other = devices_sharing(devices, device, other))
		printf(" %s", other->name);
	putchar('\n');
}

static void text_devices(const struct devices *devices)
{
	for (size_t i = 0; i < devices->smmu_count; i++)
		printf("SMMU %s%s%s\n", devices->smmus[i].name,
		       devices->smmus[i].class_name[0] ? "  " : "", devices->smmus[i].class_name);
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->list[i];
		const struct smmu *smmu = devices_smmu(devices, device->smmu);
		struct silence_state state = {};

		printf("  %s  StreamID", device->name);
		for (unsigned int s = 0; s < device->sids; s++)
			printf(" 0x%x", device->sid[s]);
		printf("  %-7s  %-8s  %-11s  %-12s %s\n",
		       device->ats_enabled   ? "ATS on"
		       : device->ats_capable ? "ATS off"
					     : "no ATS",
		       device->domain[0] ? device->domain : "?", text_silence(device, &state),
		       device->driver[0] ? device->driver : "-", smmu ? smmu->name : "?");
		text_sharing(devices, device);
		if (state.order.count)
			text_armed(&state.order);
	}
}

/* One line that lists the kinds of events with this reach; nothing if there are none. */
static void text_reach(const struct plan *plan, enum plan_reach reach, const char *words)
{
	bool any = false;

	for (unsigned int kind = 0; kind < SMMU_EVENT_KIND_COUNT; kind++) {
		if (plan_reach(plan, kind) != reach)
			continue;
		printf("%s%s", any ? ", " : words, decode_kind(kind));
		any = true;
	}
	if (any)
		putchar('\n');
}

void probe_text(const struct host *host)
{
	text_kernel(&host->kernel);
	text_hooks(&host->plan);
	text_devices(&host->devices);
	text_reach(&host->plan, PLAN_IN_PART, "in part       ");
	text_reach(&host->plan, PLAN_NOTHING, "not seen      ");
	printf("so            trace: %s, inject: %s\n", yes(host->plan.can_trace),
	       yes(host->plan.can_inject));
}
