# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The initramfs of a run: a shell, `init`, and the modules of one driver variant or those that a
# stock kernel needs. The tested programs are not in the cached part, so that a new build of them
# needs no new image: they come by 9p, or, with a stock kernel or --icount, at the end of the
# archive. Source after driver.sh and sysroot.sh.

# image_file KERNELDIR DRIVERDIR -> path of the archive. With a built-in driver DRIVERDIR has no
# module.
image_file() {
	local kernel=$1 driver=$2 busybox dir
	busybox=$(busybox_dir)
	dir=$(cached image "$(content_key "$kernel" "$driver" "$busybox" "$LAB_DIR/init" "$LAB_DIR/image.sh")" \
		image_build "$kernel" "$driver" "$busybox")
	printf '%s\n' "$dir/initramfs"
}

image_build() {
	local kernel=$1 driver=$2 busybox=$3 dir=$4 root=$4/root
	image_root "$root" "$busybox"
	image_modules "$root/modules" "$driver"/*.ko "$kernel/build/lib/kunit/kunit.ko"
	(cd "$root/modules" && find . -name arm_smmu_v3.ko -printf '%P\n') >"$root/modules/load"
	image_pack "$root" "$dir/initramfs"
}

# image_stock STOCKDIR -> path of the archive for a stock kernel.
image_stock() {
	local stock=$1 busybox dir
	busybox=$(busybox_dir)
	dir=$(cached image "$(content_key "$stock" "$busybox" "$LAB_DIR/init" "$LAB_DIR/image.sh")" \
		image_stock_build "$stock" "$busybox")
	printf '%s\n' "$dir/initramfs"
}

# Unstripped: stripping would break the modules' signatures.
image_stock_build() {
	local stock=$1 busybox=$2 dir=$3 root=$3/root
	image_root "$root" "$busybox"
	cp "$stock"/modules/* "$root/modules/"
	cp "$stock/config" "$root/boot/config-$(cat "$stock/release")"
	image_pack "$root" "$dir/initramfs"
}

# The part that all images have.
image_root() {
	local root=$1 busybox=$2
	packages_want run
	mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,etc,dev,proc,sys,run,tmp,root,out,project,modules,boot}
	cp "$busybox/bin/busybox" "$root/bin/busybox"
	ln -s busybox "$root/bin/sh"
	cp "$LAB_DIR/init" "$root/init"
	printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
}

# Uncompressed: the emulator reads faster than it unpacks.
image_pack() {
	(cd "$1" && find . -print0 | LC_ALL=C sort -z | image_archive) >"$2"
	rm -rf "$1"
}

# NUL-terminated names from stdin, the archive to stdout.
image_archive() { cpio --null --quiet --create --format=newc --owner=0:0 "$@"; }

# image_with_files IMAGE COMMAND DIR -> path of the archive with the project's files and the
# command added, for a guest that cannot mount them; made for each run. Equal files give an equal
# archive, byte for byte: even the hexadecimal digits in a cpio header make a difference in the
# instructions that the kernel takes to parse it.
image_with_files() {
	local image=$1 command=$2 dir=$3 files=$3/files
	mkdir -p "$files"/{out,project/out/arm64}
	cp "$command" "$files/out/command"
	cp -r --dereference --preserve=mode "$LAB_ROOT"/{tests,tools} "$files/project"
	find "$LAB_ROOT/out/arm64" -maxdepth 1 -type f -perm -u+x -exec cp -t "$files/project/out/arm64" {} +
	find "$files" -exec touch --date=@0 {} +
	{
		cat "$image"
		cd "$files" || exit
		find . -mindepth 1 -print0 | LC_ALL=C sort -z | image_archive --reproducible
	} >"$dir/initramfs"
	printf '%s\n' "$dir/initramfs"
}

# Without debug sections, which insmod would only copy; BTF stays.
image_modules() {
	local to=$1 file strip=strip
	shift
	[ "$(uname -m)" = aarch64 ] || strip=aarch64-linux-gnu-strip
	for file in "$@"; do
		[ ! -f "$file" ] || "$strip" --strip-debug -o "$to/$(basename "$file")" "$file"
	done
}
