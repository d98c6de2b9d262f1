#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The plan for kernels that are not running: what is resolved how on Debian's, and that
# what cannot be is said in words and in JSON. Needs no arm64 and no permission.
cd "$(dirname "$0")/../.." || exit 1
. tests/lab/check.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# gives STATUS DESCRIPTION OPTION...: out and err of probe are in $dir.
gives() {
	local wanted=$1 what=$2 status=0
	shift 2
	out/native/smmuscope probe "$@" >"$dir/out" 2>"$dir/err" || status=$?
	if [ "$status" = "$wanted" ]; then
		echo "ok - $what: $status"
	else
		echo "not ok - $what: $status and not $wanted: $(head -n 1 "$dir/err")"
	fi
}

# has DESCRIPTION FILTER; `hook` finds one of them.
has() { json "$1" 'def hook(id): .hooks[] | select(.id == id); '"$2" "$dir/out"; }

stock() { gives "$1" "${*:2}" --json --root "tests/unit/kernels/$2" --btf "tests/unit/kernels/$2/btf" "${@:3}"; }

stock 0 6.1
has "6.1: it does not run, and it is arm64" '.running == false and .machine == "aarch64" and .kernel == "6.1.0-50-arm64" and .capabilities == null'
has "6.1: no trampolines, and says why" '.trampolines == "no" and (.trampolines_reason | test("CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS is not set.*not tried"))'
has "6.1: lists by kprobe, the arguments where they are" 'hook("list") | .method == "kprobe" and [.arguments[] | .position] == [0, null, 1, 2, 3]'
has "6.1: tracepoints need no trampoline" '[.hooks[] | select(.method == "tp_btf")] | length == 8'
has "6.1: no injection, all of it named" 'hook("injection_point") | .usable == false and (.reason | test("no trampolines.*CONFIG_FUNCTION_ERROR_INJECTION is not set; no arm_smmu function carries ALLOW_ERROR_INJECTION"))'
has "6.1: trace but not inject" '.can_trace and (.can_inject | not) and .problem == null'
stock 3 6.1 --attach=fentry
has "6.1 by fentry alone: the hook that is required is the problem" '.problem.what == "hook" and (.problem.hint | test("--attach=fentry"))'

stock 0 6.12
has "6.12: lists by fentry" 'hook("list") | .method == "fentry" and .symbol == "arm_smmu_cmdq_issue_cmdlist" and [.arguments[] | .position] == [0, 1, 2, 3, 4]'
stock 0 6.12 --attach=kprobe
has "6.12 by kprobe: no function by fentry" '[.hooks[] | select(.method == "fentry")] == [] and (hook("list") | .method == "kprobe")'

stock 0 7.3
has "7.3: lists where all pass" 'hook("list") | .symbol == "__arm_smmu_cmdq_issue_cmdlist"'
has "7.3: what the compiler renamed is named" 'hook("invalidation_master") | .usable == false and (.reason | test("arm_smmu_atc_inv_master.isra.0"))'
has "7.3: all but that and injection are resolved" '[.hooks[] | select(.usable | not) | .id] == ["injection_point", "injected", "invalidation_master"]'
has "7.3: no injection, configuration and annotation named" 'hook("injection_point") | .reason | test("CONFIG_FUNCTION_ERROR_INJECTION is not set; no arm_smmu function carries ALLOW_ERROR_INJECTION")'
has "7.3: which events come in part" '.events | .submit == "yes" and .invalidation == "part" and .inject == "no"'

# What stands in the way of everything, each in a copy of its own.
kernel() { rm -rf "$dir/k" && cp -r tests/unit/kernels/6.12 "$dir/k" && cp -r tests/unit/kernels/6.12/btf "$dir/k.btf"; }
damaged() { gives 3 "$1" --json --root "$dir/k" "${@:4}" && has "$1: $2" ".problem.what == \"$2\"" && says "$1: in words" "$3" "$dir/err"; }

kernel
damaged "no BTF" btf "has no BTF.*btf/vmlinux"
kernel && mkdir -p "$dir/k/sys/kernel/security" && echo 'none integrity [confidentiality]' >"$dir/k/sys/kernel/security/lockdown"
damaged "confidentiality" lockdown "lockdown is at confidentiality" --btf "$dir/k.btf"
echo 'none [integrity] confidentiality' >"$dir/k/sys/kernel/security/lockdown"
gives 0 "integrity" --root "$dir/k" --btf "$dir/k.btf"
says "integrity: in words" "integrity: forbids nothing" "$dir/out"
kernel && sed -i '/arm_smmu/d' "$dir/k/proc/kallsyms" && sed -i 's/\(ARM_SMMU_V3=\)y/\1m/' "$dir"/k/boot/config-*
damaged "no driver" driver "neither built in nor loaded.*CONFIG_ARM_SMMU_V3=m" --btf "$dir/k.btf"
kernel && sed -i '/issue_cmdlist/d' "$dir/k/proc/kallsyms"
damaged "inlined away" hook "no function .*arm_smmu_cmdq_issue_cmdlist: inlined" --btf "$dir/k.btf"
kernel && sed -i 's/\bcmds\b/list/' "$dir/k.btf"
damaged "unexpected prototype" hook "arm_smmu_cmdq_issue_cmdlist has no argument called cmds" --btf "$dir/k.btf"
kernel && sed -i 's/CONFIG_ARM64/CONFIG_X86_64/' "$dir"/k/boot/config-*
damaged "another machine" machine "this machine is x86_64" --btf "$dir/k.btf"
kernel && sed -i 's/arm_smmu.*/& [arm_smmu_v3]/' "$dir/k/proc/kallsyms"
damaged "module without types" module_btf "has not the types of module arm_smmu_v3" --btf "$dir/k.btf"

gives 2 "no such directory" --root "$dir/none"
gives 3 "no facts" --root tests
says "no facts: what is missing" "neither proc/kallsyms nor" "$dir/err"
gives 2 "no BTF in the file" --root "$dir/k" --btf README.md
says "no BTF in the file: which" "README.md" "$dir/err"
