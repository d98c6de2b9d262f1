#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The lab's cache can be moved: names in it do not depend on where it is, and a kernel's build tree
# learns its new place.
set -euo pipefail
shopt -s inherit_errexit

cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# there CACHE CMD...: CMD with the scripts of the lab and this cache.
there() {
	local cache=$1
	shift
	SMMUSCOPE_CACHE=$cache LAB_QUIET=1 bash -euc '
		shopt -s inherit_errexit
		. tools/lab/cache.sh
		. tools/lab/packages.sh
		. tools/lab/archive.sh
		. tools/lab/kernel.sh
		"$@"' - "$@"
}

ok() {
	local what=$1
	shift
	if "$@"; then echo "ok - $what"; else echo "not ok - $what"; fi
}

# A build tree as the kernel's makefiles leave it, with a target that is up to date.
tree=$work/one/kernel/k
mkdir -p "$tree"/{src,build/scripts}
printf 'all: tool\ninclude %s/src/rules.mk\n' "$tree" >"$tree/build/Makefile"
printf 'tool: %s/src/tool.c\n\ttouch rebuilt tool\n' "$tree" >"$tree/src/rules.mk"
printf 'deps := %s/src/tool.c\n' "$tree" >"$tree/build/scripts/.tool.cmd"
printf 'int main;\n' >"$tree/src/tool.c"
sed -i "s|: .*|: ../src/tool.c|" "$tree/src/rules.mk"
touch "$tree/build/tool" "$tree/.done"
ln -s "$tree/src" "$tree/build/source"
stamp=$(stat -c %y "$tree/build/Makefile")
there "$work/one" remember kernel-x "$tree"
key=$(there "$work/one" content_key "$tree" word)

mv "$work/one" "$work/two"
moved="$work/two/kernel/k"
ok "a moved build tree that is not told cannot be used" bash -c '! make -sC "$1" 2>/dev/null' - "$moved/build"
ok "what was remembered is found in the new place" test "$(there "$work/two" recall kernel-x)" = "$moved"
ok "the key of a directory in the cache stays" test "$(there "$work/two" content_key "$moved" word)" = "$key"
there "$work/two" kernel_moved "$moved"
ok "no file holds the old path" bash -c '! grep -rqF "$1" "$2"' - "$work/one/" "$moved/build"
ok "times stay" test "$(stat -c %y "$moved/build/Makefile")" = "$stamp"
ok "make works there" make -sC "$moved/build"
ok "and builds nothing again" test ! -e "$moved/build/rebuilt"
