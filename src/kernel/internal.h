/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of kernel_open(): how the facts are gathered. */
#ifndef KERNEL_INTERNAL_H
#define KERNEL_INTERNAL_H

#include "kernel/kernel.h"

#define KERNEL_MODULE	     "arm_smmu_v3"
#define KERNEL_KPROBE_SYMBOL "register_kprobe"
#define KERNEL_BUSES	     "pci_root_buses" /* what the device scan starts from */

/* ---- file.c: paths begin with a slash and are looked up below the root ---- */

/*
 * The path with the root before it, to be freed. NULL: it is not there. A link that leads out of
 * the root of a kernel that is not running is not followed, with a warning: what it leads to is of
 * another machine.
 */
char *kernel_path(const struct kernel *kernel, const char *path);
/* The whole text of a file, plain or gzipped, to be freed. NULL if it cannot be read. */
char *kernel_read(const struct kernel *kernel, const char *path);
bool kernel_exists(const struct kernel *kernel, const char *path);
/*
 * For a kernel whose release is not known yet: the path, without the root and to be freed, of the
 * one DIRECTORY/PREFIX*FILE. NULL if there is none, or more than one. file: "" or "/NAME".
 */
char *kernel_find(const struct kernel *kernel, const char *directory, const char *prefix,
		  const char *file);

/* ---- symbols.c: 0 or an enum exit_code, logged ---- */

int kernel_read_symbols(struct kernel *kernel);
/* Why symbols have no addresses, or the one of the list of PCI buses is not there. */
void kernel_find_addresses(struct kernel *kernel);

/* ---- permission.c: needs the symbols and the release ---- */

void kernel_find_permissions(struct kernel *kernel);
/* Does this function tell that BPF has something that is needed? */
bool kernel_symbol_needed(const char *symbol);

/* ---- types.c: 0 or an enum exit_code, logged. Needs the symbols and the driver ---- */

int kernel_read_types(struct kernel *kernel, const struct kernel_options *options);

/* ---- trampoline.c ---- */

/*
 * Tries to attach one; of a kernel that is not running, looks at the configuration. Needs the
 * types.
 */
void kernel_find_trampolines(struct kernel *kernel);

#endif
