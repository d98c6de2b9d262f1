/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's information about loaded BPF programs. */
#ifndef LOAD_INFO_H
#define LOAD_INFO_H

#include <bpf/libbpf.h>
#include <linux/bpf.h>

/* 0 or a negative errno, -ENOENT if it is not loaded; *info is zeroed then. */
int programs_info(const struct bpf_program *program, struct bpf_prog_info *info);
/*
 * For -v, logs a line for each loaded program of the object: how many instructions were
 * verified, how many it has, how many bytes its machine code has.
 */
void programs_say(const struct bpf_object *object);

#endif
