// SPDX-License-Identifier: GPL-2.0
/*
 * path: 1/5  kernel function -> event
 *
 * All hooks, as one object: the linker of libbpf 1.1 accepts the declaration of a kernel
 * function that programs call (bpf_rdonly_cast(), base/words.bpf.h) in one object only.
 */
#include "list/cmdq.bpf.c"
#include "list/error.bpf.c"
#include "recovery/gerror.bpf.c"
#include "inject/inject.bpf.c"
#include "inject/injected.bpf.c"
#include "recovery/invalidation.bpf.c"
#include "recovery/pci.bpf.c"
#include "recovery/watch.bpf.c"
