#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# tools/lab/splat: what it has to find, what it has to leave alone, and that a
# scan that cannot be done is not a clean one.
set -u
splat=$(cd "$(dirname "$0")/../.." && pwd)/tools/lab/splat
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
failed=0

# result OK TEXT
result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		printf 'ok %d - %s\n' "$number" "$2"
	else
		printf 'not ok %d - %s\n' "$number" "$2"
		failed=1
	fi
}

# expect STATUS TEXT FILE...: the status of a scan; what it printed is in $work/found.
expect() {
	local want=$1 text=$2 status=0
	shift 2
	"$splat" "$@" >"$work/found" 2>"$work/err" || status=$?
	[ $status -eq "$want" ]
	result $? "$text"
}

quiet_lines='[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x000f0510]
[    0.000000] rcu: Preemptible hierarchical RCU implementation.
[    0.000000] rcu: RCU debug: nothing to say, RCU calculated value of scheduler-enlistment delay is 25 jiffies.
[    0.700000] arm_smmu_v3: module verification failed: signature and/or required key missing - tainting kernel
[    0.760904] arm-smmu-v3 9050000.smmuv3: ias 44-bit, oas 44-bit (features 0x00008325)
[    0.800000] watchdog: NMI not fully supported
[    1.200000] arm-smmu-v3 9050000.smmuv3: CMD_SYNC timeout at 0x00000012 [hwprod 0x00000014, hwcons 0x00000012]
[    1.300000] virtio-pci 0000:01:00.0: DEBUG: enabling device (0000 -> 0002)
[    1.573520] reboot: Power down'

# One message of each kind, as a kernel prints it.
mapfile -t splats <<'EOT'
[    1.0] Internal error: Oops: 0000000096000004 [#1] PREEMPT SMP
[    1.0] kernel BUG at drivers/iommu/iommu.c:100!
[    1.0] BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585
[    1.0] BUG kmalloc-64 (Not tainted): Redzone overwritten
[    1.0] WARNING: CPU: 1 PID: 77 at drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c:900 arm_smmu_cmdq_issue_cmdlist+0x10/0x20
[    1.0] WARNING: possible recursive locking detected
[    1.0] WARNING: possible circular locking dependency detected
[    1.0] WARNING: inconsistent lock state
[    1.0] WARNING: suspicious RCU usage
[    1.0] Unable to handle kernel NULL pointer dereference at virtual address 0000000000000010
[    1.0] Kernel panic - not syncing: sysrq triggered crash
[    1.0] rcu: INFO: rcu_preempt self-detected stall on CPU
[    1.0] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:
[    1.0] INFO: task kworker/0:1:12 blocked for more than 60 seconds.
[    1.0] watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [sh:1]
[    1.0] BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 43s!
[    1.0] UBSAN: array-index-out-of-bounds in drivers/iommu/iommu.c:1:2
[    1.0] BUG: KASAN: slab-use-after-free in arm_smmu_atc_inv_domain+0x1/0x2
[    1.0] refcount_t: underflow; use-after-free.
[    1.0] list_del corruption. prev->next should be ffff, but was 0000
[    1.0] Call trace:
EOT

printf '%s\n' "$quiet_lines" >"$work/quiet"
expect 0 "an undisturbed kernel has no splat" "$work/quiet"
[ ! -s "$work/found" ]
result $? "and nothing is printed"

for line in "${splats[@]}"; do
	printf '%s\n%s\r\n%s\n' "$quiet_lines" "$line" "$quiet_lines" >"$work/one"
	expect 1 "found: ${line#* 1.0\] }" "$work/one"
	[ "$(cat "$work/found")" = "$line" ]
	result $? "and it is the only line printed"
done

expect 1 "one of several files is enough" "$work/quiet" "$work/one"
printf 'binary \001\377 bytes\n%s\n' "${splats[0]}" >"$work/binary"
expect 1 "bytes that are no text do not end the scan" "$work/binary"
expect 2 "a file that is not there is a failure" "$work/nothing"
: >"$work/empty"
expect 2 "a file with no message at all is a failure" "$work/empty"
expect 2 "so is no file"
expect 2 "and an unknown option" --nothing
expect 0 "--help is no failure" --help

# A copy with other lists, to see that they are what decides.
mkdir "$work/copy"
cp "$splat" "$work/copy/splat"
splat=$work/copy/splat
printf '# nothing here\n\n' >"$work/copy/splat-allow"
printf '# a comment matches nothing: WARNING\n\n' >"$work/copy/splat-deny"
expect 2 "an empty list is a failure" "$work/quiet"
printf 'smmu(\n' >"$work/copy/splat-deny"
expect 2 "a pattern that is none is a failure" "$work/quiet"
printf 'CMD_SYNC timeout\nPower down\n' >"$work/copy/splat-deny"
printf '# known\nreboot: Power down\n' >"$work/copy/splat-allow"
expect 1 "the allow list takes a line away, and only that" "$work/quiet"
[ "$(wc -l <"$work/found")" = 1 ]
result $? "one of two lines is left"
printf 'CMD_SYNC timeout\nPower down\n' >"$work/copy/splat-allow"
expect 0 "everything allowed is no splat" "$work/quiet"

printf '1..%d\n' "$number"
exit $failed
