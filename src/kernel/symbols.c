// SPDX-License-Identifier: GPL-2.0
#include "kernel/internal.h"

#include "kernel/hooks.h"
#include "base/log.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Is it `name`, or a copy that the compiler made of it: "name.isra.0"? */
static bool made_of(const char *symbol, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(symbol, name, length) && (!symbol[length] || symbol[length] == '.');
}

/* Symbols that plans are made from: the driver's, functions that hooks name, and two more. */
static bool interesting(const char *symbol)
{
	if (strstr(symbol, "arm_smmu_") || !strcmp(symbol, KERNEL_KPROBE_SYMBOL) ||
	    !strcmp(symbol, KERNEL_COUNTS_DISABLED) || kernel_symbol_needed(symbol))
		return true;
	for (enum hook_id id = 0; id < HOOK_COUNT; id++) {
		for (unsigned int i = 0; i < HOOK_NAMES_MAX && hooks[id].names[i]; i++) {
			if (made_of(symbol, hooks[id].names[i]))
				return true;
		}
	}
	return false;
}

/*
 * A line is "ADDRESS t NAME", for a module "ADDRESS t NAME [MODULE]". Takes functions of the
 * kernel and of the driver's module, if they are of interest.
 */
static bool take_symbol(struct kernel *kernel, const char *line, char name[256])
{
	char module[80] = "", type;
	unsigned long long address;

	if (sscanf(line, "%llx %c %255s [%79[^]]]", &address, &type, name, module) < 3)
		return false;
	kernel->has_addresses |= address != 0;
	kernel->has_buses |= !strcmp(name, KERNEL_BUSES);
	if (!strchr("tTwW", type) || (module[0] && strcmp(module, KERNEL_MODULE) != 0))
		return false;
	kernel->symbols_of_module |= module[0] != 0;
	return interesting(name);
}

static FILE *open_symbols(const struct kernel *kernel, const char *path)
{
	char *whole = kernel_path(kernel, path);
	FILE *file = whole ? fopen(whole, "re") : NULL;

	free(whole);
	return file;
}

/* The linker's list, System.map, has the same lines. */
static FILE *open_any_symbols(const struct kernel *kernel)
{
	FILE *file = open_symbols(kernel, "/proc/kallsyms");
	char *map = NULL;

	if (!file && !kernel->running)
		map = kernel_find(kernel, "/boot", "System.map-", "");
	if (map)
		file = open_symbols(kernel, map);
	free(map);
	return file;
}

static int refuse(const struct kernel *kernel, bool there)
{
	log_error("--root %s: %s", kernel->root,
		  there ? "its list of symbols has none of the kernel's functions"
			: "there is no list of symbols in it, neither proc/kallsyms nor one "
			  "boot/System.map-*");
	log_hint("keep /proc/kallsyms of that kernel there, as proc/kallsyms");
	return EXIT_KERNEL;
}

/* What hides addresses: kallsyms_show_value() of the kernel. */
static void explain_zeros(const struct kernel *kernel, struct kernel_fact *addresses)
{
	char *level = kernel_read(kernel, "/proc/sys/kernel/kptr_restrict");

	addresses->state = FACT_HIDDEN;
	if (level && level[0] == '2') {
		text_into(addresses->reason, "kernel.kptr_restrict is 2: the addresses in "
					     "/proc/kallsyms are hidden from everybody");
		text_into(addresses->hint, "sysctl kernel.kptr_restrict=1 while it runs");
	} else if (!kernel->cap_syslog) {
		text_into(addresses->reason, "the addresses in /proc/kallsyms are hidden from who "
					     "has not CAP_SYSLOG");
		text_into(addresses->hint, "give it CAP_SYSLOG; in a systemd unit "
					   "ProtectKernelLogs= takes it away: set it to no");
	} else {
		text_into(addresses->reason, "the addresses in /proc/kallsyms are all 0");
		text_into(addresses->hint, "a user namespace or a security module hides them");
	}
	free(level);
}

void kernel_find_addresses(struct kernel *kernel)
{
	struct kernel_fact *addresses = &kernel->addresses;

	memset(addresses, 0, sizeof(*addresses));
	if (!kernel->running)
		return;
	if (kernel->functions.state != FACT_PRESENT) {
		*addresses = kernel->functions;
	} else if (!kernel->has_addresses) {
		explain_zeros(kernel, addresses);
	} else if (!kernel->has_buses) {
		addresses->state = FACT_ABSENT;
		text_into(addresses->reason, "/proc/kallsyms has no " KERNEL_BUSES
					     ": the kernel was built without CONFIG_KALLSYMS_ALL");
		text_into(addresses->hint, "use a kernel with CONFIG_KALLSYMS_ALL=y");
	} else {
		addresses->state = FACT_PRESENT;
	}
}

int kernel_read_symbols(struct kernel *kernel)
{
	FILE *file = open_any_symbols(kernel), *out;
	char line[512], name[256];
	size_t length = 0;

	out = open_memstream(&kernel->symbols, &length);
	if (out)
		fputc('\n', out);
	while (file && out && fgets(line, sizeof(line), file)) {
		if (take_symbol(kernel, line, name))
			fprintf(out, "%s\n", name);
	}
	fact_file(kernel, "/proc/kallsyms", &kernel->functions);
	if (kernel->functions.state == FACT_ABSENT)
		text_into(kernel->functions.hint, "a kernel with CONFIG_KALLSYMS=y is needed");
	if (file)
		fclose(file);
	if (!out || fclose(out)) {
		log_error("out of memory");
		return EXIT_RUNTIME;
	}
	/* A running kernel may have none: its other facts then say what is missing. */
	return kernel->running || length > 1 ? EXIT_OK : refuse(kernel, file);
}
