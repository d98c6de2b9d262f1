/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Facts about a kernel, from /proc, /sys and BTF: the running one, or one whose files were
 * kept below some directory. Nothing is decided here, that is plan.h's matter. A fact that
 * could not be found out is marked as unknown, with the reason. Not thread safe.
 */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include "kernel/fact.h"

#include <stdbool.h>
#include <stddef.h>

struct btf;
struct btf_type;

/*
 * Only kernels (7.3) whose preempt count also counts how often interrupts were disabled have
 * this function. These bits are below those that count the interrupts being served.
 */
#define KERNEL_COUNTS_DISABLED "_local_interrupt_enable"
/* A kfunc for BPF programs, since 6.2: casts an address, which can then be read directly. */
#define KERNEL_CASTS "bpf_rdonly_cast"

enum driver_state {
	DRIVER_ABSENT, /* neither built in nor loaded */
	DRIVER_BUILTIN,
	DRIVER_MODULE,
};

enum trampoline_state {
	TRAMPOLINE_UNKNOWN, /* could not be tried, see trampoline_reason: taken for a yes */
	TRAMPOLINE_NO,
	TRAMPOLINE_YES,
};

enum kprobe_state {
	KPROBES_UNKNOWN, /* taken for a yes: attaching will show */
	KPROBES_NO,
	KPROBES_YES,
};

/* A function, as kallsyms and BTF know it; for a tracepoint only the last two. */
struct function_facts {
	unsigned int copies;   /* entries in kallsyms under exactly that name */
	char renamed[128];     /* "name.isra.0" if the compiler made such a copy, else "" */
	const struct btf *btf; /* the kernel's or the module's, whichever has it; NULL: neither */
	int btf_id;	       /* its BTF_KIND_FUNC, or the typedef of its prototype */
};

/* Strings are the caller's and must stay as long as the kernel. */
struct kernel_options {
	const char *root;	/* directory with the kernel's files; NULL: the running kernel */
	const char *btf;	/* a file with its types; NULL: those in /sys/kernel/btf */
	const char *module_btf; /* likewise, of the driver's module; only with root */
};

struct kernel {
	bool running;
	const char *root;     /* goes before /proc, /sys and /boot: "" if it is running */
	const char *btf_path; /* file that the types are from; NULL: the kernel itself */
	char release[65];     /* as of uname -r; "" if not known, only if it is not running */
	char machine[65];     /* as of uname -m; likewise */
	bool own_btf;	      /* has BTF itself: trampolines and tracepoints need that */
	struct btf *vmlinux;  /* its types, NULL without BTF */
	int vmlinux_error;    /* errno if vmlinux is NULL */
	struct btf *module;   /* the driver's own, NULL if built in or unreadable */
	int module_error;
	enum driver_state driver;
	char lockdown[32]; /* none, integrity, confidentiality, or "unknown" */
	/* Capabilities of this process; all false if the kernel is not running. */
	bool cap_bpf, cap_perfmon, cap_sys_admin, cap_syslog;
	struct kernel_fact bpf;	      /* may it be used here, and has it all that is needed? */
	struct kernel_fact types;     /* its own BTF */
	struct kernel_fact functions; /* /proc/kallsyms, or what was kept of it */
	struct kernel_fact addresses; /* of the kernel's data: without them no device has a name */
	enum trampoline_state trampoline;
	char trampoline_reason[160];
	enum kprobe_state kprobes;
	char kprobes_reason[160];      /* for KPROBES_NO */
	bool has_addresses, has_buses; /* in the list of symbols: one that is not 0; KERNEL_BUSES */
	bool symbols_of_module;	       /* `symbols` has some of the driver as a module */
	char *symbols;		       /* functions of interest from kallsyms: "\nNAME\nNAME\n" */
	/* Texts of files, NULL if they cannot be read. */
	char *refused;	  /* kprobes/blacklist: where no kprobe may be */
	char *injectable; /* error_injection/list: functions that may be overridden */
	char *config;	  /* the kernel's configuration */
};

/*
 * 0, to be closed with kernel_close(), or an enum exit_code, logged: files that the options name
 * are not there or of no use.
 */
int kernel_open(struct kernel *kernel, const struct kernel_options *options);
void kernel_close(struct kernel *kernel);

/* All facts about a function or a tracepoint of that name; zeros if there is none. */
void kernel_function(const struct kernel *kernel, const char *name, struct function_facts *facts);
void kernel_tracepoint(const struct kernel *kernel, const char *name, struct function_facts *facts);
/*
 * May the function be overridden? NULL: may any of the driver's? 1 it is in the kernel's list,
 * 0 it is not, -1 the list cannot be read.
 */
int kernel_injectable(const struct kernel *kernel, const char *function);
/* Is it in the kernel's list of functions that no kprobe may be on? No, without a list. */
bool kernel_kprobe_refused(const struct kernel *kernel, const char *function);
/* CONFIG_`symbol`: 'y', 'm', 'n' (or not set), '?' if the configuration is not known. */
char kernel_config(const struct kernel *kernel, const char *symbol);
/* The type without its typedefs and qualifiers; NULL if there is none, or they have no end. */
const struct btf_type *kernel_bare_type(const struct btf *btf, unsigned int id);
/* Does struct `type` have `member`, as "name" or "name.name", in the driver's types? */
bool kernel_has_member(const struct kernel *kernel, const char *type, const char *member);
/*
 * How the driver keeps its stream table, which says what is fenced: "l2ptrs" as since Linux 6.12,
 * "l1_desc" as before. NULL: in a way that is not known here, or its types cannot be read.
 */
const char *kernel_stream_table(const struct kernel *kernel);

#endif
