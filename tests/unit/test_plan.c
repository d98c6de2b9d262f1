// SPDX-License-Identifier: GPL-2.0
/*
 * From the facts about a kernel to what is attached where: each fallback, and the reason and the
 * hint for each hook that cannot be attached.
 */
#include "plan/plan.h"
#include "smmu_event.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fabricated.h"

static struct plan plan;

static void make(bool kprobes, bool trampolines)
{
	plan_make(&plan, &kernel,
		  &(struct plan_options){.kprobes = kprobes, .trampolines = trampolines});
}

static int end(void **state)
{
	(void)state;
	kernel_close(&kernel);
	return 0;
}

static void attached(enum hook_id id, enum plan_method method, const char *symbol)
{
	const struct plan_hook *planned = &plan.hook[id];

	if (!planned->usable)
		fail_msg("%s: %s", hooks[id].id, planned->reason);
	assert_string_equal(plan_method_name(planned->method), plan_method_name(method));
	assert_string_equal(planned->symbol, symbol);
	assert_string_equal(planned->reason, "");
}

static void refused(enum hook_id id, const char *part)
{
	const struct plan_hook *planned = &plan.hook[id];

	assert_false(planned->usable);
	assert_int_equal(planned->method, PLAN_NONE);
	if (!strstr(planned->reason, part))
		fail_msg("'%s' is not in '%s'", part, planned->reason);
	assert_true(planned->hint[0]);
}

static void positions(enum hook_id id, unsigned int count, ...)
{
	va_list args;

	va_start(args, count);
	for (unsigned int i = 0; i < count; i++)
		assert_int_equal(plan.hook[id].argument[i], va_arg(args, unsigned int));
	va_end(args);
}

/* ---- Debian's kernels ---- */

static void test_6_12_by_trampolines(void **state)
{
	(void)state;
	stock_6_12();
	make(false, false);
	assert_true(plan.can_trace);
	assert_false(plan.kprobes);
	attached(HOOK_LIST, PLAN_TRAMPOLINE, "arm_smmu_cmdq_issue_cmdlist");
	positions(HOOK_LIST, 5, 0, 1, 2, 3, 4);
	assert_int_equal(plan.hook[HOOK_LIST].arguments, 5);
	attached(HOOK_GERROR, PLAN_TRAMPOLINE, "arm_smmu_gerror_handler");
	attached(HOOK_INVALIDATION_DOMAIN, PLAN_TRAMPOLINE, "arm_smmu_atc_inv_domain");
	attached(HOOK_KMALLOC, PLAN_TRACEPOINT, "kmalloc");
	assert_int_equal(plan.hook[HOOK_KMALLOC].payload, 2);
	refused(HOOK_INVALIDATION_MASTER, "arm_smmu_atc_inv_master.isra.0");
	refused(HOOK_INVALIDATION_MASTER, "arguments are not where the prototype says");
	refused(HOOK_RESET_PREPARE, "no function pci_dev_reset_iommu_prepare");
	refused(HOOK_PAGES, "no tracepoint mm_page_alloc");
}

static void test_6_1_by_kprobes(void **state)
{
	(void)state;
	stock_6_1();
	make(false, false);
	assert_true(plan.can_trace);
	assert_true(plan.kprobes);
	assert_false(plan.can_inject);
	attached(HOOK_LIST, PLAN_KPROBE, "arm_smmu_cmdq_issue_cmdlist");
	positions(HOOK_LIST, 5, 0, PLAN_NO_ARGUMENT, 1, 2, 3);
	attached(HOOK_UNMAP, PLAN_KPROBE, "iommu_unmap");
	positions(HOOK_UNMAP, 3, 0, 1, 2);
	assert_string_equal(plan.hook[HOOK_UNMAP].argument_name[1], "iova");
	attached(HOOK_ATTACH, PLAN_TRACEPOINT, "attach_device_to_domain");
	refused(HOOK_INJECTION_POINT, "no trampolines");
	refused(HOOK_INJECTION_POINT, "CONFIG_FUNCTION_ERROR_INJECTION is not set");
	refused(HOOK_INJECTION_POINT, "no arm_smmu function carries ALLOW_ERROR_INJECTION");
	refused(HOOK_INJECTION_POINT, "no injection point arm_smmu_cmdq_sync_verdict");
}

