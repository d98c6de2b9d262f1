// SPDX-License-Identifier: GPL-2.0
#include "kernel/internal.h"

#include "kernel/hooks.h"
#include "base/log.h"

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
	    !strcmp(symbol, KERNEL_COUNTS_DISABLED))
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

	if (sscanf(line, "%*s %c %255s [%79[^]]]", &type, name, module) < 2)
		return false;
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
	if (file)
		fclose(file);
	if (!out || fclose(out)) {
		log_error("out of memory");
		return EXIT_RUNTIME;
	}
	/* A running kernel may have none: its other facts then say what is missing. */
	return kernel->running || length > 1 ? EXIT_OK : refuse(kernel, file);
}
