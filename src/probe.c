// SPDX-License-Identifier: GPL-2.0
/* smmuscope probe: what this kernel offers and lacks, for people and as JSON. */
#include "command.h"
#include "host.h"
#include "json.h"
#include "log.h"
#include "version.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A sign of the recovery series, in the names that its versions share: a guess. */
static const char *recovery_sign(const struct kernel *kernel)
{
	if (kernel_has_member(kernel, "arm_smmu_cmdq", "atc_sync_timeouts"))
		return "struct arm_smmu_cmdq has atc_sync_timeouts";
	if (kernel_has_member(kernel, "arm_smmu_master", "ats_broken"))
		return "struct arm_smmu_master has ats_broken";
	return NULL;
}

static const char *driver_word(const struct kernel *kernel)
{
	static const char *const words[] = {"absent", "built in", "module"};

	return words[kernel->driver];
}

static const char *trampoline_word(const struct kernel *kernel)
{
	static const char *const words[] = {"unknown", "no", "yes"};

	return words[kernel->trampoline];
}

static const char *types_word(const struct kernel *kernel)
{
	if (!kernel->vmlinux)
		return "none";
	if (kernel->driver != DRIVER_MODULE)
		return "vmlinux";
	return kernel->module ? "vmlinux and module" : "vmlinux only";
}

static void text_hooks(const struct plan *plan)
{
	puts("hooks");
	for (enum hook_id id = 0; id < HOOK_COUNT; id++) {
		const struct plan_hook *planned = &plan->hook[id];

		if (planned->usable)
			printf("  yes  %-16s %s of %s\n", hooks[id].id,
			       plan_method_name(planned->method), planned->symbol);
		else
			printf("  no   %-16s %s\n       %-16s way out: %s\n", hooks[id].id,
			       planned->reason, "", planned->hint);
	}
}

static void text_devices(const struct devices *devices)
{
	for (size_t i = 0; i < devices->smmu_count; i++)
		printf("SMMU %s\n", devices->smmus[i].name);
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *device = &devices->list[i];
		const struct smmu *smmu = devices_smmu(devices, device->smmu);

		printf("  %s  StreamID", device->name);
		for (unsigned int s = 0; s < device->sids; s++)
			printf(" 0x%x", device->sid[s]);
		printf("  %-7s  %-12s %s\n",
		       device->ats_enabled   ? "ATS on"
		       : device->ats_capable ? "ATS off"
					     : "no ATS",
		       device->driver[0] ? device->driver : "-", smmu ? smmu->name : "?");
	}
}

static void probe_text(const struct host *host)
{
	const struct kernel *kernel = &host->kernel;
	const char *sign = recovery_sign(kernel);

	printf("smmuscope %s on Linux %s %s\n", SMMUSCOPE_VERSION, kernel->release,
	       kernel->machine);
	printf("driver        arm-smmu-v3: %s\n", driver_word(kernel));
	printf("types (BTF)   %s\n", types_word(kernel));
	printf("trampolines   %s%s%s\n", trampoline_word(kernel),
	       kernel->trampoline_reason[0] ? ": " : "", kernel->trampoline_reason);
	printf("lockdown      %s\n", kernel->lockdown);
	printf("capabilities  BPF %s, PERFMON %s, SYS_ADMIN %s, SYSLOG %s\n",
	       kernel->cap_bpf ? "yes" : "no", kernel->cap_perfmon ? "yes" : "no",
	       kernel->cap_sys_admin ? "yes" : "no", kernel->cap_syslog ? "yes" : "no");
	printf("recovery      %s%s\n", sign ? "looks present: " : "no sign of it",
	       sign ? sign : "");
	text_hooks(&host->plan);
	text_devices(&host->devices);
	printf("so            trace: %s, inject: %s\n", host->plan.can_trace ? "yes" : "no",
	       host->plan.can_inject ? "yes" : "no");
}