static void test_7_3_inner_function_first(void **state)
{
	(void)state;
	stock_7_3();
	make(false, false);
	attached(HOOK_LIST, PLAN_TRAMPOLINE, "__arm_smmu_cmdq_issue_cmdlist");
	attached(HOOK_INVALIDATION_DOMAIN, PLAN_TRAMPOLINE, "__arm_smmu_domain_inv_range");
	assert_true(plan.hook[HOOK_INVALIDATION_DOMAIN].is_void);
	attached(HOOK_RESET_PREPARE, PLAN_TRAMPOLINE, "pci_dev_reset_iommu_prepare");
	refused(HOOK_INVALIDATION_MASTER, "arm_smmu_atc_inv_master.isra.0");
	refused(HOOK_INJECTION_POINT, "no injection point");
	assert_null(strstr(plan.hook[HOOK_INJECTION_POINT].reason, "no trampolines"));
}

/* ---- the stream table ---- */

/* A structure with pointers of these names, "a b c"; its type. */
static int add_struct(const char *name, const char *members)
{
	int id = btf__add_struct(kernel.vmlinux, name, 64), length;
	__u32 bits = 0;
	char member[32];

	while (sscanf(members, " %31s%n", member, &length) == 1) {
		btf__add_field(kernel.vmlinux, member, type_pointer, bits, 0);
		bits += 64;
		members += length;
	}
	return id;
}

static void add_driver(int table)
{
	btf__add_struct(kernel.vmlinux, "arm_smmu_device", 128);
	btf__add_field(kernel.vmlinux, "strtab_cfg", table, 0, 0);
}

/* As since 6.12: the names are those of members of a union without a name. */
static void add_table_of_6_12(const char *l2ptrs)
{
	int linear = add_struct("", "table"), l2, both;
	char members[40];

	snprintf(members, sizeof(members), "l1tab %s", l2ptrs);
	l2 = add_struct("", members);
	both = btf__add_union(kernel.vmlinux, "", 64);
	btf__add_field(kernel.vmlinux, "linear", linear, 0, 0);
	btf__add_field(kernel.vmlinux, "l2", l2, 0, 0);
	btf__add_struct(kernel.vmlinux, "arm_smmu_strtab_cfg", 64);
	btf__add_field(kernel.vmlinux, "", both, 0, 0);
	add_driver(both + 1);
}

static void fences_seen(const char *layout)
{
	make(false, false);
	assert_true(plan.can_trace);
	assert_string_equal(plan.stream_table, layout);
	assert_int_equal(plan_reach(&plan, SMMU_EVENT_FENCE), PLAN_ALL);
	assert_int_equal(plan_reach(&plan, SMMU_EVENT_STE), PLAN_ALL);
}

/* All else works. */
static void no_fences_seen(void)
{
	make(false, false);
	assert_true(plan.can_trace);
	assert_null(plan.stream_table);
	assert_int_equal(plan_reach(&plan, SMMU_EVENT_FENCE), PLAN_NOTHING);
	assert_int_equal(plan_reach(&plan, SMMU_EVENT_UNFENCE), PLAN_NOTHING);
	assert_int_equal(plan_reach(&plan, SMMU_EVENT_STE), PLAN_IN_PART);
	assert_int_equal(plan_reach(&plan, SMMU_EVENT_SUBMIT), PLAN_ALL);
}

static void test_table_before_6_12(void **state)
{
	(void)state;
	stock_6_1();
	add_struct("arm_smmu_strtab_l1_desc", "l2ptr l2ptr_dma");
	add_driver(add_struct("arm_smmu_strtab_cfg", "strtab strtab_dma l1_desc"));
	fences_seen("l1_desc");
}

static void test_table_since_6_12(void **state)
{
	(void)state;
	stock_6_12();
	add_table_of_6_12("l2ptrs");
	fences_seen("l2ptrs");
}

static void test_table_renamed(void **state)
{
	(void)state;
	stock_6_12();
	add_table_of_6_12("l2_tables");
	no_fences_seen();
}

static void test_table_renamed_before_6_12(void **state)
{
	(void)state;
	stock_6_1();
	add_struct("arm_smmu_strtab_l1_desc", "entries");
	add_driver(add_struct("arm_smmu_strtab_cfg", "strtab l1_desc"));
	no_fences_seen();
}

