#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Documents name files that exist: what they link to, and paths of this tree between
# backquotes. Prints TAP.
set -euo pipefail
shopt -s inherit_errexit nullglob

cd "$(dirname "$0")/../.."

# Paths in a document, from the root of the tree. Words in capitals stand for something, as in
# tests/lab/NAME/guest; tools/testing is the kernel's.
named() {
	local folder
	folder=$(dirname "$1")
	grep -oE '\]\([^)# ]+' "$1" | grep -v '://' | sed "s|](|$folder/|" || :
	grep -oE '`(src|bpf|include|vmlinux|tools|tests|docs)/[^` :]+' "$1" | tr -d '`' | grep -vE '[A-Z]{3,}|^tools/testing/' || :
}

for document in *.md */*.md */*/*.md tests/unit/kernels/README.md; do
	missing=""
	while read -r path; do
		# shellcheck disable=SC2206
		files=($path)
		[ ${#files[@]} -gt 0 ] && [ -e "${files[0]}" ] || missing+=" $path"
	done < <(named "$document" | sort -u)
	if [ -z "$missing" ]; then
		echo "ok - $document names files that are there"
	else
		echo "not ok - $document: not there:$missing"
	fi
done

# Every kind of event has a line in FORMATS.md: the names are those of SMMU_EVENT_KINDS.
for kind in $(sed -nE 's/^\tX\([A-Z_]+, "([a-z_]+)", smmu_[a-z_]+\).*/\1/p' include/smmu_event.h); do
	if grep -qE "^### .*\`$kind\`" docs/FORMATS.md; then
		echo "ok - docs/FORMATS.md describes \`$kind\`"
	else
		echo "not ok - docs/FORMATS.md has no section on \`$kind\`"
	fi
done
