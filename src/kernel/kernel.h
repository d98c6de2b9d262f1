/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Facts about a kernel, from /proc, /sys and BTF: of the running one, or of one of which
 * these files were kept below some directory. Nothing here decides anything: plan.h
 * does. What could not be found out is absent and says why. Not thread safe.
 */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

struct btf;

/*
 * A function of kernels (7.3) that count in the preempt count how often interrupts were
 * disabled, below how many of them are being served.
 */
#define KERNEL_COUNTS_DISABLED "_local_interrupt_enable"
/* A function for BPF programs, since 6.2. */
#define KERNEL_CASTS "bpf_rdonly_cast"

enum driver_state {
	DRIVER_ABSENT, /* neither built in nor loaded */
	DRIVER_BUILTIN,
	DRIVER_MODULE,
};

enum trampoline_state {
	TRAMPOLINE_UNKNOWN, /* could not be tried; see trampoline_reason */
	TRAMPOLINE_NO,
	TRAMPOLINE_YES,
};

enum kprobe_state {
	KPROBES_UNKNOWN, /* taken for a yes: attaching will tell */
	KPROBES_NO,
	KPROBES_YES,
};

/* A function, as kallsyms and BTF know it; of a tracepoint only the last two. */
struct function_facts {
	unsigned int copies;   /* in kallsyms, under that very name */
	char renamed[128];     /* "name.isra.0", if the compiler made such a thing, else "" */
	const struct btf *btf; /* that describes it, NULL if none */
	int btf_id;	       /* its BTF_KIND_FUNC, or the typedef of its prototype */
};

/* Strings are the caller's and must stay. */
struct kernel_options {
	const char *root;	/* NULL: the running kernel */
	const char *btf;	/* a file with its types; NULL: those that it tells itself */
	const char *module_btf; /* of the driver's module, with root */
};

struct kernel {
	bool running;
	const char *root;     /* before /proc, /sys and /boot: "" if it is running */
	const char *btf_path; /* the types are from there; NULL: from the kernel itself */
	char release[65];     /* "" if it is not known, which it is of a running kernel */
	char machine[65];     /* likewise */
	bool own_btf;	      /* trampolines and tracepoints are attached by that */
	struct btf *vmlinux;  /* NULL without BTF */
	int vmlinux_error;    /* errno if vmlinux is NULL */
	struct btf *module;   /* the driver's own, NULL if built in or unreadable */
	int module_error;
	enum driver_state driver;
	char lockdown[32]; /* none, integrity, confidentiality, or "unknown" */
	/* Of this process, in the running kernel. */
	bool cap_bpf, cap_perfmon, cap_sys_admin, cap_syslog;
	enum trampoline_state trampoline;
	char trampoline_reason[160];
	enum kprobe_state kprobes;
	char kprobes_reason[160]; /* for KPROBES_NO */
	bool symbols_of_module;	  /* some of them are of the driver as a module */
	char *symbols;		  /* functions of interest from kallsyms, each "\nname\n" */
	char *refused;		  /* the kernel's list of where no kprobe may be, or NULL */
	char *injectable; /* the kernel's list of functions that may be overridden, or NULL */
	char *config;	  /* the kernel's configuration, or NULL */
};

/* 0, to be closed with kernel_close(), or an enum exit_code, logged: bad options. */
int kernel_open(struct kernel *kernel, const struct kernel_options *options);
void kernel_close(struct kernel *kernel);

void kernel_function(const struct kernel *kernel, const char *name, struct function_facts *facts);
void kernel_tracepoint(const struct kernel *kernel, const char *name, struct function_facts *facts);
/*
 * May the function be overridden? NULL: is there any of the driver's that may? 1 in the
 * kernel's list, 0 not in it, -1 the list cannot be read.
 */
int kernel_injectable(const struct kernel *kernel, const char *function);
/* Is it in the kernel's list of functions that no kprobe may be on? */
bool kernel_kprobe_refused(const struct kernel *kernel, const char *function);
/* 'y', 'm', 'n', or '?' if the configuration cannot be read. */
char kernel_config(const struct kernel *kernel, const char *symbol);
/* Does struct `type` have `member` in the driver's types? */
bool kernel_has_member(const struct kernel *kernel, const char *type, const char *member);

#endif
