/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two kinds of time. For how long something took, clock_ns(). For what is compared with a time of
 * the kernel side (of events, the deadlines of rules), clock_kernel_ns(): in a time namespace the
 * clocks of a process are ahead of the kernel's, or behind them, by any amount
 * (time_namespaces(7)), and BPF programs do not see that.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <linux/types.h>
#include <time.h>

/* This process's. */
__u64 clock_ns(clockid_t clock);
/*
 * The kernel's own, of CLOCK_MONOTONIC or CLOCK_BOOTTIME, which goes on while the machine is
 * suspended. The same as clock_ns() until clock_kernel_was().
 */
__u64 clock_kernel_ns(clockid_t clock);
/*
 * The kernel's clock said kernel_ns after clock_ns() was `before` and before it was `after`. From
 * now on clock_kernel_ns() is by it, and never ahead: what ends by it does not end too late. Not
 * thread safe.
 */
void clock_kernel_was(clockid_t clock, __u64 before, __u64 kernel_ns, __u64 after);

#endif
