/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which CPU the GERROR interrupt of an SMMU goes to. Code on that CPU that waits for a
 * CMD_SYNC with interrupts off keeps the interrupt from being taken. Reads /proc. Reentrant.
 */
#ifndef DEVICE_GERROR_IRQ_H
#define DEVICE_GERROR_IRQ_H

#include <linux/types.h>

#define GERROR_IRQ_REASON_LEN 160

/*
 * number: Linux's number of the interrupt; 0 looks it up by its name, which helps only if no
 * other interrupt has that name. root: put before /proc, "" on a real machine. Returns the
 * CPU, or SMMU_CPU_NONE and a reason.
 */
__u32 gerror_irq_cpu(const char *root, unsigned int number, char reason[GERROR_IRQ_REASON_LEN]);

#endif
