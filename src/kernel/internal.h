/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of kernel_open(): how the facts are gathered. */
#ifndef KERNEL_INTERNAL_H
#define KERNEL_INTERNAL_H

#include "kernel/kernel.h"

#define KERNEL_MODULE	     "arm_smmu_v3"
#define KERNEL_KPROBE_SYMBOL "register_kprobe"

/* ---- file.c: paths begin with a slash and are looked up below the root ---- */

/* The whole text of a file, plain or gzipped, to be freed. NULL if it cannot be read. */
char *kernel_read(const struct kernel *kernel, const char *path);
bool kernel_exists(const struct kernel *kernel, const char *path);
/*
 * For a kernel whose release is not known yet: the path, without the root and to be freed, of
 * the one file that matches the pattern. NULL if none does, or more than one.
 */
char *kernel_find(const struct kernel *kernel, const char *pattern);

/* ---- symbols.c: 0 or an enum exit_code, logged ---- */

int kernel_read_symbols(struct kernel *kernel);

/* ---- types.c: 0 or an enum exit_code, logged. Needs the symbols and the driver ---- */

int kernel_read_types(struct kernel *kernel, const struct kernel_options *options);

/* ---- trampoline.c ---- */

/*
 * Tries to attach one; of a kernel that is not running, looks at the configuration. Needs the
 * types.
 */
void kernel_find_trampolines(struct kernel *kernel);

#endif
