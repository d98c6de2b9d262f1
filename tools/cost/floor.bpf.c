// SPDX-License-Identifier: GPL-2.0
/* Empty programs: what it costs to enter and leave any program. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

SEC("fentry")
int floor_fentry(void *ctx)
{
	return 0;
}

SEC("fexit")
int floor_fexit(void *ctx)
{
	return 0;
}

SEC("kprobe")
int floor_kprobe(void *ctx)
{
	return 0;
}

SEC("kretprobe")
int floor_kretprobe(void *ctx)
{
	return 0;
}
