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
has "6.1: tracepoints need no trampoline" '[.hooks[] | select(.method == "tp_btf")] | length == 12'
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

# The stream table, by which fences are seen, of every series from 6.1 on.
fences() { has "$1: fences are seen" '.stream_table == "'"$2"'" and .events.fence == "yes" and .events.unfence == "yes" and .events.ste == "yes"'; }
stock 0 6.1 && fences 6.1 l1_desc
stock 0 6.12 && fences 6.12 l2ptrs
stock 0 7.3 && fences 7.3 l2ptrs

# by_hand RELEASE TABLE POSITIONS
by_hand() {
	local number
	number=$(printf '%d%02d' "${1%.*}" "${1#*.}")
	clang -g -O2 -target bpf -mcpu=v3 -Wall -Werror -DSERIES="$number" -c tests/unit/kernels/by-hand.c -o "$dir/$1.o"
	gives 0 "$1" --json --root "tests/unit/kernels/$1" --btf "$dir/$1.o"
	fences "$1" "$2"
	has "$1: lists by fentry" '(hook("list") | .method == "fentry" and [.arguments[] | .position] == '"$3"') and .can_trace and .problem == null'
	has "$1: all but what it does not have" '[.hooks[] | select(.usable | not) | .id] - ["queue_error"] == ["injection_point", "injected", "reset_prepare", "reset_done", "invalidation_master"]'
}
by_hand 6.6 l1_desc '[0, null, 1, 2, 3]'
by_hand 6.8 l1_desc '[0, null, 1, 2, 3]'
by_hand 6.11 l1_desc '[0, null, 1, 2, 3]'
by_hand 6.14 l2ptrs '[0, 1, 2, 3, 4]'

# With another name of a member nothing is seen, and that is said.
for names in 6.12:l2ptrs:l2nope 6.12:linear:curved 6.1:l1_desc:l1_nope 6.1:l2ptr:nope_ 6.1:strtab:nope__; do
	IFS=: read -r series old new <<<"$names"
	LC_ALL=C sed "s/\x00$old\x00/\x00${new:0:${#old}}\x00/" "tests/unit/kernels/$series/btf" >"$dir/renamed"
	gives 0 "$series, no $old" --json --root "tests/unit/kernels/$series" --btf "$dir/renamed"
	has "$series, no $old: no fence is seen" '.stream_table == null and .events.fence == "no" and .events.unfence == "no" and .events.ste == "part" and .events.submit == "yes" and .can_trace'
	gives 0 "$series, no $old, in words" --root "tests/unit/kernels/$series" --btf "$dir/renamed"
	says "$series, no $old: and why" "stream table  unknown: the driver keeps its stream table in a way that is not known" "$dir/out"
done

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
kernel && sed -i 's/arm_smmu.*/& [arm_smmu_v3]/' "$dir/k/proc/kallsyms" && sed -i 's/\barm_smmu_\(cmdq\|device\)\b/unknown__\1/g' "$dir/k.btf"
damaged "module without types" module_btf "has not the types of module arm_smmu_v3" --btf "$dir/k.btf"

# Too old: by its release, if nothing shows that its BPF has what is needed all the same.
for release in 4.4.0:'map type ringbuf, program type syscall, helper bpf_loop' 5.10.0:'program type syscall, helper bpf_loop' 5.15.0:'helper bpf_loop'; do
	kernel && mkdir -p "$dir/k/proc/sys/kernel" && echo "${release%%:*}-arm64" >"$dir/k/proc/sys/kernel/osrelease"
	mv "$dir"/k/boot/config-* "$dir/k/boot/config-${release%%:*}-arm64"
	damaged "${release%%:*}" too_old "BPF has no ${release#*:}" --btf "$dir/k.btf"
	says "${release%%:*}: the least version" "Linux 5.17 is the first" "$dir/err"
done
echo "0000000000000000 T bpf_loop" >>"$dir/k/proc/kallsyms"
gives 0 "5.15 that has it by its vendor" --root "$dir/k" --btf "$dir/k.btf"
kernel && sed -i 's/.*DIRECT_CALLS.*/CONFIG_CFI_CLANG=y/' "$dir"/k/boot/config-*
gives 0 "kCFI" --json --root "$dir/k" --btf "$dir/k.btf"
has "kCFI: the cause is named, and kprobes do" '.trampolines == "no" and (.trampolines_reason | test("CFI")) and (hook("list") | .method == "kprobe")'

# Any byte may be in the name of the root, and nothing outside the root is of that kernel.
odd=$dir/$'case[12]*?{a,b}\\ \'"\n\xff'
mkdir "$odd" && cp -r tests/unit/kernels/6.12/. "$odd"
gives 0 "an odd name" --json --root "$odd" --btf "$odd/btf"
has "an odd name: all is found" '.kernel == "6.12.117+deb13-arm64" and .machine == "aarch64" and .function_error_injection == "n" and .can_trace'
mv "$odd/proc/kallsyms" "$odd/boot/System.map-6.12"
gives 0 "an odd name, the linker's list" --json --root "$odd" --btf "$odd/btf"
long=$dir/$(printf '%0200d/' {1..19})
mkdir -p "$long" && cp -r tests/unit/kernels/6.12/. "$long"
gives 0 "a long name" --json --root "$long" --btf "$long/btf"
has "a long name: all is found" '.kernel == "6.12.117+deb13-arm64" and .can_trace'
kernel && mv "$dir/k/boot" "$dir/boot.away" && ln -s "$dir/boot.away" "$dir/k/boot"
gives 0 "a link that leads out" --json --root "$dir/k" --btf "$dir/k.btf"
has "a link that leads out: not followed" '.function_error_injection == "?"'
says "a link that leads out: and said" "/boot is a link that leads out of it, to $dir/boot.away, and is not followed" "$dir/err"
mv "$dir/boot.away" "$dir/k/away" && ln -sfn away "$dir/k/boot"
gives 0 "a link inside" --json --root "$dir/k" --btf "$dir/k.btf"
has "a link inside: followed" '.function_error_injection == "n"'
kernel && mv "$dir/k/proc/kallsyms" "$dir/kallsyms.away" && ln -s "$dir/kallsyms.away" "$dir/k/proc/kallsyms"
gives 3 "symbols by a link that leads out" --json --root "$dir/k" --btf "$dir/k.btf"
says "symbols by a link that leads out: and said" "kallsyms is a link that leads out of it" "$dir/err"
kernel

gives 2 "no such directory" --root "$dir/none"
gives 3 "no facts" --root tests
says "no facts: what is missing" "neither proc/kallsyms nor" "$dir/err"
gives 2 "no BTF in the file" --root "$dir/k" --btf README.md
says "no BTF in the file: which" "README.md" "$dir/err"
