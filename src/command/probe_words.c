// SPDX-License-Identifier: GPL-2.0
#include "command/probe_words.h"

#include <stddef.h>

const char *probe_recovery(const struct kernel *kernel)
{
	if (kernel_has_member(kernel, "arm_smmu_cmdq", "atc_sync_timeouts"))
		return "struct arm_smmu_cmdq has atc_sync_timeouts";
	if (kernel_has_member(kernel, "arm_smmu_master", "ats_broken"))
		return "struct arm_smmu_master has ats_broken";
	return NULL;
}

const char *probe_driver(const struct kernel *kernel)
{
	static const char *const words[] = {"absent", "built in", "module"};

	return words[kernel->driver];
}

const char *probe_trampolines(const struct kernel *kernel)
{
	static const char *const words[] = {"unknown", "no", "yes"};

	return words[kernel->trampoline];
}

const char *probe_kprobes(const struct kernel *kernel)
{
	static const char *const words[] = {"unknown", "no", "yes"};

	return words[kernel->kprobes];
}

const char *probe_types(const struct kernel *kernel)
{
	if (!kernel->vmlinux)
		return "none";
	if (kernel->driver != DRIVER_MODULE)
		return "vmlinux";
	return kernel->module ? "vmlinux and module" : "vmlinux only";
}

const char *probe_reach(enum plan_reach reach)
{
	static const char *const words[] = {"no", "part", "yes"};

	return words[reach];
}

const char *probe_meets(enum silence_meets meets)
{
	static const char *const words[] = {"silence", "CERROR_ILL", "CERROR_ABT"};

	return (unsigned int)meets < sizeof(words) / sizeof(words[0]) ? words[meets] : "unknown";
}
