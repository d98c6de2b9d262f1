# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The lab's kernel: source package + core patches + configuration -> a build
# tree in the cache, used by every driver variant. Source after archive.sh.
#
# With the driver built in (LAB_BUILTIN=1) each variant has a kernel of its own: the
# variant's patches and options are given to `kernel_dir` and are part of the image.

LAB_KERNEL_FLAVOUR=${LAB_KERNEL_FLAVOUR:-plain}
KERNEL_NAME=$LAB_KERNEL_FLAVOUR${LAB_BUILTIN:+-builtin}
KERNEL_PATCHES=$LAB_ROOT/tools/kernel/$LAB_SERIES
KERNEL_COMMON=$LAB_ROOT/tools/kernel/common

kernel_make() {
	local cross=()
	[ "$(uname -m)" = aarch64 ] || cross=(CROSS_COMPILE=aarch64-linux-gnu-)
	make -s ARCH=arm64 "${cross[@]}" KBUILD_BUILD_USER=lab KBUILD_BUILD_HOST=smmuscope \
		-j"$(nproc)" "$@"
}

# Identifies the source: a version of the package, or a directory of the user's.
kernel_source_id() {
	if [ -n "${LINUX_SRC:-}" ]; then
		[ -f "$LINUX_SRC/Kbuild" ] || die "LINUX_SRC=$LINUX_SRC is not a kernel source tree" \
			"name a directory that holds Kbuild and drivers/iommu"
		printf 'dir %s %s\n' "$(realpath "$LINUX_SRC")" \
			"$(cd "$LINUX_SRC" && find drivers/iommu include/linux kernel -type f -printf '%p %T@\n' | sort | sha256sum)"
	else
		archive_version "linux-source-$LAB_SERIES"
	fi
}

# kernel_part SERIESDIR NAME -> the directory of the patches called NAME: the series' own, or
# the one that every series shares.
kernel_part() {
	local dir=$1/$2
	[ -d "$dir" ] || dir=$KERNEL_COMMON/$2
	printf '%s\n' "$dir"
}

