// SPDX-License-Identifier: GPL-2.0
#include "kernel/kernel.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void kernel_close(struct kernel *kernel)
{
	btf__free(kernel->module);
	btf__free(kernel->vmlinux);
	free(kernel->symbols);
	free(kernel->refused);
	free(kernel->injectable);
	free(kernel->config);
	memset(kernel, 0, sizeof(*kernel));
}

static bool find_func(const struct btf *btf, const char *name, struct function_facts *facts)
{
	int id = btf ? btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) : -ENOENT;

	if (id < 0)
		return false;
	facts->btf = btf;
	facts->btf_id = id;
	return true;
}

static unsigned int count_symbol(const struct kernel *kernel, const char *name)
{
	const char *at = kernel->symbols;
	unsigned int count = 0;
	char entry[160];

	snprintf(entry, sizeof(entry), "\n%s\n", name);
	/* The newline after one symbol is also the one before the next. */
	while ((at = strstr(at, entry))) {
		at += strlen(entry) - 1;
		count++;
	}
	return count;
}

/* "name.cold" holds the unlikely paths of a function and is no copy of it. */
static bool is_cold(const char *symbol, size_t length)
{
	static const char suffix[] = ".cold";
	size_t size = sizeof(suffix) - 1;

	return length >= size && !strncmp(symbol + length - size, suffix, size);
}

static void find_renamed(const struct kernel *kernel, const char *name,
			 struct function_facts *facts)
{
	const char *at = kernel->symbols;
	char entry[160];

	snprintf(entry, sizeof(entry), "\n%s.", name);
	while ((at = strstr(at, entry))) {
		size_t length = strcspn(++at, "\n");

		if (is_cold(at, length))
			continue;
		snprintf(facts->renamed, sizeof(facts->renamed), "%.*s", (int)length, at);
		return;
	}
}

void kernel_function(const struct kernel *kernel, const char *name, struct function_facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	facts->copies = count_symbol(kernel, name);
	find_renamed(kernel, name, facts);
	if (!find_func(kernel->module, name, facts))
		find_func(kernel->vmlinux, name, facts);
}

void kernel_tracepoint(const struct kernel *kernel, const char *name, struct function_facts *facts)
{
	char type[96];
	int id;

	memset(facts, 0, sizeof(*facts));
	snprintf(type, sizeof(type), "btf_trace_%s", name);
	id = kernel->vmlinux ? btf__find_by_name_kind(kernel->vmlinux, type, BTF_KIND_TYPEDEF)
			     : -ENOENT;
	if (id < 0)
		return;
	facts->btf = kernel->vmlinux;
	facts->btf_id = id;
}

int kernel_injectable(const struct kernel *kernel, const char *function)
{
	size_t length = function ? strlen(function) : 0;
	const char *at = kernel->injectable;

	/* Without this option ALLOW_ERROR_INJECTION expands to nothing. */
	if (kernel_config(kernel, "FUNCTION_ERROR_INJECTION") == 'n')
		return 0;
	if (!at || !function)
		return !at ? -1 : strstr(at, "arm_smmu_") != NULL;
	for (; (at = strstr(at, function)); at += length) {
		if ((at == kernel->injectable || at[-1] == '\n') &&
		    (at[length] == '\t' || at[length] == ' ' || at[length] == '\n'))
			return 1;
	}
	return 0;
}

/* Lines are "0xBEGIN-0xEND\tNAME". */
bool kernel_kprobe_refused(const struct kernel *kernel, const char *function)
{
	size_t length = strlen(function);
	const char *at = kernel->refused;

	for (; at && (at = strstr(at, function)); at += length) {
		if (at > kernel->refused && at[-1] == '\t' &&
		    (at[length] == '\n' || at[length] == ' ' || !at[length]))
			return true;
	}
	return false;
}

char kernel_config(const struct kernel *kernel, const char *symbol)
{
	char entry[128];
	const char *found;

	if (!kernel->config)
		return '?';
	snprintf(entry, sizeof(entry), "\nCONFIG_%s=", symbol);
	if (!strncmp(kernel->config, entry + 1, strlen(entry + 1)))
		return kernel->config[strlen(entry + 1)];
	found = strstr(kernel->config, entry);
	return found ? found[strlen(entry)] : 'n';
}
