// SPDX-License-Identifier: GPL-2.0
/*
 * Where the functions of an invalidation are in memory, so that the BPF side recognises them on
 * a stack. Only kallsyms tells, and only the next symbol tells where a function ends.
 */
#include "load/internal.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wanted {
	const char *name;
	unsigned long long start, end; /* 0: not found */
};

/* The name ends the line, or a module's follows. */
static bool is_name(const char *text, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(text, name, length) && strchr("\n\t ", text[length]);
}

/* "ADDRESS t NAME [MODULE]" */
static void find_start(const char *line, struct wanted *wanted, size_t count)
{
	const char *name = strchr(line, ' ');

	if (!name || strlen(name) < 4)
		return;
	for (size_t i = 0; i < count; i++) {
		if (is_name(name + 3, wanted[i].name))
			wanted[i].start = strtoull(line, NULL, 16);
	}
}

static void find_end(const char *line, struct wanted *wanted, size_t count)
{
	unsigned long long address = strtoull(line, NULL, 16);

	for (size_t i = 0; i < count; i++) {
		if (wanted[i].start && address > wanted[i].start &&
		    (!wanted[i].end || address < wanted[i].end))
			wanted[i].end = address;
	}
}

static void read_lines(FILE *file, void (*take)(const char *, struct wanted *, size_t),
		       struct wanted *wanted, size_t count)
{
	char line[1024];

	rewind(file);
	while (fgets(line, sizeof(line), file))
		take(line, wanted, count);
}

void loader_find_extents(struct loader *loader)
{
	const struct plan_hook *hook = loader->plan->hook;
	struct hooks_bpf__bss *bss = loader->bpf->bss;
	struct wanted wanted[SMMU_INV_FUNCTION_COUNT] = {
		[SMMU_INV_FUNCTION_DOMAIN] = {hook[HOOK_INVALIDATION_DOMAIN].symbol, 0, 0},
		[SMMU_INV_FUNCTION_MASTER] = {hook[HOOK_INVALIDATION_MASTER].symbol, 0, 0},
	};
	FILE *file = fopen("/proc/kallsyms", "re");

	if (!file)
		return;
	read_lines(file, find_start, wanted, SMMU_INV_FUNCTION_COUNT);
	read_lines(file, find_end, wanted, SMMU_INV_FUNCTION_COUNT);
	fclose(file);
	for (size_t i = 0; i < SMMU_INV_FUNCTION_COUNT; i++) {
		if (!wanted[i].name[0])
			continue;
		if (!wanted[i].end)
			log_debug("where %s() is in memory is not known", wanted[i].name);
		bss->invalidation_starts[i] = wanted[i].end ? wanted[i].start : 0;
		bss->invalidation_ends_at[i] = wanted[i].end;
	}
}