static void test_no_table(void **state)
{
	(void)state;
	stock_6_12();
	no_fences_seen();
}

/* ---- methods ---- */

static void add_injection(void)
{
	add_function("arm_smmu_cmdq_sync_verdict", 'n', "smmu:p,cmdq:p,cmds:p,n:n,sync_prod:n");
	replace_text(&kernel.config, "\nCONFIG_FUNCTION_ERROR_INJECTION=y\n");
	replace_text(&kernel.injectable, "arm_smmu_cmdq_sync_verdict\tERRNO\n");
}

/* Tracepoints never need a trampoline, and nothing else can override: both are as without it. */
static void test_kprobes_by_request(void **state)
{
	(void)state;
	stock_6_12();
	add_injection();
	make(true, false);
	assert_true(plan.kprobes);
	attached(HOOK_LIST, PLAN_KPROBE, "arm_smmu_cmdq_issue_cmdlist");
	attached(HOOK_KMALLOC, PLAN_TRACEPOINT, "kmalloc");
	attached(HOOK_INJECTION_POINT, PLAN_OVERRIDE, "arm_smmu_cmdq_sync_verdict");
	assert_true(plan.can_inject);
}

static void test_trampolines_by_request(void **state)
{
	(void)state;
	stock_6_1();
	make(false, true);
	assert_false(plan.can_trace);
	assert_false(plan.kprobes);
	refused(HOOK_LIST, "no trampolines: attaching fails with errno 524");
	assert_non_null(strstr(plan.hook[HOOK_LIST].hint, "--attach=fentry"));
	assert_int_equal(plan.what, PLAN_HOOK);
	attached(HOOK_KMALLOC, PLAN_TRACEPOINT, "kmalloc");
}

static void test_neither_method(void **state)
{
	(void)state;
	stock_6_1();
	kernel.kprobes = KPROBES_NO;
	strcpy(kernel.kprobes_reason, "CONFIG_KPROBE_EVENTS is not set");
	make(false, false);
	refused(HOOK_LIST, "errno 524) and no kprobes: CONFIG_KPROBE_EVENTS is not set");
	assert_non_null(strstr(plan.problem, "CONFIG_KPROBE_EVENTS"));
	kernel.kprobes = KPROBES_UNKNOWN;
	make(false, false);
	attached(HOOK_LIST, PLAN_KPROBE, "arm_smmu_cmdq_issue_cmdlist");
}

static void test_where_no_kprobe_may_be(void **state)
{
	(void)state;
	stock_6_1();
	replace_text(&kernel.refused,
		     "0x10-0x20\tiommu_unmap_x\n0x18-0x20\tx_iommu_unmap\n0x20-0x30\tmutex_lock\n");
	make(false, false);
	refused(HOOK_MUTEX, "no kprobe may be on mutex_lock");
	attached(HOOK_UNMAP, PLAN_KPROBE, "iommu_unmap");
}

/* ---- functions that the compiler renamed, split or inlined ---- */

/* Not its wrapper, which is inlined in places: that hook would miss calls, silently. */
static void test_renamed_inner_function_that_is_required(void **state)
{
	(void)state;
	stock_6_12();
	add_symbol("__arm_smmu_cmdq_issue_cmdlist.isra.0");
	make(false, false);
	refused(HOOK_LIST, "__arm_smmu_cmdq_issue_cmdlist.isra.0");
	assert_false(plan.can_trace);
	assert_int_equal(plan.what, PLAN_HOOK);
}

static void test_renamed_inner_function_of_another(void **state)
{
	(void)state;
	stock_6_12();
	add_symbol("arm_smmu_domain_inv_range.isra.0");
	make(false, false);
	attached(HOOK_INVALIDATION_DOMAIN, PLAN_TRAMPOLINE, "arm_smmu_atc_inv_domain");
}

static void test_renamed_where_nothing_is_read(void **state)
{
	(void)state;
	stock_6_12();
	add_symbol("down_read.isra.0");
	add_symbol("down_write.part.0");
	make(false, false);
	attached(HOOK_RWSEM_READ, PLAN_KPROBE, "down_read.isra.0");
	assert_non_null(strstr(plan.hook[HOOK_RWSEM_READ].note, "of down_read"));
	refused(HOOK_RWSEM_WRITE, "down_write.part.0");
	make(false, true);
	refused(HOOK_RWSEM_READ, "down_read.isra.0");
}

