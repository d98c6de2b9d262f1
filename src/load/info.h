/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel knows of BPF programs that were loaded. */
#ifndef LOAD_INFO_H
#define LOAD_INFO_H

#include <bpf/libbpf.h>
#include <linux/bpf.h>

/* 0 or a negative errno: -ENOENT if it was not loaded. */
int programs_info(const struct bpf_program *program, struct bpf_prog_info *info);
/*
 * For -v: one line for each program that is in the kernel: how many instructions were verified,
 * how many it has, and how large what runs is.
 */
void programs_say(const struct bpf_object *object);

#endif
