// SPDX-License-Identifier: GPL-2.0
/* The rules, in their order. */
#include "check/rules/rule.h"

extern const struct check_rule r01_own_sync, r02_no_foreign_sync, r03_error_reaches_issuer,
	r04_exact_blame, r05_hardware_or_software, r06_fence_before_return, r07_isolate,
	r08_no_allocation, r09_quiet_isr, r10_blocked_gerror, r11_stop_sending, r12_one_recovery,
	r13_no_silent_enable, r14_probe_is_no_reset, r15_balanced, r16_unmap_unharmed, r17_bounded,
	r18_every_queue;

const struct check_rule *const check_rules[CHECK_RULE_COUNT] = {
	&r01_own_sync,
	&r02_no_foreign_sync,
	&r03_error_reaches_issuer,
	&r04_exact_blame,
	&r05_hardware_or_software,
	&r06_fence_before_return,
	&r07_isolate,
	&r08_no_allocation,
	&r09_quiet_isr,
	&r10_blocked_gerror,
	&r11_stop_sending,
	&r12_one_recovery,
	&r13_no_silent_enable,
	&r14_probe_is_no_reset,
	&r15_balanced,
	&r16_unmap_unharmed,
	&r17_bounded,
	&r18_every_queue,
};
