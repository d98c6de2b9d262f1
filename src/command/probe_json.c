// SPDX-License-Identifier: GPL-2.0
#include "command/probe_json.h"

#include "command/probe_words.h"
#include "device/silence.h"
#include "event/decode.h"
#include "base/json.h"
#include "smmu_event.h"
#include "version.h"

#include <errno.h>

static void put(struct json *json, const char *key, const char *text)
{
	json_key_string(json, key);
	json_string(json, text && text[0] ? text : NULL);
}

static void put_bool(struct json *json, const char *key, bool value)
{
	json_key_string(json, key);
	json_bool(json, value);
}

static void put_fact(struct json *json, const char *key, const struct kernel_fact *fact)
{
	json_key_string(json, key);
	json_object_begin(json);
	put(json, "state", fact_name(fact->state));
	put(json, "reason", fact->reason);
	put(json, "hint", fact->hint);
	json_object_end(json);
}

static void json_capabilities(struct json *json, const struct kernel *kernel)
{
	json_key(json, "capabilities");
	if (!kernel->running) {
		json_null(json);
		return;
	}
	json_object_begin(json);
	put_bool(json, "bpf", kernel->cap_bpf);
	put_bool(json, "perfmon", kernel->cap_perfmon);
	put_bool(json, "sys_admin", kernel->cap_sys_admin);
	put_bool(json, "syslog", kernel->cap_syslog);
	json_object_end(json);
}

static void json_kernel(struct json *json, const struct kernel *kernel)
{
	const char *sign = probe_recovery(kernel);
	const char config[] = {kernel_config(kernel, "FUNCTION_ERROR_INJECTION"), 0};

	put_bool(json, "running", kernel->running);
	put(json, "root", kernel->root);
	put(json, "kernel", kernel->release);
	put(json, "machine", kernel->machine);
	put(json, "driver", probe_driver(kernel));
	put(json, "btf", probe_types(kernel));
	put(json, "btf_file", kernel->btf_path);
	put(json, "trampolines", probe_trampolines(kernel));
	put(json, "trampolines_reason", kernel->trampoline_reason);
	put(json, "kprobes", probe_kprobes(kernel));
	put(json, "kprobes_reason", kernel->kprobes_reason);
	put_fact(json, "bpf", &kernel->bpf);
	put_fact(json, "functions", &kernel->functions);
	put_fact(json, "addresses", &kernel->addresses);
	put(json, "stream_table", kernel_stream_table(kernel));
	put(json, "lockdown", kernel->lockdown);
	put(json, "function_error_injection", config);
	json_capabilities(json, kernel);
	json_key(json, "recovery");
	json_object_begin(json);
	put_bool(json, "present", sign);
	put(json, "guess_from", sign);
	json_object_end(json);
}

static void json_arguments(struct json *json, const struct plan_hook *planned)
{
	json_key(json, "arguments");
	json_array_begin(json);
	for (unsigned int i = 0; i < HOOK_ARGS_MAX && planned->argument_name[i]; i++) {
		json_object_begin(json);
		put(json, "name", planned->argument_name[i]);
		json_key(json, "position");
		if (planned->argument[i] == PLAN_NO_ARGUMENT)
			json_null(json);
		else
			json_u64(json, planned->argument[i]);
		json_object_end(json);
	}
	json_array_end(json);
}

static void json_kinds(struct json *json, unsigned int kinds)
{
	json_key(json, "events");
	json_array_begin(json);
	for (unsigned int kind = 0; kind < SMMU_EVENT_KIND_COUNT; kind++) {
		if (kinds & 1U << kind)
			json_string(json, decode_kind(kind));
	}
	json_array_end(json);
}

static void json_hook(struct json *json, enum hook_id id, const struct plan_hook *planned)
{
	json_object_begin(json);
	put(json, "id", hooks[id].id);
	put_bool(json, "usable", planned->usable);
	put_bool(json, "required", hooks[id].required);
	json_kinds(json, hooks[id].kinds);
	put(json, "method", plan_method_name(planned->method));
	put(json, "symbol", planned->symbol);
	if (planned->usable) {
		json_arguments(json, planned);
		put(json, "note", planned->note);
	} else {
		put(json, "reason", planned->reason);
		put(json, "hint", planned->hint);
	}
	json_object_end(json);
}

static void put_number(struct json *json, const char *key, bool known, __u64 number)
{
	json_key_string(json, key);
	if (known)
		json_u64(json, number);
	else
		json_null(json);
}

