#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# make on a machine that lacks packages says which, and how to install them, before it
# compiles anything. Prints TAP.
set -euo pipefail
shopt -s inherit_errexit

cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A PATH with what Debian's smallest installation and its make have, and a compiler that
# finds no header.
mkdir "$work/bin"
for command in bash sh make dirname uname nproc sort tr cat mkdir touch rm find; do
	ln -s "$(command -v "$command")" "$work/bin/$command"
done
ln -s "$(command -v awk)" "$work/bin/awk"
printf '#!/bin/sh\nexec %s -nostdinc "$@"\n' "$(command -v gcc)" >"$work/bin/bare-cc"
chmod +x "$work/bin/bare-cc"

# bare GOAL [VARIABLE=VALUE]...: make there; what it says is in $said.
bare() {
	local status=0
	said=$(PATH=$work/bin make O="$work/out" CC=bare-cc BPFTOOL=bare-bpftool "$@" 2>&1) || status=$?
	return $status
}

# says DESCRIPTION TEXT...: $said has each of these.
says() {
	local text
	for text in "${@:2}"; do
		[[ $said == *"$text"* ]] || {
			printf 'not ok - %s: "%s" is not in\n# %s\n' "$1" "$text" "${said//$'\n'/$'\n# '}"
			return
		}
	done
	echo "ok - $1"
}

# is DESCRIPTION CONDITION...
is() {
	if "${@:2}"; then echo "ok - $1"; else echo "not ok - $1: $said"; fi
}

status=0
bare native || status=$?
is "make native ends with an error" test "$status" = 2
says "it says what is missing, commands and headers" 'make: error: needed and not there:' \
	' clang' ' bare-bpftool' ' <stdio.h>' ' <bpf/libbpf.h>' ' <gelf.h>' ' <zlib.h>'
says "and the packages that have it" 'make: hint: on Debian: apt-get install bpftool clang libbpf-dev libc6-dev libelf-dev zlib1g-dev'
is "the lab's compiler is not one of them" test "${said/aarch64/}" = "$said"
is "nothing was made" test ! -e "$work/out"

bare || :
[ "$(uname -m)" = aarch64 ] || says "make names the lab's compiler as well" ' aarch64-linux-gnu-gcc' ' gcc-aarch64-linux-gnu'
bare unit || :
says "make unit names what tests are built with" '<cmocka.h>' ' libcmocka-dev'
bare lint || :
says "make lint names what looks at sources" ' clang-tidy' ' shellcheck' ' python3'
bare CC=no-cc native || :
says "so does a machine without a compiler" ' no-cc' 'apt-get install bpftool clang gcc'
is "make clean needs none of that" bare clean

status=0
said=$(tools/lab/needed native tool unit lint 2>&1) || status=$?
is "here everything is there" test "$status$said" = 0
