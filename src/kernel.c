// SPDX-License-Identifier: GPL-2.0
#include "kernel.h"

#include "hooks.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#define SAY(buffer, ...) snprintf(buffer, sizeof(buffer), __VA_ARGS__)

#define MODULE_NAME   "arm_smmu_v3"
#define KPROBE_SYMBOL "register_kprobe"

/* Is it `name`, or what the compiler made of it: "name.isra.0"? */
static bool made_of(const char *symbol, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(symbol, name, length) && (!symbol[length] || symbol[length] == '.');
}

/* Symbols that are of interest: the driver's, what may be hooked, and what hooks. */
static bool interesting(const char *symbol)
{
	if (strstr(symbol, "arm_smmu_") || !strcmp(symbol, KPROBE_SYMBOL))
		return true;
	for (enum hook_id id = 0; id < HOOK_COUNT; id++) {
		for (unsigned int i = 0; i < HOOK_NAMES_MAX && hooks[id].names[i]; i++) {
			if (made_of(symbol, hooks[id].names[i]))
				return true;
		}
	}
	return false;
}

static int append(char **text, size_t *length, size_t *room, const char *line)
{
	size_t size = strlen(line);

	if (*length + size + 1 > *room) {
		size_t more = *room ? *room * 2 : 4096;
		char *bigger;

		while (more < *length + size + 1)
			more *= 2;
		bigger = realloc(*text, more);
		if (!bigger)
			return -ENOMEM;
		*text = bigger;
		*room = more;
	}
	memcpy(*text + *length, line, size + 1);
	*length += size;
	return 0;
}

/* One line of kallsyms: a function of the kernel or of the driver. */
static bool take_symbol(const char *line, char name[256])
{
	char module[80] = "", type;

	if (sscanf(line, "%*s %c %255s [%79[^]]]", &type, name, module) < 2)
		return false;
	return strchr("tTwW", type) && (!module[0] || !strcmp(module, MODULE_NAME)) &&
	       interesting(name);
}

static int read_symbols(struct kernel *kernel)
{
	size_t length = 0, room = 0;
	char line[512], name[256], entry[260];
	FILE *file = fopen("/proc/kallsyms", "re");
	int err = append(&kernel->symbols, &length, &room, "\n");

	if (!file)
		return err;
	while (!err && fgets(line, sizeof(line), file)) {
		if (!take_symbol(line, name))
			continue;
		snprintf(entry, sizeof(entry), "%s\n", name);
		err = append(&kernel->symbols, &length, &room, entry);
	}
	fclose(file);
	return err;
}

/* Plain or gzipped. NULL if it cannot be read. */
static char *read_text(const char *path)
{
	size_t length = 0, room = 0;
	char line[4096], *text = NULL;
	gzFile file = gzopen(path, "re");

	if (!file)
		return NULL;
	while (gzgets(file, line, sizeof(line))) {
		if (append(&text, &length, &room, line))
			break;
	}
	gzclose(file);
	return text;
}

static void read_config(struct kernel *kernel)
{
	char path[128];

	kernel->config = read_text("/proc/config.gz");
	if (kernel->config)
		return;
	snprintf(path, sizeof(path), "/boot/config-%s", kernel->release);
	kernel->config = read_text(path);
}

static void read_lockdown(struct kernel *kernel)
{
	char *text = read_text("/sys/kernel/security/lockdown");
	char *begin = text ? strchr(text, '[') : NULL;
	char *end = begin ? strchr(begin, ']') : NULL;

	snprintf(kernel->lockdown, sizeof(kernel->lockdown), "%s", text ? "none" : "unknown");
	if (end)
		snprintf(kernel->lockdown, sizeof(kernel->lockdown), "%.*s", (int)(end - begin - 1),
			 begin + 1);
	free(text);
}

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
	kernel->cap_syslog = kernel->cap_sys_admin || has_cap(data, CAP_SYSLOG);
}

static void read_types(struct kernel *kernel)
{
	kernel->vmlinux = btf__load_vmlinux_btf();
	if (!kernel->vmlinux) {
		kernel->vmlinux_error = errno;
		return;
	}
	if (kernel->driver != DRIVER_MODULE)
		return;
	kernel->module = btf__load_module_btf(MODULE_NAME, kernel->vmlinux);
	if (!kernel->module)
		kernel->module_error = errno;
}

static void find_driver(struct kernel *kernel)
{
	if (!access("/sys/module/" MODULE_NAME "/initstate", F_OK))
		kernel->driver = DRIVER_MODULE;
	else if (!access("/sys/bus/platform/drivers/arm-smmu-v3", F_OK) ||
		 strstr(kernel->symbols, "\narm_smmu_gerror_handler\n"))
		kernel->driver = DRIVER_BUILTIN;
}