static void test_copies_and_parts(void **state)
{
	(void)state;
	stock_6_12();
	add_symbol("iommu_unmap.cold");
	add_symbol("pci_enable_ats.constprop.0");
	add_symbol("arm_smmu_gerror_handler");
	make(false, false);
	attached(HOOK_UNMAP, PLAN_TRAMPOLINE, "iommu_unmap");
	assert_string_equal(plan.hook[HOOK_UNMAP].note, "");
	attached(HOOK_ATS_ENABLE, PLAN_TRAMPOLINE, "pci_enable_ats");
	assert_non_null(strstr(plan.hook[HOOK_ATS_ENABLE].note, "pci_enable_ats.constprop.0"));
	refused(HOOK_GERROR, "2 functions are called arm_smmu_gerror_handler");
}

static void test_without_a_prototype(void **state)
{
	(void)state;
	stock_6_12();
	add_symbol("down");
	add_symbol("pci_dev_reset_iommu_done");
	make(false, false);
	attached(HOOK_SEMAPHORE, PLAN_KPROBE, "down");
	refused(HOOK_RESET_DONE, "have no prototype of it");
}

static void test_inlined(void **state)
{
	(void)state;
	stock_7_3();
	/* It is in BTF, but not in kallsyms. */
	add_types(kernel.vmlinux, "down", 'v', "sem:p");
	make(false, false);
	refused(HOOK_SEMAPHORE, "no function down: inlined");
	refused(HOOK_MUTEX_KILLABLE, "mutex_lock_killable or mutex_lock_killable_nested: inlined");
}

/* ---- prototypes ---- */

static void list_with(char returns, const char *params)
{
	kernel_begin();
	add_function("arm_smmu_cmdq_issue_cmdlist", returns, params);
	make(false, false);
}

static void test_unexpected_prototype_of_the_list(void **state)
{
	(void)state;
	list_with('n', "smmu:p,cmdq:p,list:p,n:n,sync:n");
	refused(HOOK_LIST, "has no argument called cmds");
	assert_false(plan.can_trace);
	assert_non_null(strstr(plan.problem, "no argument called cmds"));
	kernel_close(&kernel);
	list_with('n', "smmu:p,cmdq:p,cmds:n,n:n,sync:n");
	refused(HOOK_LIST, "argument cmds of arm_smmu_cmdq_issue_cmdlist is no pointer");
	kernel_close(&kernel);
	list_with('n', "smmu:p,how:b,cmds:p,n:n,sync:n");
	refused(HOOK_LIST, "argument 2 in more than one register");
	kernel_close(&kernel);
	list_with('v', "smmu:p,cmdq:p,cmds:p,n:n,sync:n");
	refused(HOOK_LIST, "returns nothing");
	kernel_close(&kernel);
	/* In another order, and with one more: arguments are found by name. */
	list_with('n', "flags:n,n:n,cmds:p,smmu:p,sync:n,cmdq:p");
	attached(HOOK_LIST, PLAN_TRAMPOLINE, "arm_smmu_cmdq_issue_cmdlist");
	positions(HOOK_LIST, 5, 3, 5, 2, 1, 4);
	assert_int_equal(plan.hook[HOOK_LIST].arguments, 6);
}

/* libbpf takes BTF whose names and types lie outside of it, or go round in a circle. */
static void test_damaged_types(void **state)
{
	struct btf_type *type;
	int loop;

	(void)state;
	kernel_begin();
	type = (struct btf_type *)btf__type_by_id(kernel.vmlinux, (__u32)type_big);
	type->name_off = ~0U;
	assert_false(kernel_has_member(&kernel, "big", "low"));
	type->name_off = 0;
	((struct btf_member *)(type + 1))->name_off = ~0U;
	assert_false(kernel_has_member(&kernel, "", "low"));
	assert_true(kernel_has_member(&kernel, "", "high"));
	loop = btf__add_typedef(kernel.vmlinux, "loop", type_int);
	type = (struct btf_type *)btf__type_by_id(kernel.vmlinux, (__u32)loop);
	type->type = (__u32)loop;
	type_int = loop;
	add_function("arm_smmu_cmdq_issue_cmdlist", 'l', "smmu:p,cmdq:p,cmds:p,n:n,sync:n");
	make(false, false);
	refused(HOOK_LIST, "argument n of arm_smmu_cmdq_issue_cmdlist is no number");
}

