/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Storage: does it depend on the guarded PCI function? Answers as in tree.h. depth:
 * how many devices were gone through to get here, 0 at the start.
 */
#ifndef GUARD_BLOCK_H
#define GUARD_BLOCK_H

#include "guard/tree.h"

/* A block device by its node, such as "/dev/vda". */
int guard_node(struct guard *guard, const char *node, unsigned int depth);
/* A file, by the mount that it is on. */
int guard_file(struct guard *guard, const char *file, unsigned int depth);
/* A mounted file system. */
int guard_mount(struct guard *guard, const struct guard_mount *mount, unsigned int depth);

#endif