# kernel_patches [PART...], kernel_config [PART...]: the patches and the configuration of the
# kernel. A PART is a patch of the driver or CONFIG_NAME=VALUE.
kernel_patches() {
	local part
	printf '%s\n' "$KERNEL_PATCHES"/core/*.patch "$(kernel_part "$KERNEL_PATCHES" emulator)"/*.patch
	for part in "$@"; do
		[[ $part == CONFIG_* ]] || printf '%s\n' "$part"
	done
}

kernel_config() {
	local part
	printf '%s\n' "$LAB_DIR/lab.config"
	[ "$LAB_KERNEL_FLAVOUR" = plain ] || printf '%s\n' "$LAB_DIR/$LAB_KERNEL_FLAVOUR.config"
	[ -z "${LAB_BUILTIN:-}" ] || printf '%s\n' CONFIG_ARM_SMMU_V3=y
	for part in "$@"; do
		[[ $part != CONFIG_* ]] || printf '%s\n' "$part"
	done
}

# kernel_key ID [PART...]
kernel_key() {
	local id=$1 inputs
	shift
	mapfile -t inputs < <(
		kernel_patches
		kernel_config
		[ $# = 0 ] || printf '%s\n' "$@"
	)
	content_key "$id" "${inputs[@]}"
}

# The contents of a configuration; of an option that is given twice, the last value.
kernel_config_text() {
	local part
	for part in "$@"; do
		case $part in
		CONFIG_*) printf '%s\n' "$part" ;;
		*) cat "$part" ;;
		esac
	done | awk -F= '/^CONFIG_/ { text[$1] = $0 } END { for (name in text) print text[name] }' | LC_ALL=C sort
}

kernel_unpack() {
	local dir=$1 deb
	if [ -n "${LINUX_SRC:-}" ]; then
		mkdir -p "$dir/src"
		step kernel-copy 0 "copying the kernel source from $LINUX_SRC" \
			rsync -a --exclude=.git "$LINUX_SRC/" "$dir/src/"
		[ ! -f "$dir/src/.config" ] || make -s -C "$dir/src" ARCH=arm64 mrproper
	else
		deb=$(archive_fetch "linux-source-$LAB_SERIES")
		# shellcheck disable=SC2016
		step kernel-unpack 0 "unpacking linux-source-$LAB_SERIES" bash -c '
			mkdir -p "$1/src"
			dpkg-deb --fsys-tarfile "$2" | tar xO ./usr/src/linux-source-'"$LAB_SERIES"'.tar.xz |
				tar xJ -C "$1/src" --strip-components=1' - "$dir" "$deb"
	fi
}

# kernel_build DIR [PART...]
kernel_build() {
	local dir=$1 patch patches config
	shift
	mapfile -t patches < <(kernel_patches "$@")
	mapfile -t config < <(kernel_config "$@")
	rm -rf "$dir" && mkdir -p "$dir"
	kernel_unpack "$dir"
	for patch in "${patches[@]}"; do
		patch -d "$dir/src" -s -p1 --no-backup-if-mismatch <"$patch" ||
			die "$(basename "$patch") does not apply to this source" \
				"it is made for linux-source-$LAB_SERIES"
	done
	kernel_config_text "${config[@]}" >"$dir/lab.config"
	kernel_make -C "$dir/src" O="$dir/build" KCONFIG_ALLCONFIG="$dir/lab.config" allnoconfig >&2
	kernel_check_config "$dir"
	kernel_make -C "$dir/src" O="$dir/build" kernelrelease >"$dir/release"
	step "kernel-$KERNEL_NAME" 1830 "building Linux $(cat "$dir/release") for arm64, 6 to 12 minutes on 2 cores" \
		kernel_make -C "$dir/src" O="$dir/build" --no-silent Image modules
	cp "$dir/build/arch/arm64/boot/Image" "$dir/Image"
	kernel_trim "$dir"
	touch "$dir/.done"
}

# A symbol that was asked for but is not in the result (renamed, a dependency missing) is an
# error here, and not a riddle later.
kernel_check_config() {
	local line missing=""
	while read -r line; do
		case $line in
		CONFIG_*=n) grep -q "^${line%=n}=" "$1/build/.config" && missing+=" $line" ;;
		CONFIG_*) grep -qxF "$line" "$1/build/.config" || missing+=" $line" ;;
		esac
	done <"$1/lab.config"
	[ -z "$missing" ] || die "this kernel's Kconfig did not take:$missing" \
		"see $1/build/.config"
}

# Objects are not needed once the image is linked: modules build against headers,
# scripts, Module.symvers and the BTF in vmlinux.
kernel_trim() {
	find "$1/build" \( -name '*.o' -o -name '*.a' -o -name '.*.cmd' -o -name '.tmp_*' \) \
		-not -path '*/scripts/*' -not -path '*/tools/*' -delete
}

# kernel_dir [PART...] -> the directory in the cache, built if it has to be.
#
# A kernel in the cache that was made from the same patches and configuration is used even
# if the archive has a newer point release, or does not answer; LAB_FRESH=1 asks for the
# newer one.
kernel_dir() {
	local dir
	dir=$(kernel_find "$@")
	kernel_moved "$dir"
	printf '%s\n' "$dir"
}

# A build tree holds its own path in makefiles and in what they know about dependencies: after a
# move of the cache, the path is replaced. Times stay, so that nothing is built again.
kernel_moved() {
	local dir=$1 old
	old=$(readlink "$dir/build/source") || return 0
	[ "$old" = "$dir/src" ] || with_lock kernel kernel_follow "$dir"
}

kernel_follow() {
	local dir=$1 old file
	old=$(readlink "$dir/build/source")
	old=${old%/src}
	[ "$old" != "$dir" ] || return 0
	say "the cache was moved here from ${old%/*/*}: telling the kernel's build tree"
	grep -rlIFZ "$old/" "$dir/build" | while IFS= read -r -d '' file; do
		OLD=$old/ NEW=$dir/ perl -pi.before -e 's/\Q$ENV{OLD}\E/$ENV{NEW}/g' "$file"
		touch -r "$file.before" "$file"
		rm "$file.before"
	done
	ln -sfn "$dir/src" "$dir/build/source"
}

kernel_find() {
	local id dir memo
	memo=kernel-$LAB_SERIES-$KERNEL_NAME-$(kernel_key package "$@")
	if [ -z "${LINUX_SRC:-}${LAB_FRESH:-}" ] && recall "$memo"; then
		return
	fi
	if ! id=$(kernel_source_id) || [ -z "$id" ]; then
		[ -z "${LINUX_SRC:-}" ] || exit 5
		recall "$memo" || die "no suite has linux-source-$LAB_SERIES, or the package archive does not answer" \
			"set LINUX_SRC=DIR to a $LAB_SERIES source tree"
		say "the package archive does not answer: using the kernel that is in the cache"
		return
	fi
	dir=$LAB_CACHE/kernel/$LAB_SERIES-$KERNEL_NAME-$(kernel_key "$id" "$@")
	[ -f "$dir/.done" ] || with_lock "kernel" kernel_build_once "$dir" "$@"
	[ -n "${LINUX_SRC:-}" ] || remember "$memo" "$dir"
	printf '%s\n' "$dir"
}

# kernel_builtin_dir VARIANT [PATCH...] -> the same, with this variant of the driver built in.
kernel_builtin_dir() {
	local name=$1 words patches parts
	shift
	words=$(variant_words "$name")
	# shellcheck disable=SC2086
	patches=$(variant_patches "$name" $words)
	mapfile -t parts < <(
		printf '%s\n' "$patches" "$@" | grep .
		grep ^CONFIG_ <<<"$words"
	)
	kernel_dir "${parts[@]}"
}

kernel_build_once() {
	[ ! -f "$1/.done" ] || return 0
	packages_want kernel
	kernel_build "$@" >&2
}
