#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The exit statuses of tools/lab/run, which everything else relies on, and what it
# says of a driver without an injection point.
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# gives STATUS DESCRIPTION OPTION... -- COMMAND...
gives() {
	local wanted=$1 what=$2 status=0
	shift 2
	tools/lab/run --machine small --quiet "$@" >"$dir/out" 2>"$dir/err" || status=$?
	if [ "$status" = "$wanted" ]; then
		echo "ok - $what: $status"
	else
		echo "not ok - $what: $status and not $wanted"
		sed 's/^/# /' "$dir/err" | tail -n 5
	fi
}

says() {
	if grep -qE "$2" "$dir/$3"; then echo "ok - $1"; else echo "not ok - $1: no '$2'"; fi
}

gives 7 "the command's own status" -- sh -c 'echo data; echo talk >&2; exit 7'
says "stdout is stdout" '^data$' out
says "stderr is stderr" '^talk$' err
gives 86 "a kernel splat" -- sh -c 'echo "WARNING: CPU: 0 PID: 1 at test" >/dev/kmsg'
gives 124 "the time limit" --timeout 5 -- sleep 60
gives 2 "a wrong option" --colour -- true
gives 2 "two SMMUs from an emulator that has one" --machine two -- true
says "and which one has two" 'needs --emulator ats' err
gives 3 "inject without an injection point" --variant plain -- smmuscope inject device=0000:01:00.0
says "and which one" 'no injection point arm_smmu_cmdq_sync_verdict' err
gives 3 "no BTF" -- sh -c 'mount -t tmpfs none /sys/kernel/btf && smmuscope trace'
says "and says so" 'no BTF' err
