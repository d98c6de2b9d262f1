#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The documents agree with the list of rules: docs/RULES.md is what tools/docs/rules prints, and
# "R1 to R20" has the number of the last rule wherever it is mentioned. Prints TAP.
set -euo pipefail
cd "$(dirname "$0")/../.."

# result OK TEXT
result() {
	if [ "$1" = 0 ]; then echo "ok - $2"; else echo "not ok - $2"; fi
}

status=0
said=$(diff -u docs/RULES.md <(tools/docs/rules 2>&1)) || status=$?
result $status "docs/RULES.md is what tools/docs/rules prints"
[ -z "$said" ] || printf '%s\n' "$said" | sed 's/^/# /'

count=$(grep -c '^## R[0-9]' docs/RULES.md)
for file in README.md CONTRIBUTING.md docs/*.md; do
	found=$(grep -oE '\bR1 to R[0-9]+' "$file" | sort -u) || continue
	[ "$found" = "R1 to R$count" ] && status=0 || status=1
	result $status "$file: R1 to R$count (${found//$'\n'/, })"
done
