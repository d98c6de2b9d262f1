#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# tools/lint/layers on this tree, on a small tree that is right, and on copies of that with one thing
# wrong each. Prints TAP.
set -euo pipefail
shopt -s inherit_errexit

cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree

# right: a tree with two floors in src/, two in bpf/, and nothing wrong.
right() {
	rm -rf "$tree"
	mkdir -p "$tree"/{src/{low,load,high},bpf/base,include,tools/lint}
	cp tools/lint/layers "$tree/tools/lint/"
	printf '# lowest first\nsrc/low\nsrc/load src/high\nsrc/main.c\n\nbpf/base\nbpf/hooks.bpf.c\n' >"$tree/tools/lint/rooms"
	echo '#define ANSWER 42' >"$tree/include/both.h"
	printf '#include "both.h"\nint one(void);\nint two(void);\n' >"$tree/src/low/low.h"
	printf '#include "low/low.h"\nint one(void) { return ANSWER; }\n' >"$tree/src/low/one.c"
	printf '#include "low/low.h"\nint two(void) { return one(); }\n' >"$tree/src/low/two.c"
	echo 'int high(void);' >"$tree/src/high/high.h"
	printf '#include "high/high.h"\n#include "low/low.h"\nint high(void) { return two(); }\n' >"$tree/src/high/high.c"
	printf '#include "hooks.skel.h"\nint load(void);\nint load(void) { return 0; }\n' >"$tree/src/load/load.c"
	printf '#include "high/high.h"\nint main(void) { return high(); }\n' >"$tree/src/main.c"
	printf '#include "both.h"\n' >"$tree/bpf/base/maps.bpf.h"
	printf '#include "base/maps.bpf.h"\n' >"$tree/bpf/hooks.bpf.c"
}

# layers: what the script says of the tree goes to $work/said, with its exit status at the end.
layers() {
	local source object
	for source in "$tree"/src/{,*/}*.c; do
		[ "$source" != "$tree/src/main.c" ] || continue
		object=$work/obj/${source#"$tree/src/"}
		mkdir -p "$(dirname "$object")"
		sed '/skel.h/d' "$source" |
			gcc -I"${source%/*}" -I"$tree/src" -I"$tree/include" -c -x c - -o "${object%.c}.o"
	done
	"$tree/tools/lint/layers" --objects "$work/obj" >"$work/said" 2>&1 && echo 0 >>"$work/said" || echo $? >>"$work/said"
	rm -rf "$work/obj"
}

# says DESCRIPTION STATUS LINE: these are all the lines, and LINE begins the first.
says() {
	layers
	if [ "$(wc -l <"$work/said")" = $((2 - !$2)) ] && [[ $(head -n 1 "$work/said") == "$3"* ]] &&
		[ "$(tail -n 1 "$work/said")" = "$2" ]; then
		echo "ok - $1"
	else
		printf 'not ok - %s\n# wanted: %s ...\n%s\n' "$1" "$3" "$(sed 's/^/# /' "$work/said")"
	fi
}

right
says "a tree that is right passes" 0 0

right
sed -i '1i#include "high/high.h"' "$tree/src/low/one.c"
says "an include of a higher floor" 1 'src/low/one.c:1: includes "high/high.h": src/high is above src/low; move'

right
echo 'int load(void);' >"$tree/src/load/load.h"
sed -i '1i#include "load/load.h"' "$tree/src/high/high.c"
says "an include of the same floor" 1 \
	'src/high/high.c:1: includes "load/load.h": src/high and src/load are on one floor; move'

right
printf 'int high(void);\nint three(void);\nint three(void)\n{\n\treturn high();\n}\n' >"$tree/src/low/three.c"
says "a call of a higher floor without an include" 1 \
	'src/low/three.c:1: uses high of src/high/high.c: src/high is above src/low; move'

right
sed -i 's/ANSWER/two()/' "$tree/src/low/one.c"
says "two files that call each other" 1 'src/low/one.c:2: uses two of src/low/two.c: a circle, as src/low/two.c:2 uses one of src/low/one.c; move'

right
sed -i '1i#pragma once\n#include "low/other.h"' "$tree/src/low/low.h"
printf '#pragma once\n#include "low/low.h"\n' >"$tree/src/low/other.h"
says "two headers that include each other" 1 'src/low/low.h:2: includes "low/other.h": a circle, as src/low/other.h:2 includes "low/low.h"; move'

right
sed -i '1i#include "hooks.skel.h"' "$tree/src/high/high.c"
says "a skeleton outside src/load" 1 'src/high/high.c:1: includes "hooks.skel.h": only src/load knows skeletons; give'

right
sed -i 's,low/low.h,low.h,' "$tree/src/low/one.c"
says "an include that is not relative to src/" 1 'src/low/one.c:1: includes "low.h": say it relative to src/, "low/low.h"'

right
mkdir "$tree/src/attic"
echo 'int old;' >"$tree/src/attic/old.c"
says "a room that is not in the table" 1 'src/attic/old.c: is in no room of tools/lint/rooms; move'

right
echo 'int loose;' >"$tree/src/loose.c"
says "a file loose in src/" 1 'src/loose.c: is in no room of tools/lint/rooms; move'

right
rm -r "$tree/src/load"
says "a room of the table that is gone" 1 'tools/lint/rooms:3: there is no src/load; take'

right
echo '#include "hooks.bpf.c"' >>"$tree/bpf/base/maps.bpf.h"
sed -i 1d "$tree/bpf/hooks.bpf.c"
says "an include of a higher floor in bpf/" 1 'bpf/base/maps.bpf.h:2: includes "hooks.bpf.c": bpf/hooks.bpf.c is above bpf/base; move'

right
if "$tree/tools/lint/layers" --objects "$work/none" >"$work/said" 2>&1; then
	echo "not ok - without objects it passes"
elif grep -q 'is not there; `make layers` makes it' "$work/said"; then
	echo "ok - objects that are not there are no pass"
else
	echo "not ok - without objects: $(cat "$work/said")"
fi

make -s out/unit/libsmmuscope.a >"$work/made" 2>&1 || tail -n 20 "$work/made" | sed 's/^/# /'
if said=$(tools/lint/layers --objects out/unit/obj 2>&1); then
	echo "ok - this tree passes"
else
	printf 'not ok - this tree\n# %s\n' "${said//$'\n'/$'\n# '}"
fi
