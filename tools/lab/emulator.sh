# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The emulator `ats`: the distribution's QEMU from its source package, with tools/emulator/patches,
# built for the machines of the lab and nothing else. The cache keeps the program; it needs no other
# file. Source after archive.sh.
#
# LAB_EMULATOR_ATS names a program to take in its place; QEMU_SRC is a directory with the source,
# Debian's patches applied, for those who have it already.

EMULATOR_DIR=$LAB_ROOT/tools/emulator
# The version that the patches are made for, as the package archive has it.
EMULATOR_VERSION='1:7.2+dfsg'

emulator_patches() { printf '%s\n' "$EMULATOR_DIR"/patches/*.patch; }

emulator_key() {
	local patches
	mapfile -t patches < <(emulator_patches)
	content_key "$1" "${patches[@]}" "$EMULATOR_DIR/lab.mak" "$LAB_DIR/emulator.sh"
}

# emulator_ats -> path of the program, built if it has to be.
emulator_ats() {
	local dir version memo
	if [ -n "${LAB_EMULATOR_ATS:-}" ]; then
		[ -x "$LAB_EMULATOR_ATS" ] || die "LAB_EMULATOR_ATS=$LAB_EMULATOR_ATS is no program"
		printf '%s\n' "$LAB_EMULATOR_ATS"
		return
	fi
	memo=emulator-$(emulator_key "${QEMU_SRC:-}")
	if [ -z "$LAB_FRESH" ] && dir=$(recall "$memo"); then
		printf '%s\n' "$dir/qemu-system-aarch64"
		return
	fi
	if [ -n "${QEMU_SRC:-}" ]; then
		[ -f "$QEMU_SRC/hw/arm/smmuv3.c" ] || die "QEMU_SRC=$QEMU_SRC is not a source tree of QEMU" \
			"name a directory that holds hw/arm/smmuv3.c"
		version=$(realpath "$QEMU_SRC")
	else
		version=$(archive_source_version qemu "$EMULATOR_VERSION")
		[ -n "$version" ] || die "no suite has the source of qemu $EMULATOR_VERSION, or the package archive does not answer" \
			"set QEMU_SRC=DIR to its source, or leave out --emulator ats: the distribution's emulator needs no source, but its devices always answer"
	fi
	dir=$(cached emulator "$(emulator_key "$version")" emulator_build "$version")
	remember "$memo" "$dir"
	printf '%s\n' "$dir/qemu-system-aarch64"
}

emulator_unpack() {
	local version=$1 dir=$2 source patch
	mkdir -p "$dir/src"
	if [ -n "${QEMU_SRC:-}" ]; then
		cp -r "$QEMU_SRC/." "$dir/src"
	else
		source=$(archive_fetch_source qemu "$version")
		say "unpacking qemu $version ..."
		tar xJf "$source"/*.orig.tar.xz -C "$dir/src" --strip-components=1
		tar xJf "$source"/*.debian.tar.xz -C "$dir/src"
		sed '/^#/d; /^$/d' "$dir/src/debian/patches/series" | while read -r patch; do
			patch -d "$dir/src" -s -p1 <"$dir/src/debian/patches/$patch" ||
				die "the package's own $patch does not apply"
		done
	fi
	for patch in $(emulator_patches); do
		patch -d "$dir/src" -s -p1 --no-backup-if-mismatch <"$patch" ||
			die "$(basename "$patch") does not apply to qemu $version" "it is made for $EMULATOR_VERSION"
	done
	cp "$EMULATOR_DIR/lab.mak" "$dir/src/configs/devices/aarch64-softmmu/lab.mak"
}

emulator_make() {
	local dir=$1
	mkdir -p "$dir/build"
	cd "$dir/build" || return
	../src/configure --target-list=aarch64-softmmu --without-default-features --without-default-devices \
		--with-devices-aarch64=lab --enable-system --enable-tcg --enable-slirp --enable-virtfs --enable-attr \
		--enable-cap-ng --enable-fdt=system --disable-docs --disable-tools --disable-debug-info \
		--disable-werror --meson=/usr/bin/meson &&
		ninja qemu-system-aarch64
}

# emulator_build VERSION DIR
emulator_build() {
	local version=$1 dir=$2
	packages_want emulator
	emulator_unpack "$version" "$dir" >&2
	step emulator 1400 "building the emulator, 4 to 8 minutes on 2 cores" emulator_make "$dir"
	mv "$dir/build/qemu-system-aarch64" "$dir/"
	rm -rf "$dir/src" "$dir/build"
}
