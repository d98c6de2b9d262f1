/* SPDX-License-Identifier: GPL-2.0 */
/* How the facts are gathered: the parts of kernel_open(). */
#ifndef KERNEL_INTERNAL_H
#define KERNEL_INTERNAL_H

#include "kernel/kernel.h"

#define KERNEL_MODULE	     "arm_smmu_v3"
#define KERNEL_KPROBE_SYMBOL "register_kprobe"

/* kernel_file.c: paths begin with a slash and are looked up below the root. */

/* The text, plain or gzipped, to be freed. NULL if it cannot be read. */
char *kernel_read(const struct kernel *kernel, const char *path);
bool kernel_exists(const struct kernel *kernel, const char *path);
/*
 * Of a kernel whose release is not known yet: the one file that the pattern fits, to be
 * freed, without the root. NULL if there is none, or more than one.
 */
char *kernel_find(const struct kernel *kernel, const char *pattern);

/* kernel_symbols.c. 0 or an enum exit_code, logged. */
int kernel_read_symbols(struct kernel *kernel);

/* kernel_types.c. 0 or an enum exit_code, logged. */
int kernel_read_types(struct kernel *kernel, const struct kernel_options *options);

/* trampoline.c: tries one, or of a kernel that is not running looks at how it was built. */
void kernel_find_trampolines(struct kernel *kernel);

#endif
