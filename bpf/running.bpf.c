// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the per-CPU counters in which the kernel notes that a given program of ours is
 * running on a CPU. While it is, the kernel skips that program for an interrupt, or for
 * another task, on that CPU (see list/count.bpf.h). The program is an iterator, which is read
 * once, at the start.
 */
#include "vmlinux.h"

#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "smmu_stats.h"

extern const void __per_cpu_offset __ksym __weak;

/* Set by user space. */
__u32 program = 0; /* ID of the program */
__u32 cpus = 0;	   /* the highest number of a possible CPU, and one more */

/* Result: address of each CPU's counter, 0 if it is not known. */
__u64 running[SMMU_CPUS_MAX] = {};

static long note(__u32 cpu, __u64 *counter)
{
	__u64 offset;

	if (cpu >= SMMU_CPUS_MAX || bpf_probe_read_kernel(&offset, sizeof(offset),
							  &__per_cpu_offset + cpu * sizeof(offset)))
		return 1;
	running[cpu] = *counter + offset;
	return 0;
}

SEC("iter/bpf_prog")
int find(struct bpf_iter__bpf_prog *ctx)
{
	struct bpf_prog *candidate = ctx->prog;
	__u64 counter;

	if (!candidate || !&__per_cpu_offset || BPF_CORE_READ(candidate, aux, id) != program)
		return 0;
	counter = (__u64)BPF_CORE_READ(candidate, active);
	if (counter)
		bpf_loop(cpus, note, &counter, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