static void test_argument_in_no_register(void **state)
{
	(void)state;
	list_with('n', "a:n,b:n,c:n,d:n,smmu:p,cmdq:p,cmds:p,n:n,sync:n");
	attached(HOOK_LIST, PLAN_TRAMPOLINE, "arm_smmu_cmdq_issue_cmdlist");
	make(true, false);
	refused(HOOK_LIST, "argument sync of arm_smmu_cmdq_issue_cmdlist is in no register");
}

static void test_unexpected_prototype_of_others(void **state)
{
	(void)state;
	kernel_begin();
	add_function("pci_enable_ats", 'n', "dev:p,ps:n,flags:n");
	add_function("pci_disable_ats", 'v', "");
	add_function("iommu_unmap", 'v', "domain:p,iova:l,size:l");
	add_function("arm_smmu_gerror_handler", 'n', "smmu:p,irq:n");
	add_function("pci_init_reset_methods", 'v', "dev:p,flags:n");
	make(false, false);
	refused(HOOK_ATS_ENABLE, "pci_enable_ats has 3 arguments, and 2 are known of it");
	refused(HOOK_ATS_DISABLE, "pci_disable_ats has 0 arguments, and at least 1");
	refused(HOOK_UNMAP, "iommu_unmap returns nothing");
	refused(HOOK_GERROR, "argument smmu of arm_smmu_gerror_handler is no number");
	/* More arguments do no harm if no result is read behind them. */
	attached(HOOK_RESET_PROBE, PLAN_TRAMPOLINE, "pci_init_reset_methods");
}

/* ---- the injection point ---- */

static void test_injection(void **state)
{
	(void)state;
	stock_6_12();
	add_injection();
	make(false, false);
	attached(HOOK_INJECTION_POINT, PLAN_OVERRIDE, "arm_smmu_cmdq_sync_verdict");
	assert_true(plan.can_inject);
	assert_false(plan.can_raise);
	replace_text(&kernel.injectable, NULL);
	make(false, false);
	assert_true(plan.can_inject); /* without the list, loading will show */
	replace_text(&kernel.injectable, "arm_smmu_cmdq_sync_verdict_x\tERRNO\n");
	make(false, false);
	refused(HOOK_INJECTION_POINT, "arm_smmu_cmdq_sync_verdict may not be overridden");
	refused(HOOK_INJECTION_POINT, "CONFIG_FUNCTION_ERROR_INJECTION is set");
	refused(HOOK_INJECTION_POINT, "other arm_smmu functions carry");
	replace_text(&kernel.config, "\n");
	make(false, false);
	refused(HOOK_INJECTION_POINT, "no arm_smmu function carries ALLOW_ERROR_INJECTION");
	assert_false(plan.can_inject);
}

/* ---- problems that stand in the way of everything ---- */

static void in_the_way(enum plan_problem what, const char *part)
{
	make(false, false);
	assert_int_equal(plan.what, what);
	assert_false(plan.can_trace);
	if (!strstr(plan.problem, part))
		fail_msg("'%s' is not in '%s'", part, plan.problem);
	assert_true(plan.hint[0]);
}

/* Each is added to those before: the most fundamental one is named. */
static void test_problems_in_their_order(void **state)
{
	(void)state;
	stock_6_12();
	make(false, false);
	assert_int_equal(plan.what, PLAN_FINE);
	assert_null(plan_problem_name(PLAN_FINE));
	kernel.driver = DRIVER_MODULE;
	kernel.module_error = 2;
	in_the_way(PLAN_MODULE_BTF, "types of module arm_smmu_v3");
	btf__add_struct(kernel.vmlinux, "arm_smmu_device", 8);
	in_the_way(PLAN_TWIN_TYPES, "SMMUv2 is built in");
	btf__free(kernel.vmlinux);
	kernel.vmlinux = NULL;
	in_the_way(PLAN_BTF, "no BTF");
	kernel.driver = DRIVER_ABSENT;
	in_the_way(PLAN_DRIVER, "neither built in nor loaded");
	strcpy(kernel.lockdown, "confidentiality");
	in_the_way(PLAN_LOCKDOWN, "lockdown is at confidentiality");
	kernel.bpf.state = FACT_DENIED;
	strcpy(kernel.bpf.reason, "no permission");
	strcpy(kernel.bpf.hint, "run it as root");
	in_the_way(PLAN_PERMISSION, "no permission");
	strcpy(kernel.machine, "riscv64");
	in_the_way(PLAN_MACHINE, "riscv64");
	assert_string_equal(plan_problem_name(plan.what), "machine");
}

