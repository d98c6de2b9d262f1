/* SPDX-License-Identifier: GPL-2.0 */
/* What the verifier made of the BPF programs that were loaded, for -v. */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <bpf/libbpf.h>

/* One line for each program that is in the kernel: how many instructions were verified. */
void programs_say(const struct bpf_object *object);

#endif
