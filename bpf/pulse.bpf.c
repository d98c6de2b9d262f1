// SPDX-License-Identifier: GPL-2.0
/*
 * Do hooks still fire? Counts the calls of a system call that hardly anybody makes, by each way of
 * attaching that can be switched off under a run; src/load/pulse.c makes it and looks whether it
 * was counted. An object of its own, so that nothing is paid for it anywhere else.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 trampolines = 0;
__u64 kprobes = 0;

SEC("fentry/__arm64_sys_sched_rr_get_interval")
int pulse_trampoline(void *ctx)
{
	__sync_fetch_and_add(&trampolines, 1);
	return 0;
}

SEC("kprobe/__arm64_sys_sched_rr_get_interval")
int pulse_kprobe(void *ctx)
{
	__sync_fetch_and_add(&kprobes, 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
