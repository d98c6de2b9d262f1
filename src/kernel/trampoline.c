// SPDX-License-Identifier: GPL-2.0
#include "kernel/internal.h"

#include "base/text.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SWITCH	     "/proc/sys/kernel/ftrace_enabled"
#define DIRECT_CALLS "DYNAMIC_FTRACE_WITH_DIRECT_CALLS"

/* Every kernel with ATS has this function, and it hardly ever runs. */
static int find_function(const struct btf *btf)
{
	return btf ? btf__find_by_name_kind(btf, "pci_disable_ats", BTF_KIND_FUNC) : -ENOENT;
}

/* Is the control flow checked by the compiler (kCFI)? Its option was renamed in Linux 6.18. */
static bool has_cfi(const struct kernel *kernel)
{
	return kernel_config(kernel, "CFI_CLANG") == 'y' || kernel_config(kernel, "CFI") == 'y';
}

static const char *why_none(const struct kernel *kernel)
{
	if (has_cfi(kernel))
		return "arm64 has none in a kernel with CFI (CONFIG_CFI_CLANG, CONFIG_CFI)";
	if (kernel_config(kernel, DIRECT_CALLS) == 'y')
		return "although it has CONFIG_" DIRECT_CALLS;
	return "arm64 has them with CONFIG_" DIRECT_CALLS ", since about Linux 6.4";
}

static void explain_attach(struct kernel *kernel, int error)
{
	text_into(kernel->trampoline_reason, "attaching fails with errno %d: %s", error,
		  why_none(kernel));
}

/* Attaches a program of two instructions to that function, and detaches it at once. */
static void attach(struct kernel *kernel, unsigned int function)
{
	const struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = function);
	int fd, link;

	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "try_trampoline", "GPL", program, 2, &options);
	if (fd < 0) {
		text_into(kernel->trampoline_reason,
			  "a two-instruction fentry program does not load: %s", strerror(errno));
		return;
	}
	link = bpf_raw_tracepoint_open(NULL, fd);
	kernel->trampoline = link >= 0 ? TRAMPOLINE_YES : TRAMPOLINE_NO;
	if (link < 0)
		explain_attach(kernel, errno);
	else
		close(link);
	close(fd);
}

/* Only attaching a trampoline shows whether the kernel can. */
static void try_it(struct kernel *kernel)
{
	/* The BTF ID must be the running kernel's, even if the types are from a file. */
	struct btf *own = kernel->btf_path ? btf__load_vmlinux_btf() : NULL;
	int function = find_function(kernel->btf_path ? own : kernel->vmlinux);

	if (function < 0)
		text_into(kernel->trampoline_reason, "no BTF for pci_disable_ats to try it on");
	else
		attach(kernel, (unsigned int)function);
	btf__free(own);
}

static void conclude(struct kernel *kernel)
{
	switch (kernel_config(kernel, DIRECT_CALLS)) {
	case 'y':
		kernel->trampoline = TRAMPOLINE_YES;
		text_into(kernel->trampoline_reason, "CONFIG_" DIRECT_CALLS " is set (not tried)");
		break;
	case 'n':
		kernel->trampoline = TRAMPOLINE_NO;
		text_into(kernel->trampoline_reason,
			  "CONFIG_" DIRECT_CALLS " is not set (not tried)%s%s",
			  has_cfi(kernel) ? ": " : "", has_cfi(kernel) ? why_none(kernel) : "");
		break;
	default:
		text_into(kernel->trampoline_reason, "its configuration is not known (not tried)");
	}
}

/* What is attached then does not fire, and nothing fails. */
static bool switched_off(const struct kernel *kernel)
{
	char *enabled = kernel->running ? kernel_read(kernel, SWITCH) : NULL;
	bool off = enabled && enabled[0] == '0';

	free(enabled);
	return off;
}

void kernel_find_trampolines(struct kernel *kernel)
{
	if (switched_off(kernel)) {
		kernel->trampoline = TRAMPOLINE_NO;
		text_into(kernel->trampoline_reason, SWITCH " is 0: they would not fire");
	} else if (!kernel->own_btf) {
		kernel->trampoline = TRAMPOLINE_NO;
		text_into(kernel->trampoline_reason, "it has no BTF of its own");
	} else if (kernel->running) {
		try_it(kernel);
	} else {
		conclude(kernel);
	}
}
