// SPDX-License-Identifier: GPL-2.0
/* What this process may do, and what BPF of this kernel can. */
#include "kernel/internal.h"

#include "base/text.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The inode of /proc/self/ns/user of the first user namespace (PROC_USER_INIT_INO), never changed.
 */
#define FIRST_USER_NAMESPACE 0xEFFFFFFDU

/* ---- capabilities, and what makes them worthless ---- */

static bool has_cap(const struct __user_cap_data_struct *data, int cap)
{
	return data[CAP_TO_INDEX(cap)].effective & CAP_TO_MASK(cap);
}

static void read_capabilities(struct kernel *kernel)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &header, data))
		return;
	kernel->cap_sys_admin = has_cap(data, CAP_SYS_ADMIN);
	kernel->cap_bpf = kernel->cap_sys_admin || has_cap(data, CAP_BPF);
	kernel->cap_perfmon = kernel->cap_sys_admin || has_cap(data, CAP_PERFMON);
	/* Not implied: it alone decides who sees addresses. */
	kernel->cap_syslog = has_cap(data, CAP_SYSLOG);
}

static bool in_user_namespace(void)
{
	struct stat status;

	return !stat("/proc/self/ns/user", &status) && status.st_ino != FIRST_USER_NAMESPACE;
}

/* Without /proc/self/status it is not known, and no. */
static bool under_seccomp(const struct kernel *kernel)
{
	char *text = kernel_read(kernel, "/proc/self/status");
	const char *at = text ? strstr(text, "\nSeccomp:") : NULL;
	bool filtered = at && strtoul(at + strlen("\nSeccomp:"), NULL, 10) == 2;

	free(text);
	return filtered;
}

static void explain_refusal(const struct kernel *kernel, struct kernel_fact *bpf, int error)
{
	bpf->state = FACT_DENIED;
	if (!kernel->cap_bpf || !kernel->cap_perfmon) {
		text_into(bpf->reason, "no permission: %s needed",
			  kernel->cap_bpf	? "CAP_PERFMON is"
			  : kernel->cap_perfmon ? "CAP_BPF is"
						: "CAP_BPF and CAP_PERFMON are");
		text_into(bpf->hint, "run it as root");
	} else if (in_user_namespace()) {
		text_into(bpf->reason,
			  "bpf(2) is refused (%s): this process is in a user namespace, "
			  "and its capabilities do not count for the kernel",
			  strerror(error));
		text_into(bpf->hint,
			  "run it outside: in a systemd unit PrivateUsers=no, no rootless "
			  "container, no unshare -U");
	} else if (under_seccomp(kernel)) {
		text_into(bpf->reason,
			  "bpf(2) is refused (%s) although the capabilities are there: "
			  "a seccomp filter is on this process",
			  strerror(error));
		text_into(bpf->hint, "in a systemd unit SystemCallFilter= has to allow bpf and "
				     "perf_event_open; for a container, its seccomp profile");
	} else {
		text_into(bpf->reason, "bpf(2) is refused (%s) although the capabilities are there",
			  strerror(error));
		text_into(bpf->hint,
			  "a security module (SELinux, AppArmor) does that: see its log");
	}
}

/* ---- what BPF has to have ---- */

/* The newest of each kind that the programs need: what is older came before these. */
static const struct need {
	const char *what;
	const char *symbol; /* a function that came with it */
	unsigned int major, minor;
} needs[] = {
	{"map type ringbuf", "bpf_ringbuf_reserve", 5, 8},
	{"program type syscall", "bpf_sys_bpf", 5, 14},
	{"helper bpf_loop", "bpf_loop", 5, 17},
};

#define NEEDS (sizeof(needs) / sizeof(needs[0]))

bool kernel_symbol_needed(const char *symbol)
{
	for (size_t i = 0; i < NEEDS; i++) {
		if (!strcmp(symbol, needs[i].symbol))
			return true;
	}
	return false;
}

/* 1, 0, or negative if it cannot be tried. */
static int try_need(size_t i)
{
	switch (i) {
	case 0:
		return libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL);
	case 1:
		return libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SYSCALL, NULL);
	default:
		return libbpf_probe_bpf_helper(BPF_PROG_TYPE_KPROBE, BPF_FUNC_loop, NULL);
	}
}

/*
 * Of a kernel that is not running the symbols tell that it has one, whatever it is called: vendors
 * port such things back. Only without that its release is all there is to go by.
 */
static bool kept_kernel_lacks(const struct kernel *kernel, const struct need *need)
{
	struct function_facts facts;
	unsigned int major, minor;

	kernel_function(kernel, need->symbol, &facts);
	if (facts.copies || sscanf(kernel->release, "%u.%u", &major, &minor) != 2)
		return false;
	return major < need->major || (major == need->major && minor < need->minor);
}

static void find_needs(struct kernel *kernel)
{
	const struct need *newest = NULL;
	size_t used = 0;

	for (size_t i = 0; i < NEEDS; i++) {
		if (kernel->running ? try_need(i) != 0 : !kept_kernel_lacks(kernel, &needs[i]))
			continue;
		used += (size_t)snprintf(
			kernel->bpf.reason + used, sizeof(kernel->bpf.reason) - used, "%s%s",
			newest ? ", " : "this kernel's BPF has no ", needs[i].what);
		newest = &needs[i];
	}
	if (!newest)
		return;
	kernel->bpf.state = FACT_ABSENT;
	text_into(kernel->bpf.hint, "Linux %u.%u is the first that has all of it", newest->major,
		  newest->minor);
}

void kernel_find_permissions(struct kernel *kernel)
{
	const struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int fd;

	kernel->bpf.state = kernel->running ? FACT_PRESENT : FACT_UNKNOWN;
	if (!kernel->running) {
		find_needs(kernel);
		return;
	}
	read_capabilities(kernel);
	fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "try_kprobe", "GPL", program, 2, NULL);
	if (fd >= 0) {
		close(fd);
		find_needs(kernel);
	} else if (errno == EPERM || errno == EACCES) {
		explain_refusal(kernel, &kernel->bpf, errno);
	} else if (errno == ENOSYS) {
		kernel->bpf.state = FACT_ABSENT;
		text_into(kernel->bpf.reason, "there is no bpf(2) here");
		text_into(
			kernel->bpf.hint, "%s",
			under_seccomp(kernel)
				? "a seccomp filter can do that, too: allow bpf and perf_event_open"
				: "a kernel with CONFIG_BPF_SYSCALL=y is needed");
	}
}