/*
 * The only way to know whether this kernel can attach a trampoline is to attach
 * one: two instructions, on a function that hardly ever runs, and gone again.
 */
static void try_trampoline(struct kernel *kernel)
{
	const struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY);
	int id, fd, link;

	id = kernel->vmlinux
		     ? btf__find_by_name_kind(kernel->vmlinux, "pci_disable_ats", BTF_KIND_FUNC)
		     : -ENOENT;
	if (id < 0) {
		snprintf(kernel->trampoline_reason, sizeof(kernel->trampoline_reason),
			 "no BTF for pci_disable_ats to try it on");
		return;
	}
	options.attach_btf_id = (unsigned int)id;
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "try_trampoline", "GPL", program, 2, &options);
	if (fd < 0) {
		snprintf(kernel->trampoline_reason, sizeof(kernel->trampoline_reason),
			 "a two-instruction fentry program does not load: %s", strerror(errno));
		return;
	}
	link = bpf_raw_tracepoint_open(NULL, fd);
	kernel->trampoline = link >= 0 ? TRAMPOLINE_YES : TRAMPOLINE_NO;
	if (link < 0)
		snprintf(kernel->trampoline_reason, sizeof(kernel->trampoline_reason),
			 "attaching fails with errno %d: %s", errno,
			 "arm64 has this since about 6.4 (DYNAMIC_FTRACE_WITH_DIRECT_CALLS)");
	else
		close(link);
	close(fd);
}

/* Those of perf: there since 4.17, and what libbpf attaches by. */
static void find_kprobes(struct kernel *kernel)
{
	char *enabled = read_text("/sys/kernel/debug/kprobes/enabled");
	char state = kernel_config(kernel, "KPROBE_EVENTS");

	kernel->refused = read_text("/sys/kernel/debug/kprobes/blacklist");
	kernel->kprobes = KPROBES_NO;
	if (enabled && enabled[0] == '0')
		SAY(kernel->kprobes_reason, "/sys/kernel/debug/kprobes/enabled is 0");
	else if (!access("/sys/bus/event_source/devices/kprobe/type", F_OK) || state == 'y')
		kernel->kprobes = KPROBES_YES;
	else if (state == 'n')
		SAY(kernel->kprobes_reason, "CONFIG_KPROBE_EVENTS is not set");
	else if (!strstr(kernel->symbols, "\n" KPROBE_SYMBOL "\n"))
		SAY(kernel->kprobes_reason, "it has no function " KPROBE_SYMBOL);
	else
		kernel->kprobes = KPROBES_UNKNOWN;
	free(enabled);
}

int kernel_open(struct kernel *kernel)
{
	struct utsname uts;
	int err;

	memset(kernel, 0, sizeof(*kernel));
	if (!uname(&uts)) {
		snprintf(kernel->release, sizeof(kernel->release), "%s", uts.release);
		snprintf(kernel->machine, sizeof(kernel->machine), "%s", uts.machine);
	}
	err = read_symbols(kernel);
	if (err)
		return err;
	find_driver(kernel);
	read_config(kernel);
	read_lockdown(kernel);
	read_capabilities(kernel);
	kernel->injectable = read_text("/sys/kernel/debug/error_injection/list");
	read_types(kernel);
	find_kprobes(kernel);
	try_trampoline(kernel);
	return 0;
}

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
	/* The newline behind one is that before the next. */
	while ((at = strstr(at, entry))) {
		at += strlen(entry) - 1;
		count++;
	}
	return count;
}

/* The way that hardly ever runs is kept elsewhere under such a name: no copy of it. */
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

	/* Without the configuration the annotation is empty. */
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
	found = strstr(kernel->config, entry);
	return found ? found[strlen(entry)] : 'n';
}

bool kernel_has_member(const struct kernel *kernel, const char *type, const char *member)
{
	const struct btf *btf = kernel->module ? kernel->module : kernel->vmlinux;
	unsigned int count = btf ? btf__type_cnt(btf) : 0;

	for (unsigned int id = 1; id < count; id++) {
		const struct btf_type *t = btf__type_by_id(btf, id);
		const struct btf_member *members = btf_members(t);

		if (!btf_is_struct(t) || strcmp(btf__name_by_offset(btf, t->name_off), type))
			continue;
		for (int i = 0; i < btf_vlen(t); i++) {
			if (!strcmp(btf__name_by_offset(btf, members[i].name_off), member))
				return true;
		}
	}
	return false;
}
