# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The initramfs of a run: a shell, `init` and modules, those of one driver variant
# or what a stock kernel needs. The programs that are tested are not in the part
# that is kept, so that a new build of them needs no new image: they come by 9p, or,
# for a stock kernel and where instructions are counted, at the end of the archive. Source
# after driver.sh and sysroot.sh.

# image_file KERNELDIR DRIVERDIR -> path of the archive. There is no module of the
# driver in DRIVERDIR where it is built in.
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

# The modules as they are: a signature would not survive stripping.
image_stock_build() {
	local stock=$1 busybox=$2 dir=$3 root=$3/root
	image_root "$root" "$busybox"
	cp "$stock"/modules/* "$root/modules/"
	cp "$stock/config" "$root/boot/config-$(cat "$stock/release")"
	image_pack "$root" "$dir/initramfs"
}

# What every guest starts with.
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

# Not compressed: unpacking costs the emulator more than reading.
image_pack() {
	(cd "$1" && find . -print0 | LC_ALL=C sort -z | image_archive) >"$2"
	rm -rf "$1"
}

# Names that end in a zero byte from stdin, the archive to stdout.
image_archive() { cpio --null --quiet --create --format=newc --owner=0:0 "$@"; }

# image_with_files IMAGE COMMAND DIR -> path of the archive with the project's files
# and the command in it, for a guest that cannot mount them; made anew for each run. It
# is the same to the byte when the files are: the kernel takes a letter of the hexadecimal
# numbers in it for a digit in more instructions than another.
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

# Without debug sections, which insmod would copy for nothing; their BTF stays.
image_modules() {
	local to=$1 file strip=strip
	shift
	[ "$(uname -m)" = aarch64 ] || strip=aarch64-linux-gnu-strip
	for file in "$@"; do
		[ ! -f "$file" ] || "$strip" --strip-debug -o "$to/$(basename "$file")" "$file"
	done
}
