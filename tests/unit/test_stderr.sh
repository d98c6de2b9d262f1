#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Under --json every line of stderr is an object: errors of the command line, however --json is
# spelled and wherever it stands, what libbpf says, warnings. SMMUSCOPE is another tool to try.
cd "$(dirname "$0")/../.." || exit 1
tool=$(realpath "${SMMUSCOPE:-out/native/smmuscope}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
printf 'workload = true\nnonsense\n' >bad.scn

# objects STATUS ARG...
objects() {
	local wanted=$1 status=0
	shift
	"$tool" "$@" >out 2>err || status=$?
	if [ "$status" = "$wanted" ] && jq -es 'length > 0 and all(.type == "log")' err >/dev/null 2>&1; then
		echo "ok - $*"
	else
		echo "not ok - $*: $status, $(head -c 200 err)"
	fi
}

objects 2 --json
objects 2 nonsense --json
objects 2 -j nonsense
objects 2 replay --json
objects 2 replay --colour --json
objects 2 replay --colour -qj
objects 2 replay --colour --js
objects 2 replay -jo
objects 2 replay --json nosuch.smr
objects 2 replay --json "$tool"
objects 2 run --json nosuch.scn
objects 2 run --json bad.scn
objects 2 inject --json x=y
objects 2 stat --json --
objects 2 trace --json --latency-above
objects 2 probe --json nonsense
objects 2 probe --json --btf /dev/null
objects 3 trace -vvj -- /no/such

# What is a value is no option.
"$tool" replay -s --json --colour 2>err
if grep -q '^smmuscope: error' err; then echo "ok - -s --json is a file"; else echo "not ok - -s --json: $(cat err)"; fi
