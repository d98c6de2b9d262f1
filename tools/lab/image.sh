# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The initramfs of a run: a shell, `init` and the modules of one driver variant.
# The programs that are tested are not in it, they come by 9p, so that a new
# build of them needs no new image. Source after driver.sh and sysroot.sh.

# image_file KERNELDIR DRIVERDIR -> path of the archive.
image_file() {
	local kernel=$1 driver=$2 busybox dir
	busybox=$(busybox_dir)
	dir=$(cached image "$(content_key "$kernel" "$driver" "$busybox" "$LAB_DIR/init" "$LAB_DIR/image.sh")" \
		image_build "$kernel" "$driver" "$busybox")
	printf '%s\n' "$dir/initramfs"
}

image_build() {
	local kernel=$1 driver=$2 busybox=$3 dir=$4 root=$4/root
	packages_want run
	mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,etc,dev,proc,sys,run,tmp,root,out,project,modules}
	cp "$busybox/bin/busybox" "$root/bin/busybox"
	ln -s busybox "$root/bin/sh"
	cp "$LAB_DIR/init" "$root/init"
	printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
	image_modules "$root/modules" "$driver"/*.ko "$kernel/build/lib/kunit/kunit.ko"
	# Not compressed: unpacking costs the emulator more than reading.
	(cd "$root" && find . -print0 | LC_ALL=C sort -z |
		cpio --null --quiet --create --format=newc --owner=0:0 >"$dir/initramfs")
	rm -rf "$root"
}

# Without debug sections, which insmod would copy for nothing; their BTF stays.
image_modules() {
	local to=$1 file strip=strip
	shift
	[ "$(uname -m)" = aarch64 ] || strip=aarch64-linux-gnu-strip
	for file in "$@"; do
		[ ! -f "$file" ] || "$strip" --strip-debug -o "$to/$(basename "$file")" "$file"
	done
}
