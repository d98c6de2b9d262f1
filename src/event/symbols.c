// SPDX-License-Identifier: GPL-2.0
#include "event/symbols.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer than any function, in bytes: an address this far after a symbol is in none. */
#define OFFSET_MAX (256U << 10)

/* Filled at first use, although the callers' struct symbols is const. */
struct table {
	struct symbol *own; /* the same as list, if it is to be freed */
	const struct symbol *list;
	size_t count;
	size_t room;
	bool loaded;
};

struct symbols {
	const char *path;
	struct table *table;
};

static struct symbols *symbols_new(const char *path)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));
	struct table *table = calloc(1, sizeof(*table));

	if (!symbols || !table) {
		free(symbols);
		free(table);
		return NULL;
	}
	symbols->path = path;
	symbols->table = table;
	return symbols;
}

struct symbols *symbols_kernel(void)
{
	return symbols_file("/proc/kallsyms");
}

struct symbols *symbols_file(const char *path)
{
	return symbols_new(path);
}

struct symbols *symbols_table(const struct symbol *list, size_t count)
{
	struct symbols *symbols = symbols_new(NULL);

	if (!symbols)
		return NULL;
	symbols->table->list = list;
	symbols->table->count = count;
	symbols->table->loaded = true;
	return symbols;
}

void symbols_free(struct symbols *symbols)
{
	if (!symbols)
		return;
	for (size_t i = 0; symbols->table->own && i < symbols->table->count; i++)
		free((char *)symbols->table->own[i].name);
	free(symbols->table->own);
	free(symbols->table);
	free(symbols);
}

static bool table_add(struct table *table, __u64 address, const char *name)
{
	char *copy;

	if (table->count == table->room) {
		size_t room = table->room ? 2 * table->room : 4096;
		struct symbol *bigger = realloc(table->own, room * sizeof(*bigger));

		if (!bigger)
			return false;
		table->own = bigger;
		table->room = room;
	}
	copy = strdup(name);
	if (!copy)
		return false;
	table->own[table->count].address = address;
	table->own[table->count++].name = copy;
	return true;
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *one = a, *other = b;

	if (one->address != other->address)
		return one->address < other->address ? -1 : 1;
	return strcmp(one->name, other->name);
}

/*
 * Takes functions only. For a process that may not see addresses (kptr_restrict) all are 0;
 * these are left out.
 */
static void load(const struct symbols *symbols)
{
	struct table *table = symbols->table;
	char line[1024], name[512], type;
	unsigned long long address;
	FILE *file;

	table->loaded = true;
	file = fopen(symbols->path, "re");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%llx %c %511s", &address, &type, name) != 3 || !address)
			continue;
		if (!strchr("tTwW", type) || name[0] == '$')
			continue;
		if (!table_add(table, address, name))
			break;
	}
	fclose(file);
	if (table->count)
		qsort(table->own, table->count, sizeof(*table->own), by_address);
	table->list = table->own;
}

/* The last symbol at or before the address, NULL if there is none. */
static const struct symbol *find(const struct table *table, __u64 address)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->list[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &table->list[low - 1] : NULL;
}

const char *symbols_name(const struct symbols *symbols, __u64 address,
			 char buffer[SYMBOLS_NAME_LEN])
{
	const struct symbol *symbol;
	__u64 offset;

	snprintf(buffer, SYMBOLS_NAME_LEN, "?");
	if (!symbols)
		return buffer;
	if (!symbols->table->loaded)
		load(symbols);
	symbol = find(symbols->table, address);
	if (!symbol || address - symbol->address > OFFSET_MAX)
		return buffer;
	offset = address - symbol->address;
	if (offset)
		snprintf(buffer, SYMBOLS_NAME_LEN, "%.*s+0x%llx", SYMBOLS_NAME_LEN - 20,
			 symbol->name, (unsigned long long)offset);
	else
		snprintf(buffer, SYMBOLS_NAME_LEN, "%.*s", SYMBOLS_NAME_LEN - 1, symbol->name);
	return buffer;
}

/* Frames of the tracing, which the traced kernel code did not call. */
static bool tracing(const char *name)
{
	static const char *const prefixes[] = {"bpf_prog_",	"bpf_trampoline_", "bpf_loop+",
					       "bpf_trace_run", "__bpf_trace_",	   "__traceiter_"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	}
	return false;
}

const char *symbols_frame(const struct symbols *symbols, const struct smmu_stack *stack,
			  __u32 *next, char buffer[SYMBOLS_NAME_LEN])
{
	while (*next < stack->depth && *next < SMMU_STACK_MAX) {
		symbols_name(symbols, stack->frame[(*next)++], buffer);
		if (!tracing(buffer))
			return buffer;
	}
	return NULL;
}