static void json_hook(struct json *json, enum hook_id id, const struct plan_hook *planned)
{
	json_object_begin(json);
	json_key(json, "id");
	json_string(json, hooks[id].id);
	json_key(json, "usable");
	json_bool(json, planned->usable);
	json_key(json, "method");
	json_string(json, planned->usable ? plan_method_name(planned->method) : NULL);
	json_key(json, "symbol");
	json_string(json, planned->symbol[0] ? planned->symbol : NULL);
	if (!planned->usable) {
		json_key(json, "reason");
		json_string(json, planned->reason);
		json_key(json, "hint");
		json_string(json, planned->hint);
	}
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
	json_key(json, "ats_capable");
	json_bool(json, device->ats_capable);
	json_key(json, "ats_enabled");
	json_bool(json, device->ats_enabled);
	json_object_end(json);
}

static void json_kernel(struct json *json, const struct kernel *kernel)
{
	const char *sign = recovery_sign(kernel);
	const char config[] = {kernel_config(kernel, "FUNCTION_ERROR_INJECTION"), 0};

	json_key(json, "kernel");
	json_string(json, kernel->release);
	json_key(json, "machine");
	json_string(json, kernel->machine);
	json_key(json, "driver");
	json_string(json, driver_word(kernel));
	json_key(json, "btf");
	json_string(json, types_word(kernel));
	json_key(json, "trampolines");
	json_string(json, trampoline_word(kernel));
	json_key(json, "lockdown");
	json_string(json, kernel->lockdown);
	json_key(json, "function_error_injection");
	json_string(json, config);
	json_key(json, "capabilities");
	json_object_begin(json);
	json_key(json, "bpf");
	json_bool(json, kernel->cap_bpf);
	json_key(json, "perfmon");
	json_bool(json, kernel->cap_perfmon);
	json_key(json, "sys_admin");
	json_bool(json, kernel->cap_sys_admin);
	json_key(json, "syslog");
	json_bool(json, kernel->cap_syslog);
	json_object_end(json);
	json_key(json, "recovery");
	json_object_begin(json);
	json_key(json, "present");
	json_bool(json, sign);
	json_key(json, "guess_from");
	json_string(json, sign);
	json_object_end(json);
}

static int probe_json(const struct host *host)
{
	struct json json;
	int err;

	json_init(&json, stdout);
	json_object_begin(&json);
	json_key(&json, "schema");
	json_string(&json, "smmuscope.probe/1");
	json_key(&json, "tool");
	json_string(&json, SMMUSCOPE_VERSION);
	json_kernel(&json, &host->kernel);
	json_key(&json, "hooks");
	json_array_begin(&json);
	for (enum hook_id id = 0; id < HOOK_COUNT; id++)
		json_hook(&json, id, &host->plan.hook[id]);
	json_array_end(&json);
	json_key(&json, "smmus");
	json_array_begin(&json);
	for (size_t i = 0; i < host->devices.smmu_count; i++)
		json_string(&json, host->devices.smmus[i].name);
	json_array_end(&json);
	json_key(&json, "devices");
	json_array_begin(&json);
	for (size_t i = 0; i < host->devices.count; i++)
		json_device(&json, &host->devices.list[i], &host->devices);
	json_array_end(&json);
	json_key(&json, "can_trace");
	json_bool(&json, host->plan.can_trace);
	json_key(&json, "can_inject");
	json_bool(&json, host->plan.can_inject);
	json_object_end(&json);
	err = json_line(&json);
	json_free(&json);
	return err;
}

int command_probe(const struct cli *cli)
{
	const struct host_options options = host_options(cli);
	struct host host;
	int code = host_open(&host, &options), err = 0;

	if (code)
		return code;
	if (cli->json)
		err = probe_json(&host);
	else
		probe_text(&host);
	if (err || fflush(stdout)) {
		log_error("stdout cannot be written: %s", strerror(err ? -err : errno));
		code = EXIT_RUNTIME;
	} else {
		code = host_require_trace(&host);
	}
	host_close(&host);
	return code;
}
