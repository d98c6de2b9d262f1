/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A made-up struct kernel for tests of the planner: functions with and without prototypes,
 * tracepoints, and other facts. One at a time.
 */
#ifndef FABRICATED_H
#define FABRICATED_H

#include "kernel/kernel.h"

#include <bpf/btf.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct kernel kernel;
static int type_int, type_long, type_pointer, type_big;

static inline void add_symbol(const char *name)
{
	size_t length = strlen(kernel.symbols);

	kernel.symbols = realloc(kernel.symbols, length + strlen(name) + 2);
	sprintf(kernel.symbols + length, "%s\n", name);
}

static inline int type_of(char letter)
{
	switch (letter) {
	case 'p':
		return type_pointer;
	case 'l':
		return type_long;
	case 'b':
		return type_big;
	case 'v':
		return 0;
	default:
		return type_int;
	}
}

/* params: "name:p,name:n"; p is a pointer, n int, l long, b a structure of 16 bytes, v void. */
static inline int add_prototype(struct btf *btf, char returns, const char *params)
{
	int proto = btf__add_func_proto(btf, type_of(returns));
	char name[64], letter;
	int used = 0;

	while (sscanf(params, "%63[^:]:%c%n", name, &letter, &used) == 2) {
		btf__add_func_param(btf, name, type_of(letter));
		params += used;
		params += *params == ',';
	}
	return proto;
}

static inline void add_types(struct btf *btf, const char *name, char returns, const char *params)
{
	int proto = add_prototype(btf, returns, params);

	btf__add_func(btf, name, BTF_FUNC_STATIC, proto);
}

/* A function that is in kallsyms and in BTF, as usual. */
static inline void add_function(const char *name, char returns, const char *params)
{
	add_symbol(name);
	add_types(kernel.vmlinux, name, returns, params);
}

static inline void add_tracepoint(const char *name, const char *params)
{
	char type[96], with_data[200];
	int proto;

	snprintf(with_data, sizeof(with_data), "__data:p%s%s", *params ? "," : "", params);
	proto = add_prototype(kernel.vmlinux, 'v', with_data);
	snprintf(type, sizeof(type), "btf_trace_%s", name);
	btf__add_typedef(kernel.vmlinux, type, btf__add_ptr(kernel.vmlinux, proto));
}

static inline void replace_text(char **text, const char *with)
{
	free(*text);
	*text = with ? strdup(with) : NULL;
}

/* A kernel that allows everything and has no functions yet. */
static inline void kernel_begin(void)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.running = kernel.own_btf = true;
	kernel.root = "";
	strcpy(kernel.release, "6.99.0");
	strcpy(kernel.machine, "aarch64");
	strcpy(kernel.lockdown, "none");
	kernel.driver = DRIVER_BUILTIN;
	kernel.cap_bpf = kernel.cap_perfmon = kernel.cap_sys_admin = kernel.cap_syslog = true;
	kernel.bpf.state = kernel.functions.state = kernel.addresses.state = FACT_PRESENT;
	kernel.trampoline = TRAMPOLINE_YES;
	kernel.kprobes = KPROBES_YES;
	kernel.symbols = strdup("\n");
	replace_text(&kernel.config, "\n# CONFIG_FUNCTION_ERROR_INJECTION is not set\n");
	kernel.vmlinux = btf__new_empty();
	type_int = btf__add_int(kernel.vmlinux, "int", 4, BTF_INT_SIGNED);
	type_long = btf__add_int(kernel.vmlinux, "unsigned long", 8, 0);
	type_pointer = btf__add_ptr(kernel.vmlinux, 0);
	type_big = btf__add_struct(kernel.vmlinux, "big", 16);
	btf__add_field(kernel.vmlinux, "low", type_long, 0, 0);
	btf__add_field(kernel.vmlinux, "high", type_long, 64, 0);
}

static inline void add_common(void)
{
	add_function("arm_smmu_gerror_handler", 'n', "irq:n,dev:p");
	add_function("pci_enable_ats", 'n', "dev:p,ps:n");
	add_function("pci_disable_ats", 'v', "dev:p");
	add_function("__pci_reset_function_locked", 'n', "dev:p");
	add_function("pci_init_reset_methods", 'v', "dev:p");
	add_function("iommu_unmap", 'l', "domain:p,iova:l,size:l");
	add_function("mutex_lock", 'v', "lock:p");
	add_tracepoint("attach_device_to_domain", "dev:p");
	add_tracepoint("kmalloc", "call_site:l,ptr:p,bytes_req:l,bytes_alloc:l");
	add_symbol("arm_smmu_atc_inv_master.isra.0");
}

/* The three below are as in kallsyms and BTF of Debian's arm64 kernels. */
static inline void stock_6_1(void)
{
	kernel_begin();
	kernel.trampoline = TRAMPOLINE_NO;
	strcpy(kernel.trampoline_reason, "attaching fails with errno 524");
	add_common();
	add_function("arm_smmu_cmdq_issue_cmdlist", 'n', "smmu:p,cmds:p,n:n,sync:n");
	add_function("arm_smmu_atc_inv_domain", 'n', "smmu_domain:p,ssid:n,iova:l,size:l");
}

static inline void stock_6_12(void)
{
	kernel_begin();
	add_common();
	add_function("arm_smmu_cmdq_issue_cmdlist", 'n', "smmu:p,cmdq:p,cmds:p,n:n,sync:n");
	add_function("arm_smmu_atc_inv_domain", 'n', "smmu_domain:p,iova:l,size:l");
	add_types(kernel.vmlinux, "arm_smmu_atc_inv_master", 'n', "master:p,ssid:n");
}

static inline void stock_7_3(void)
{
	kernel_begin();
	add_common();
	add_function("__arm_smmu_cmdq_issue_cmdlist", 'n', "smmu:p,cmdq:p,cmds:p,n:n,sync:n");
	add_function("arm_smmu_cmdq_issue_cmdlist", 'n', "smmu:p,cmdq:p,cmds:p,n:n,sync:n");
	add_function("__arm_smmu_domain_inv_range", 'v', "invs:p,iova:l,size:l,granule:n,leaf:n");
	add_function("arm_smmu_domain_inv_range", 'v',
		     "smmu_domain:p,iova:l,size:l,granule:n,leaf:n");
	add_types(kernel.vmlinux, "arm_smmu_atc_inv_master", 'n', "master:p,ssid:n");
	add_function("pci_dev_reset_iommu_prepare", 'n', "pdev:p");
	add_function("pci_dev_reset_iommu_done", 'v', "pdev:p");
}

#endif