static void fact(struct kernel_fact *fact, enum fact_state state, const char *reason)
{
	fact->state = state;
	strcpy(fact->reason, reason);
	strcpy(fact->hint, "the way out");
}

static void test_what_is_refused_or_hidden(void **state)
{
	(void)state;
	stock_6_12();
	fact(&kernel.functions, FACT_HIDDEN, "kallsyms is hidden");
	in_the_way(PLAN_SYMBOLS, "kallsyms is hidden");
	assert_string_equal(plan.hint, "the way out");
	fact(&kernel.bpf, FACT_ABSENT, "no bpf_loop");
	in_the_way(PLAN_TOO_OLD, "no bpf_loop");
	fact(&kernel.bpf, FACT_DENIED, "CAP_BPF is needed");
	in_the_way(PLAN_PERMISSION, "CAP_BPF is needed");
	kernel.bpf.state = kernel.functions.state = FACT_PRESENT;
	fact(&kernel.types, FACT_HIDDEN, "vmlinux is hidden");
	btf__free(kernel.vmlinux);
	kernel.vmlinux = NULL;
	in_the_way(PLAN_BTF, "vmlinux is hidden");
}

/* Rules name devices; what names none works. */
static void test_no_names(void **state)
{
	(void)state;
	stock_6_12();
	add_injection();
	make(false, false);
	assert_true(plan.can_inject);
	assert_null(plan.nameless);
	fact(&kernel.addresses, FACT_HIDDEN, "kptr_restrict");
	make(false, false);
	assert_true(plan.can_trace);
	assert_false(plan.can_inject);
	assert_string_equal(plan.nameless->reason, "kptr_restrict");
	kernel.running = false;
	make(false, false);
	assert_true(plan.can_inject);
}

/* Cut, or of another build: another way out than if it has none. */
static void test_damaged_types_of_the_module(void **state)
{
	(void)state;
	stock_6_12();
	kernel.driver = DRIVER_MODULE;
	kernel.module_error = EINVAL;
	in_the_way(PLAN_MODULE_BTF, "cannot be read: Invalid argument");
	assert_non_null(strstr(plan.hint, "take module and kernel of one build"));
	kernel.module_error = ENOENT;
	in_the_way(PLAN_MODULE_BTF, "cannot be read");
	assert_non_null(strstr(plan.hint, "CONFIG_DEBUG_INFO_BTF_MODULES=y"));
}

static void test_driver_by_configuration(void **state)
{
	(void)state;
	stock_6_12();
	kernel.driver = DRIVER_ABSENT;
	in_the_way(PLAN_DRIVER, "CONFIG_ARM_SMMU_V3 is not set");
	replace_text(&kernel.config, "CONFIG_ARM_SMMU_V3=m\n");
	in_the_way(PLAN_DRIVER, "CONFIG_ARM_SMMU_V3=m");
	assert_non_null(strstr(plan.hint, "--wait"));
}

/* Types from a file place arguments, but nothing can be attached by them: only kprobes. */
static void test_types_from_a_file_alone(void **state)
{
	(void)state;
	stock_6_12();
	kernel.own_btf = false;
	kernel.trampoline = TRAMPOLINE_NO;
	kernel.btf_path = "types";
	add_symbol("pci_dev_reset_iommu_done");
	make(false, false);
	assert_true(plan.can_trace);
	attached(HOOK_LIST, PLAN_KPROBE, "arm_smmu_cmdq_issue_cmdlist");
	refused(HOOK_KMALLOC, "no BTF of its own");
	refused(HOOK_RESET_DONE, "no prototype of it");
	assert_non_null(strstr(plan.hook[HOOK_RESET_DONE].hint, "docs/BTF.md"));
}

