# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Stock kernels: the distribution's own arm64 images, unmodified, as packages.
# The cache keeps the image, its configuration, and the modules that the guest
# loads. Source after archive.sh and image.sh.

# Modules that the guest loads unless they are built in, besides their dependencies.
# virtio_mmio and virtio_console carry the files, the others drive the machine.
STOCK_MODULES=(virtio_mmio virtio_console virtio_pci virtio_blk nvme vfio-pci vfio_iommu_type1)

# The package that depends on the newest kernel of a flavour.
stock_meta() {
	case $1 in
	arm64) echo linux-image-arm64 ;;
	16k) echo linux-image-arm64-16k ;;
	*) echo "linux-image-$1-arm64" ;;
	esac
}

# stock_packages SUITE FLAVOUR -> "PACKAGE VERSION" for each that has a part of
# the kernel: linux-image, and since 7.x linux-binary, -modules and -base beside
# it. No line: the suite has no such kernel.
stock_packages() {
	local suite=$1 queue seen=" " package version name
	queue=("$(stock_meta "$2")")
	while [ ${#queue[@]} -gt 0 ]; do
		package=${queue[0]}
		queue=("${queue[@]:1}")
		case $seen in *" $package "*) continue ;; esac
		seen+="$package "
		version=$(archive_version "$package:arm64" "$suite")
		# A meta package can outlive the packages that it depends on.
		[ -n "$version" ] || return 0
		[[ ! $package =~ ^linux-[a-z]+-[0-9] ]] || printf '%s %s\n' "$package" "$version"
		for name in $(archive_depends "$package:arm64" "$version"); do
			[[ ! $name =~ ^linux-(image|binary|modules|base)-[0-9].*arm64 ]] || queue+=("$name")
		done
	done
}

# shellcheck disable=SC2086
stock_suites() { printf '%s\n' "$(archive_own_suite)" $LAB_SUITES | sort -u; }

# stock_dir SUITE FLAVOUR -> the directory in the cache.
#
# A kernel in the cache is used even if the archive has a newer one, unless LAB_FRESH=1.
stock_dir() {
	local suite=$1 flavour=$2 memo list dir
	memo=stock-$suite-$flavour-$(content_key "$LAB_DIR/stock.sh")
	if [ -z "${LAB_FRESH:-}" ] && recall "$memo"; then
		return
	fi
	if ! list=$(archive_version base-files >/dev/null && stock_packages "$suite" "$flavour"); then
		recall "$memo" || die "the package archive does not answer, and the cache has no kernel of $suite ($flavour)" \
			"the first run needs a network"
		say "the package archive does not answer: using the kernel that is in the cache"
		return
	fi
	grep -qxF "$suite" <<<"$(stock_suites)" ||
		die "no suite is called $suite" "there are $(stock_suites | xargs); LAB_SUITES names others"
	grep -q '^linux-image-' <<<"$list" ||
		die "$suite has no kernel of the flavour $flavour (any more): not all that $(stock_meta "$flavour") stands for is there" \
			"flavours are cloud, arm64, 16k and rt; not each suite has each"
	dir=$(cached stock "$suite-$flavour-$(content_key "$list" "$LAB_DIR/stock.sh")" stock_unpack "$suite" "$list")
	remember "$memo" "$dir"
	printf '%s\n' "$dir"
}

stock_unpack() {
	local suite=$1 list=$2 dir=$3 root=$3/root package version deb
	packages_want run stock
	# kmod finds modules under /lib and /usr/lib alike.
	mkdir -p "$root/lib" "$root/usr"
	ln -s ../lib "$root/usr/lib"
	while read -r package version; do
		deb=$(archive_fetch "$package:arm64" "$suite")
		say "unpacking $package $version ..."
		dpkg-deb --fsys-tarfile "$deb" |
			tar x -C "$root" --keep-directory-symlink --wildcards --exclude='*/dtb' --exclude='*.dtb' --exclude=./usr/share
	done <<<"$list"
	stock_parts "$dir" "$root"
	rm -rf "$root"
	printf '%s\n' "$list" >"$dir/packages"
}

# Image, config, release and modules of what was unpacked.
stock_parts() {
	local dir=$1 root=$2 release boot
	release=$(cd "$root/lib/modules" && echo *)
	[ -d "$root/lib/modules/$release/kernel" ] ||
		die "the packages of this kernel have no modules" "$(find "$root" -maxdepth 4 | head -n 20 | xargs)"
	printf '%s\n' "$release" >"$dir/release"
	boot=$root/lib/modules/$release
	[ -f "$boot/vmlinuz" ] || boot=$root/boot
	stock_decompress "$(find "$boot" -maxdepth 1 -name 'vmlinuz*')" "$dir/Image"
	cp "$(find "$boot" -maxdepth 1 -name 'config*')" "$dir/config"
	depmod -b "$root" "$release"
	stock_modules "$dir" "$root" "$release"
}

# The emulator takes a plain or gzipped kernel. A self-extracting EFI image (EFI_ZBOOT) has the
# offset, size and compression of its payload behind the MZ.
stock_decompress() {
	local file=$1 to=$2 at size how
	if [ "$(head -c 8 "$file" | tail -c 4)" != zimg ]; then
		cp "$file" "$to"
		return
	fi
	read -r at size < <(od -An -t u4 -j 8 -N 8 "$file")
	how=$(head -c 32 "$file" | tail -c 8 | tr -d '\0')
	case $how in
	gzip | xz | lzma) ;;
	zstd*) how=zstd ;;
	*) die "this kernel's image is packed with '$how'" "the lab knows gzip, xz and zstd" ;;
	esac
	head -c $((at + size)) "$file" | tail -c "$size" | "$how" -dc >"$to"
}

# Fills modules/ with uncompressed modules; modules/load has the order to load them in.
stock_modules() {
	local dir=$1 root=$2 release=$3 name file plain
	mkdir "$dir/modules"
	for name in "${STOCK_MODULES[@]}"; do
		# A module that this kernel lacks: the test that needs it will say so.
		modprobe -d "$root" -S "$release" --show-depends "$name" 2>/dev/null || true
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
		while read -r file; do
			plain=$(basename "${file%.ko*}").ko
			case $file in
			*.xz) xz -dc "$file" ;;
			*.zst) zstd -qdc "$file" ;;
			*) cat "$file" ;;
			esac >"$dir/modules/$plain"
			printf '%s\n' "$plain"
		done >"$dir/modules/load"
}
