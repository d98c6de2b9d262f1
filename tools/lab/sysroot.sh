# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Files for arm64 from packages: the static libraries that the tool links with, and the shell of
# the lab's image. Source after archive.sh.
#
# From the machine's own suite: static libraries need the C library of their suite, and the cross
# compiler brings that of the machine's.

# libbpf and all its dependencies but the C library and the kernel's headers, which come with the
# cross compiler.
sysroot_packages() {
	local queue=(libbpf-dev) seen=" " package version name
	while [ ${#queue[@]} -gt 0 ]; do
		package=${queue[0]}
		queue=("${queue[@]:1}")
		case $seen in *" $package "*) continue ;; esac
		seen+="$package "
		version=$(archive_version "$package:arm64" "$(archive_own_suite)")
		printf '%s %s\n' "$package" "$version"
		for name in $(archive_depends "$package:arm64" "$version"); do
			case $name in
			libc6-dev | libc-dev | linux-libc-dev) ;;
			*-dev) queue+=("$name") ;;
			esac
		done
	done
}

busybox_packages() {
	printf 'busybox-static %s\n' "$(archive_version busybox-static:arm64 "$(archive_own_suite)")"
}

# arm64_dir NAME: prints a directory with the packages of NAME_packages unpacked.
arm64_dir() {
	local name=$1 list dir
	if [ -z "${LAB_FRESH:-}" ] && recall "$name"; then
		return
	fi
	if ! list=$(archive_version base-files >/dev/null && "${name}_packages") || [ -z "$list" ]; then
		recall "$name" || die "the package archive does not answer, and the cache has no $name" \
			"the first run needs a network"
		say "the package archive does not answer: using the $name that is in the cache"
		return
	fi
	dir=$(cached "$name" "$(content_key "$list")" arm64_unpack "$list")
	remember "$name" "$dir"
	printf '%s\n' "$dir"
}

arm64_unpack() {
	local list=$1 dir=$2 package version deb
	while read -r package version; do
		deb=$(archive_fetch "$package:arm64" "$(archive_own_suite)")
		dpkg-deb -x "$deb" "$dir"
	done <<<"$list"
	printf '%s\n' "$list" >"$dir/packages"
}

sysroot_dir() { arm64_dir sysroot; }
busybox_dir() { arm64_dir busybox; }
