// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * All hooks, as one object: a function of the kernel's that programs call (words.bpf.h)
 * may be declared in one object only, as the linker of libbpf 1.1 has it.
 */
#include "cmdq.bpf.c"
#include "gerror.bpf.c"
#include "inject.bpf.c"
#include "injected.bpf.c"
#include "invalidation.bpf.c"
#include "pci.bpf.c"
#include "watch.bpf.c"
