/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers of the CPUs that this machine may have, which can have holes. Reads /sys. Reentrant. */
#ifndef BASE_CPUS_H
#define BASE_CPUS_H

#include <linux/types.h>
#include <stddef.h>

/* Linux on arm64 has 4096 at most; events have 16 bits for the number. */
#define CPUS_MAX 8192

/*
 * Reads a list as sysfs has it, "0-3,8", in order. Returns how many there are, `max` of them at
 * most in `numbers`, or -EINVAL: it is no such list, or has a number of CPUS_MAX or above.
 */
int cpus_parse(const char *list, __u32 *numbers, size_t max);
/* /sys/devices/system/cpu/possible, likewise, or a negative errno. root: put before /sys. */
int cpus_possible(const char *root, __u32 *numbers, size_t max);

#endif
