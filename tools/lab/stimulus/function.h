/* SPDX-License-Identifier: GPL-2.0 */
/* PCI functions as sysfs has them: drivers, iommu groups, ATS. */
#ifndef FUNCTION_H
#define FUNCTION_H

#include <stdbool.h>
#include <stddef.h>

#define FUNCTIONS_MAX 256
#define FUNCTION_NAME 16

struct functions {
	char name[FUNCTIONS_MAX][FUNCTION_NAME]; /* "0000:01:00.0" */
	size_t count;
};

/* Adds it unless it is there already. 0, or -1 if there is no room. */
int functions_add(struct functions *functions, const char *name);
/* All functions with ATS and without a driver of their own: virtio entropy sources. */
int functions_find_all(struct functions *functions);
/* All functions in the iommu group of `name`, bridges left out. */
int functions_of_group(struct functions *functions, const char *name);
/* Takes it from its driver and gives it to vfio-pci. 0 or -1, the error is printed. */
int function_to_vfio(const char *name);
/* vfio-pci resets what it opens, 0.1 s each, unless the function says it has no reset. */
void function_allow_reset(const char *name, bool allow);
/* The name of its SMMU in /sys/class/iommu, "" if it has none. */
void function_smmu(const char *name, char *smmu, size_t size);
/* Is ATS switched on in its configuration space, right now? */
bool function_ats_enabled(const char *name);

#endif
