// SPDX-License-Identifier: GPL-2.0
/* Gathers the facts of a kernel: of the running one, or from files that were kept. */
#include "kernel/internal.h"

#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

/* ---- which kernel, and how it was built ---- */

/* The configuration, where packages put it, if there is only one kernel below the root. */
static char *find_config(const struct kernel *kernel)
{
	char *path = kernel_find(kernel, "/boot", "config-", "");

	if (!path)
		path = kernel_find(kernel, "/usr/lib/modules", "", "/config");
	return path ? path : kernel_find(kernel, "/lib/modules", "", "/config");
}

static void read_config(struct kernel *kernel)
{
	char named[128], *found = NULL;

	kernel->config = kernel_read(kernel, "/proc/config.gz");
	if (kernel->config)
		return;
	text_into(named, "/boot/config-%s", kernel->release);
	if (!kernel->running && !kernel_exists(kernel, named))
		found = find_config(kernel);
	kernel->config = kernel_read(kernel, found ? found : named);
	/* The name of this file may be the only place that has the release. */
	if (kernel->config && found && !kernel->release[0] && strstr(found, "/config-"))
		text_into(kernel->release, "%s", strstr(found, "/config-") + strlen("/config-"));
	free(found);
}

/* The `nth` word of a file, counted from 0; *word stays as it is if there is no file. */
static void read_word(const struct kernel *kernel, const char *path, int nth, char *word,
		      size_t size)
{
	char *text = kernel_read(kernel, path), *at = text;

	for (; at && nth; nth--) {
		at += strcspn(at, " \n");
		at += strspn(at, " ");
	}
	if (at)
		snprintf(word, size, "%.*s", (int)strcspn(at, " \n"), at);
	free(text);
}

static void read_release(struct kernel *kernel)
{
	struct utsname uts;

	if (kernel->running) {
		if (uname(&uts))
			return;
		text_into(kernel->release, "%s", uts.release);
		text_into(kernel->machine, "%s", uts.machine);
		return;
	}
	read_word(kernel, "/proc/sys/kernel/osrelease", 0, kernel->release,
		  sizeof(kernel->release));
	if (!kernel->release[0]) /* "Linux version 6.1.0-50-arm64 ..." */
		read_word(kernel, "/proc/version", 2, kernel->release, sizeof(kernel->release));
}

static void find_machine(struct kernel *kernel)
{
	if (kernel->running)
		return;
	if (kernel_config(kernel, "ARM64") == 'y')
		text_into(kernel->machine, "aarch64");
	else if (kernel_config(kernel, "X86_64") == 'y')
		text_into(kernel->machine, "x86_64");
	else
		read_word(kernel, "/proc/sys/kernel/arch", 0, kernel->machine,
			  sizeof(kernel->machine));
}

/* ---- what it allows ---- */

static void read_lockdown(struct kernel *kernel)
{
	char *text = kernel_read(kernel, "/sys/kernel/security/lockdown");
	char *begin = text ? strchr(text, '[') : NULL;
	char *end = begin ? strchr(begin, ']') : NULL;

	text_into(kernel->lockdown, "%s", text ? "none" : "unknown");
	if (end)
		text_into(kernel->lockdown, "%.*s", (int)(end - begin - 1), begin + 1);
	free(text);
}

/* ---- what is in it ---- */

static void find_driver(struct kernel *kernel)
{
	if (kernel_exists(kernel, "/sys/module/" KERNEL_MODULE "/initstate") ||
	    kernel->symbols_of_module)
		kernel->driver = DRIVER_MODULE;
	else if (kernel_exists(kernel, "/sys/bus/platform/drivers/arm-smmu-v3") ||
		 strstr(kernel->symbols, "\narm_smmu_gerror_handler\n"))
		kernel->driver = DRIVER_BUILTIN;
}

/* libbpf attaches kprobes by perf, which has them since 4.17. */
static void find_kprobes(struct kernel *kernel)
{
	char *enabled = kernel_read(kernel, "/sys/kernel/debug/kprobes/enabled");
	char state = kernel_config(kernel, "KPROBE_EVENTS");

	kernel->refused = kernel_read(kernel, "/sys/kernel/debug/kprobes/blacklist");
	kernel->kprobes = KPROBES_NO;
	if (enabled && enabled[0] == '0')
		text_into(kernel->kprobes_reason, "/sys/kernel/debug/kprobes/enabled is 0");
	else if (kernel_exists(kernel, "/sys/bus/event_source/devices/kprobe/type") || state == 'y')
		kernel->kprobes = KPROBES_YES;
	else if (state == 'n')
		text_into(kernel->kprobes_reason, "CONFIG_KPROBE_EVENTS is not set");
	else if (!strstr(kernel->symbols, "\n" KERNEL_KPROBE_SYMBOL "\n"))
		text_into(kernel->kprobes_reason, "it has no function " KERNEL_KPROBE_SYMBOL);
	else
		kernel->kprobes = KPROBES_UNKNOWN;
	free(enabled);
}

/* ---- all of it ---- */

static int check_root(const struct kernel *kernel)
{
	struct stat status;

	if (kernel->running || (!stat(kernel->root, &status) && S_ISDIR(status.st_mode)))
		return EXIT_OK;
	log_error("--root %s: there is no such directory", kernel->root);
	log_hint("name one that has the kernel's proc/kallsyms, boot/config-* or "
		 "proc/config.gz, and what else there is of proc and sys");
	return EXIT_USAGE;
}

int kernel_open(struct kernel *kernel, const struct kernel_options *options)
{
	int code;

	memset(kernel, 0, sizeof(*kernel));
	kernel->running = !options->root;
	kernel->root = options->root ? options->root : "";
	kernel->btf_path = options->btf;
	code = check_root(kernel);
	if (!code)
		code = kernel_read_symbols(kernel);
	if (code) {
		kernel_close(kernel);
		return code;
	}
	read_release(kernel);
	read_config(kernel);
	find_machine(kernel);
	find_driver(kernel);
	read_lockdown(kernel);
	kernel_find_permissions(kernel);
	kernel_find_addresses(kernel);
	kernel->injectable = kernel_read(kernel, "/sys/kernel/debug/error_injection/list");
	find_kprobes(kernel);
	code = kernel_read_types(kernel, options);
	if (code)
		kernel_close(kernel);
	else
		kernel_find_trampolines(kernel);
	return code;
}