/* The file may have the types of both drivers, which then do not hide each other. */
static void test_module_in_the_types_from_a_file(void **state)
{
	(void)state;
	stock_6_12();
	kernel.btf_path = "types";
	kernel.driver = DRIVER_MODULE;
	in_the_way(PLAN_MODULE_BTF, "types has not the types of module arm_smmu_v3");
	btf__add_struct(kernel.vmlinux, "arm_smmu_device", 8);
	in_the_way(PLAN_TWIN_TYPES, "SMMUv2 is built in");
	btf__add_struct(kernel.vmlinux, "arm_smmu_cmdq", 8);
	make(false, false);
	assert_true(plan.can_trace);
}

static void test_events_in_part(void **state)
{
	(void)state;
	stock_6_12();
	make(false, false);
	assert_int_equal(plan_reach(&plan, SMMU_EVENT_SUBMIT), PLAN_ALL);
	assert_int_equal(plan_reach(&plan, SMMU_EVENT_INVALIDATION), PLAN_IN_PART);
	assert_int_equal(plan_reach(&plan, SMMU_EVENT_INJECT), PLAN_NOTHING);
}

/* With lockdown at integrity BPF may still read: nothing is left out. */
static void test_lockdown_at_integrity(void **state)
{
	(void)state;
	stock_6_12();
	strcpy(kernel.lockdown, "integrity");
	make(false, false);
	assert_true(plan.can_trace);
}

/* From 7.3 on there are bits below that count how often interrupts were disabled. */
static void test_interrupts_in_the_preempt_count(void **state)
{
	(void)state;
	stock_6_12();
	make(false, false);
	assert_int_equal(plan.hardirq_shift, 16);
	add_symbol(KERNEL_COUNTS_DISABLED);
	make(false, false);
	assert_int_equal(plan.hardirq_shift, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_table_before_6_12, end),
		cmocka_unit_test_teardown(test_table_since_6_12, end),
		cmocka_unit_test_teardown(test_table_renamed, end),
		cmocka_unit_test_teardown(test_table_renamed_before_6_12, end),
		cmocka_unit_test_teardown(test_no_table, end),
		cmocka_unit_test_teardown(test_6_12_by_trampolines, end),
		cmocka_unit_test_teardown(test_6_1_by_kprobes, end),
		cmocka_unit_test_teardown(test_7_3_inner_function_first, end),
		cmocka_unit_test_teardown(test_kprobes_by_request, end),
		cmocka_unit_test_teardown(test_trampolines_by_request, end),
		cmocka_unit_test_teardown(test_neither_method, end),
		cmocka_unit_test_teardown(test_where_no_kprobe_may_be, end),
		cmocka_unit_test_teardown(test_renamed_inner_function_that_is_required, end),
		cmocka_unit_test_teardown(test_renamed_inner_function_of_another, end),
		cmocka_unit_test_teardown(test_renamed_where_nothing_is_read, end),
		cmocka_unit_test_teardown(test_copies_and_parts, end),
		cmocka_unit_test_teardown(test_without_a_prototype, end),
		cmocka_unit_test_teardown(test_inlined, end),
		cmocka_unit_test_teardown(test_unexpected_prototype_of_the_list, end),
		cmocka_unit_test_teardown(test_damaged_types, end),
		cmocka_unit_test_teardown(test_argument_in_no_register, end),
		cmocka_unit_test_teardown(test_unexpected_prototype_of_others, end),
		cmocka_unit_test_teardown(test_injection, end),
		cmocka_unit_test_teardown(test_problems_in_their_order, end),
		cmocka_unit_test_teardown(test_what_is_refused_or_hidden, end),
		cmocka_unit_test_teardown(test_no_names, end),
		cmocka_unit_test_teardown(test_damaged_types_of_the_module, end),
		cmocka_unit_test_teardown(test_driver_by_configuration, end),
		cmocka_unit_test_teardown(test_types_from_a_file_alone, end),
		cmocka_unit_test_teardown(test_module_in_the_types_from_a_file, end),
		cmocka_unit_test_teardown(test_events_in_part, end),
		cmocka_unit_test_teardown(test_lockdown_at_integrity, end),
		cmocka_unit_test_teardown(test_interrupts_in_the_preempt_count, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
