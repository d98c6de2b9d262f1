/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which CPU the GERROR interrupt of an SMMU goes to: an issuer on that CPU keeps
 * it from being taken while it waits with interrupts off. Reentrant.
 */
#ifndef DEVICE_GERROR_IRQ_H
#define DEVICE_GERROR_IRQ_H

#include <linux/types.h>

#define GERROR_IRQ_REASON_LEN 160

/*
 * number: Linux' number of the interrupt, 0 if it is not known; then it is looked
 * for by its name, which tells if there is one of that name. root: before /proc, ""
 * on a real machine. The CPU, or SMMU_CPU_NONE and a reason.
 */
__u32 gerror_irq_cpu(const char *root, unsigned int number, char reason[GERROR_IRQ_REASON_LEN]);

#endif
