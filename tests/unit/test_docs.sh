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

# Every kind of event has a section in FORMATS.md: the names are those of SMMU_EVENT_KINDS.
while read -r kind; do
	if grep -qE "^### .*\`$kind\`" docs/FORMATS.md; then
		echo "ok - docs/FORMATS.md describes \`$kind\`"
	else
		echo "not ok - docs/FORMATS.md has no section on \`$kind\`"
	fi
done < <(sed -nE 's/^\tX\([A-Z_]+, "([a-z_]+)", smmu_[a-z_]+\).*/\1/p' include/smmu_event.h)

# The schemas know every kind, in the order of SMMU_EVENT_KINDS.
kinds=$(sed -nE 's/^\tX\([A-Z_]+, "([a-z_]+)", smmu_[a-z_]+\).*/\1/p' include/smmu_event.h | paste -sd' ')
for schema in event stats probe; do
	known=$(jq -r '."$defs".kind.enum | join(" ")' "docs/schema/$schema-1.json")
	if [ "$known" = "$kinds" ]; then
		echo "ok - docs/schema/$schema-1.json has the kinds of events"
	else
		echo "not ok - docs/schema/$schema-1.json: kinds of events: $known"
	fi
done

# README shows what the tool says: each "$ smmuscope ..." is followed by its output.
shown() { awk -v wanted="    \$ $1" '$0 == wanted { on = 1; next } on && !/^    / { exit } on' README.md; }
while read -r command; do
	# shellcheck disable=SC2086 # the words of an example, which has no quotes
	said=$(out/native/$command 2>&1 | sed 's/^/    /') || :
	if [ "$said" = "$(shown "$command")" ]; then
		echo "ok - README: $command"
	else
		echo "not ok - README: $command says"
		printf '%s\n' "$said" | sed 's/^/# /'
	fi
done < <(sed -n 's/^    \$ \(smmuscope .*\)/\1/p' README.md)