/* What a function is told at the moment. */
static void json_armed(struct json *json, const struct silence_order *order)
{
	json_object_begin(json);
	put_number(json, "left", order->count != SILENCE_COUNT_ALWAYS, order->count);
	put_number(json, "for_ms", order->for_ms, order->for_ms);
	put_number(json, "wait_us", order->has_wait, order->wait_us);
	put_number(json, "ssid", order->of_ssid, order->ssid);
	put_number(json, "again", true, order->again);
	put(json, "meets", probe_meets(order->meets));
	put_bool(json, "survives_reset", order->survives_reset);
	json_object_end(json);
}

/* Can the function be made not to answer? null: it cannot be told. */
static void json_silence(struct json *json, const struct device *device)
{
	struct silence_state state = {};
	int err = silence_peek("", device->name, &state);

	json_key(json, "silence");
	if (err && err != -EOPNOTSUPP) {
		json_null(json);
		return;
	}
	json_object_begin(json);
	put_bool(json, "possible", !err);
	json_key(json, "armed");
	if (state.order.count)
		json_armed(json, &state.order);
	else
		json_null(json);
	put_number(json, "answered", !err, state.answered);
	put_number(json, "unanswered", !err, state.unanswered);
	json_object_end(json);
}

static void json_device(struct json *json, const struct device *device,
			const struct devices *devices)
{
	const struct smmu *smmu = devices_smmu(devices, device->smmu);

	json_object_begin(json);
	json_key(json, "bdf");
	json_string(json, device->name);
	json_key(json, "sids");
	json_array_begin(json);
	for (unsigned int s = 0; s < device->sids; s++)
		json_u64(json, device->sid[s]);
	json_array_end(json);
	json_key(json, "smmu");
	json_string(json, smmu ? smmu->name : NULL);
	json_key(json, "driver");
	json_string(json, device->driver[0] ? device->driver : NULL);
	put(json, "domain", device->domain);
	json_key(json, "shares_with");
	json_array_begin(json);
	for (const struct device *other = devices_sharing(devices, device, NULL); other;
	     other = devices_sharing(devices, device, other))
		json_string(json, other->name);
	json_array_end(json);
	json_key(json, "ats_capable");
	json_bool(json, device->ats_capable);
	json_key(json, "ats_enabled");
	json_bool(json, device->ats_enabled);
	json_silence(json, device);
	json_object_end(json);
}

static void json_devices(struct json *json, const struct devices *devices)
{
	json_key(json, "smmus");
	json_array_begin(json);
	for (size_t i = 0; i < devices->smmu_count; i++)
		json_string(json, devices->smmus[i].name);
	json_array_end(json);
	json_key(json, "smmu_classes");
	json_array_begin(json);
	for (size_t i = 0; i < devices->smmu_count; i++)
		json_string(json,
			    devices->smmus[i].class_name[0] ? devices->smmus[i].class_name : NULL);
	json_array_end(json);
	json_key(json, "devices");
	json_array_begin(json);
	for (size_t i = 0; i < devices->count; i++)
		json_device(json, &devices->list[i], devices);
	json_array_end(json);
}

static void json_plan(struct json *json, const struct plan *plan)
{
	json_key(json, "hooks");
	json_array_begin(json);
	for (enum hook_id id = 0; id < HOOK_COUNT; id++)
		json_hook(json, id, &plan->hook[id]);
	json_array_end(json);
	json_key(json, "events");
	json_object_begin(json);
	for (unsigned int kind = 0; kind < SMMU_EVENT_KIND_COUNT; kind++)
		put(json, decode_kind(kind), probe_reach(plan_reach(plan, kind)));
	json_object_end(json);
}

/* The problem that keeps the tool from working at all on this kernel, or null. */
static void json_problem(struct json *json, const struct plan *plan)
{
	json_key(json, "problem");
	if (plan->what == PLAN_FINE) {
		json_null(json);
		return;
	}
	json_object_begin(json);
	put(json, "what", plan_problem_name(plan->what));
	put(json, "message", plan->problem);
	put(json, "hint", plan->hint);
	json_object_end(json);
}

int probe_json(const struct host *host)
{
	struct json json;
	int err;

	json_init(&json, stdout);
	json_object_begin(&json);
	put(&json, "schema", "smmuscope.probe/1");
	put(&json, "tool", SMMUSCOPE_VERSION);
	json_kernel(&json, &host->kernel);
	json_plan(&json, &host->plan);
	json_devices(&json, &host->devices);
	json_problem(&json, &host->plan);
	put_bool(&json, "can_trace", host->plan.can_trace);
	put_bool(&json, "can_inject", host->plan.can_inject);
	json_object_end(&json);
	err = json_line(&json);
	json_free(&json);
	return err;
}
