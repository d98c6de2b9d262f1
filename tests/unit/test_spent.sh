#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# tools/cost/spent.awk on a made-up log: the instructions of programs, of helpers, and the rest.
# Prints TAP.
set -euo pipefail
shopt -s inherit_errexit

cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/symbols" <<'END'
ffff800000000100 t caller	[smmu]
ffff800000000200 t issue	[smmu]
ffff800000000300 T helper
ffff800000000400 t trampoline	[bpf]
ffff800000000500 t bpf_prog_0123456789abcdef_entry	[bpf]
ffff800000000600 t bpf_prog_fedcba9876543210_search	[bpf]
ffff800000000700 t el1h_64_irq
END

# run ADDRESS...: logs these instructions, given by the last three digits of their addresses.
run() { printf 'Trace 0: 0x7f [0000000000105005/ffff800000000%s/00000021/ff020201] \n' "$@"; }

# ok DESCRIPTION WANTED FILTER
ok() {
	local got
	got=$(jq -r "$3" "$work/out.json" 2>&1) || true
	if [ "$got" = "$2" ]; then echo "ok - $1"; else echo "not ok - $1: $got and not $2"; fi
}

spent() { awk -v function_name=issue -v 'words="row":"made up"' -f tools/cost/spent.awk "$work/symbols" "$work/log" >"$work/out.json"; }

{
	# Two calls: the program calls a helper and another program, which calls the helper.
	for _ in 1 2; do
		run 100 200 204 400 404 408 500 504 508 300 304 308 50c 510 600 604 608 300 304 60c 514 40c 410 208 104
	done
	# An interrupt came into these.
	run 200 204 400 500 700 704 504 408 208 104
	run 200 204 400 500 700 704 504 408 208 104
	# The emulator starts two of the instructions over.
	run 100 200
	echo 'cpu_io_recompile: rewound execution of TB to ffff800000000200'
	run 200 204 400 404 408 500
	echo 'Stopped execution of TB chain before 0x7f [ffff800000000500] '
	run 500 504 508 300 304 308 50c 510 600 604 608 300 304 60c 514 40c 410 208 104
	run 100 200 204 400 404 408 500 504 508 300 304 308 50c 510 600 604 608 300 304 60c 514 40c 410 208 104
	# After the call nothing counts.
	run 500 300 504
} >"$work/log"
spent
ok "what is attached is said" "made up" .row
ok "a program's own instructions" 6 '.spent_on[] | select(.program == "entry" and .helper == null).instructions'
ok "those of its helper, called by itself and by what it calls" 5 '.spent_on[] | select(.helper == "helper").instructions'
ok "and how often" 2 '.spent_on[] | select(.helper == "helper").calls'
ok "a program that it calls is a helper" 4 '.spent_on[] | select(.helper == "search").instructions'
ok "which is called once, however often it goes on" 1 '.spent_on[] | select(.helper == "search").calls'
ok "the function and the trampoline are the rest" 8 '.spent_on[] | select(.rest).instructions'
ok "all of it counts once" 23 '[.spent_on[].instructions] | add'

# refused DESCRIPTION REASON
refused() {
	local said
	if said=$(spent 2>&1); then
		echo "not ok - $1"
	elif [[ $said == *"$2"* ]]; then
		echo "ok - $1"
	else
		echo "not ok - $1: $said"
	fi
}

run 100 200 204 104 >"$work/log"
refused "one list alone is not enough" "no calls of issue"
run 100 200 400 500 300 50c 400 104 100 200 400 500 300 50c 400 104 >"$work/log"
refused "a log of blocks is found out" "each instruction"
sed -i 's/issue/other/' "$work/symbols"
refused "the function is looked for" "issue is no symbol"
