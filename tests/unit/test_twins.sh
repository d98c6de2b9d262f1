#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Relocates every BPF program against the types of kernels that have SMMUv2 and SMMUv3, whose
# structures have the same names: an access to a field at two places is refused. The kernels are
# made up, the distribution's (reduced, tests/btf/*.btf.gz), and those that tests/matrix/run left
# in out/matrix. Prints TAP.
set -euo pipefail
shopt -s inherit_errexit nullglob

cd "$(dirname "$0")/../.."
. tests/btf/relocate.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ok() { echo "ok - $1"; }
not_ok() { printf 'not ok - %s\n%s' "$1" "${2:+# ${2//$'\n'/$'\n# '}$'\n'}"; }

# all NAME BTF: our objects relocate; two that must not do so show that a refusal is possible.
all() {
	local object log
	for object in "${BPF_OBJECTS[@]}"; do
		if log=$(relocates "$2" "$object"); then
			ok "$1: all of $(basename "$object") relocates"
		else
			not_ok "$1: $(basename "$object")" "$log"
		fi
	done
	[ "$(twins "$2")" -gt 1 ] || return 0
	for object in "$work/unsafe.o" "$work/hidden.o"; do
		refused "$1, $(basename "$object")" "$2" "$object"
	done
}

# refused NAME BTF OBJECT
refused() {
	local log
	if log=$(relocates "$2" "$3"); then
		not_ok "$1: an access to features is let through, in spite of the twins"
	elif [[ $log == *ambiguity* ]]; then
		ok "$1: an access to features is refused"
	else
		not_ok "$1: an access to features is refused, but not as ambiguous" "$log"
	fi
}

# compile SOURCE OBJECT [OPTION]...
compile() { clang -g -O2 -target bpf -mcpu=v3 -Wall -Werror "${@:3}" -c "tests/btf/fabricated/$1.c" -o "$work/$2.o"; }

make -s "${BPF_OBJECTS[@]}"
compile unsafe unsafe
compile unsafe hidden -DHIDDEN
compile unsafe wrong -DFIELD=num_s2crs
compile v3 v3
compile v2 v2
compile v2 v2_cmdq -DTWIN_HAS_CMDQ
"$BPFTOOL" gen object "$work/fabricated.o" "$work/v2.o" "$work/v3.o"
"$BPFTOOL" gen object "$work/fabricated_cmdq.o" "$work/v2_cmdq.o" "$work/v3.o"
"$BPFTOOL" gen object "$work/other_way.o" "$work/v3.o" "$work/v2.o"

all "made up" "$work/fabricated.o"
all "made up, the other way round" "$work/other_way.o"
# Our programs would be refused as well, if there were a twin of what they access.
for object in "${BPF_OBJECTS[@]}"; do
	if log=$(relocates "$work/fabricated_cmdq.o" "$object"); then
		not_ok "a twin of cmdq: $(basename "$object") relocates all the same"
	else
		ok "a twin of cmdq: $(basename "$object") is refused"
	fi
done
if relocates "$work/fabricated.o" "$work/wrong.o" >/dev/null; then
	not_ok "what only SMMUv2 has relocates"
else
	ok "what only SMMUv2 has is refused"
fi
for file in tests/btf/*.btf.gz; do
	gzip -dc "$file" >"$work/types"
	all "$(basename "$file" .btf.gz)" "$work/types"
done
for file in out/matrix/*/types.btf; do
	all "out/matrix, $(basename "$(dirname "$file")")" "$file"
done
