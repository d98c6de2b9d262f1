/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An address space of VFIO's own container (type 1), for kernels without iommufd:
 * iommu groups join it as a whole, and share one IOMMU domain.
 */
#ifndef CONTAINER_H
#define CONTAINER_H

#include <linux/types.h>
#include <stddef.h>

/* A file descriptor, or -1, the error is printed. */
int container_create(void);
/*
 * Adds the group of `name`, whose functions must all belong to vfio-pci. A file descriptor of
 * the group, or -1, the error is printed.
 */
int container_join(int container, const char *name);
/* All groups leave, and join again. 0 or -1. */
int container_join_again(int container, const int *groups, size_t count);
/* Maps the page at `page` to `iova` and unmaps it again. 0 or -1. */
int container_map_unmap(int container, void *page, size_t size, __u64 iova);

#endif
