/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The type of the domain that the kernel keeps for a PCI function: what becomes of its DMA, and so
 * whether anything is ever invalidated for it. Reads /sys. Reentrant.
 */
#ifndef DEVICE_DOMAIN_H
#define DEVICE_DOMAIN_H

#include "device/devices.h"

#define DOMAIN_TYPE_LEN 16

/*
 * As /sys/kernel/iommu_groups/N/type has it, for the function called `name`: DMA, DMA-FQ, identity,
 * blocked, unmanaged, auto. "" if it cannot be read. root: put before /sys, "" on a real machine.
 */
void domain_type(const char *root, const char *name, char type[DOMAIN_TYPE_LEN]);

/*
 * Nothing is mapped for the function, and so nothing invalidated, unless somebody attaches another
 * domain to it: the type is that of the kernel's own one. ATS that is on shows that it was done.
 */
bool domain_idle(const struct device *device);
/*
 * What the kernel's own domain unmaps is invalidated later, from a timer or by whoever fills the
 * queue: in another context and another task.
 */
bool domain_lazy(const struct device *device);

#endif
