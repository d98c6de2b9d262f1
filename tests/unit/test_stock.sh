#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What the lab makes of a stock kernel's packages: no network, no emulator.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SMMUSCOPE_CACHE=$work/cache
for part in cache packages archive stock; do
	. "tools/lab/$part.sh"
done

check() {
	local what=$1
	shift
	if "$@"; then echo "ok - $what"; else echo "not ok - $what"; fi
}

# The archive of these tests: a line for each package, "NAME SUITE VERSION DEPENDS...".
archive_version() { awk -v p="${1%:*}" -v s="$2" '$1 == p && $2 == s { print $3 }' "$work/archive"; }
archive_depends() {
	awk -v p="${1%:*}" -v v="$2" '$1 == p && $3 == v { for (i = 4; i <= NF; i++) print $i }' "$work/archive"
}

cat >"$work/archive" <<'END'
linux-image-cloud-arm64 old 6.1.9-1 linux-image-6.1.0-9-cloud-arm64
linux-image-6.1.0-9-cloud-arm64 old 6.1.9-1 kmod linux-base initramfs-tools
linux-image-arm64-16k new 7.3.4-1 linux-base-arm64-16k linux-image-7.3.4-arm64-16k linux-modules-arm64-16k
linux-image-7.3.4-arm64-16k new 7.3.4-1 linux-base linux-binary-7.3.4-arm64-16k linux-modules-7.3.4-arm64-16k
linux-binary-7.3.4-arm64-16k new 7.3.4-1
linux-modules-7.3.4-arm64-16k new 7.3.4-1 kmod
linux-image-rt-arm64 new 7.3.4-1 linux-image-7.3.4-rt-arm64
END
check "one package with all in it" \
	[ "$(stock_packages old cloud)" = "linux-image-6.1.0-9-cloud-arm64 6.1.9-1" ]
check "a kernel in several packages" [ "$(stock_packages new 16k | cut -d' ' -f1 | sort | xargs)" = \
	"linux-binary-7.3.4-arm64-16k linux-image-7.3.4-arm64-16k linux-modules-7.3.4-arm64-16k" ]
check "a flavour the suite never had" [ -z "$(stock_packages old 16k)" ]
check "a kernel that is gone while its meta package is there" [ -z "$(stock_packages new rt)" ]

# An EFI program that unpacks itself: the payload is at 4096, other things follow.
zboot() {
	local how=$1 payload=$2 size
	size=$(stat -c %s "$payload")
	{
		printf 'MZ\0\0zimg'
		perl -e 'print pack("VVx8a8", 4096, $ARGV[0], $ARGV[1])' "$size" "$how"
		head -c $((4096 - 32)) /dev/zero
		cat "$payload"
		head -c 70000 /dev/urandom
	} >"$work/vmlinuz"
}

head -c 200000 /dev/urandom >"$work/plain"
gzip -c "$work/plain" >"$work/payload"
zboot gzip "$work/payload"
stock_decompress "$work/vmlinuz" "$work/Image"
check "an image packed with gzip" cmp "$work/plain" "$work/Image"
stock_decompress "$work/plain" "$work/Image"
check "an image that is not packed" cmp "$work/plain" "$work/Image"
zboot rar "$work/payload"
status=0
said=$(stock_decompress "$work/vmlinuz" "$work/Image" 2>&1) || status=$?
check "an unknown packing is named" [ "$status $(grep -c "'rar'" <<<"$said")" = "5 1" ]
