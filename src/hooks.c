// SPDX-License-Identifier: GPL-2.0
#include "hooks.h"

#include "smmu_event.h"

#define KIND(kind) (1U << SMMU_EVENT_##kind)

const struct hook hooks[HOOK_COUNT] = {
	[HOOK_LIST] =
		{
			.id = "list",
			.what = "issue of a command list",
			/* The inner one first: since 7.x the plain name is a wrapper, partly
			   inlined. */
			.names = {"__arm_smmu_cmdq_issue_cmdlist", "arm_smmu_cmdq_issue_cmdlist"},
			.args = {"smmu", "cmdq", "cmds", "n", "sync"},
			.optional_args = 1U << LIST_CMDQ,
			.kinds = KIND(SUBMIT) | KIND(FENCE) | KIND(UNFENCE),
			.required = true,
		},
	[HOOK_GERROR] =
		{
			.id = "gerror",
			.what = "GERROR interrupt handler",
			.names = {"arm_smmu_gerror_handler"},
			.kinds = KIND(CMDQ_ERROR),
		},
	[HOOK_ATS_ENABLE] =
		{
			.id = "ats_enable",
			.what = "ATS switched on",
			.names = {"pci_enable_ats"},
			.kinds = KIND(ATS),
		},
	[HOOK_ATS_DISABLE] =
		{
			.id = "ats_disable",
			.what = "ATS switched off",
			.names = {"pci_disable_ats"},
			.kinds = KIND(ATS),
		},
	[HOOK_RESET] =
		{
			.id = "reset",
			.what = "reset of a PCI function",
			.names = {"__pci_reset_function_locked"},
			.kinds = KIND(RESET),
		},
	[HOOK_VERDICT] =
		{
			.id = "injection_point",
			.what = "the hardware's verdict on a CMD_SYNC",
			.names = {"arm_smmu_cmdq_sync_verdict"},
			.kinds = KIND(INJECT),
			.override = true,
		},
	[HOOK_INJECTED] =
		{
			.id = "injected",
			.what = "a verdict that somebody replaced",
			.names = {"arm_smmu_cmdq_inject"},
			.args = {"smmu", "cmdq", "cmds", "n", "sync_prod", "verdict"},
			.kinds = KIND(INJECT),
		},
};
