// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * All hooks, as one object: a function of the kernel's that programs call (words.bpf.h)
 * may be declared in one object only, as the linker of libbpf 1.1 has it.
 */
#include "list/cmdq.bpf.c"
#include "recovery/gerror.bpf.c"
#include "inject/inject.bpf.c"
#include "inject/injected.bpf.c"
#include "recovery/invalidation.bpf.c"
#include "recovery/pci.bpf.c"
#include "recovery/watch.bpf.c"
