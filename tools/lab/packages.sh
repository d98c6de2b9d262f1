# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The Debian packages that the lab and the build need, by purpose, and how the
# missing ones are installed. Source after cache.sh.

# To run a kernel in the emulator.
PACKAGES_RUN=(qemu-system-arm device-tree-compiler cpio util-linux coreutils)

# To build the kernel and the driver's variants; python3, pkg-config and the elf and
# zlib headers are for the kernel's own BTF tools.
PACKAGES_KERNEL=(gcc libc6-dev make bc bison flex dwarves libelf-dev zlib1g-dev libssl-dev openssl
	python3 perl patch rsync xz-utils kmod cpio pkg-config)

# To build the emulator whose devices fall silent.
PACKAGES_EMULATOR=(gcc libc6-dev meson ninja-build pkg-config python3 patch xz-utils libglib2.0-dev
	libpixman-1-dev libslirp-dev libfdt-dev libcap-ng-dev libattr1-dev)

# The firmware that describes the machine by ACPI.
PACKAGES_FIRMWARE=(qemu-efi-aarch64)

# To take stock kernels apart.
PACKAGES_STOCK=(kmod xz-utils zstd tar)

# To build the tool for this machine, and for the lab as well.
PACKAGES_NATIVE=(gcc libc6-dev make clang bpftool libbpf-dev libelf-dev zlib1g-dev)
PACKAGES_TOOL=("${PACKAGES_NATIVE[@]}")

# To build the unit tests, to look at the sources, and to run all tests.
PACKAGES_UNIT=(libcmocka-dev)
PACKAGES_LINT=(python3 shellcheck clang-format clang-tidy)
PACKAGES_TEST=("${PACKAGES_UNIT[@]}" "${PACKAGES_LINT[@]}" jq python3-fastjsonschema python3-jsonschema
	python3-junitparser llvm)

if [ "$(uname -m)" != aarch64 ]; then
	PACKAGES_KERNEL+=(gcc-aarch64-linux-gnu)
	PACKAGES_TOOL+=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
fi

# bpftool lives in /usr/sbin, which a plain user's PATH may not have.
case :$PATH: in
*:/usr/sbin:*) ;;
*) PATH=$PATH:/usr/sbin:/sbin ;;
esac

packages_of() {
	local group
	for group in "$@"; do
		case $group in
		run) printf '%s\n' "${PACKAGES_RUN[@]}" ;;
		kernel) printf '%s\n' "${PACKAGES_KERNEL[@]}" ;;
		emulator) printf '%s\n' "${PACKAGES_EMULATOR[@]}" ;;
		firmware) printf '%s\n' "${PACKAGES_FIRMWARE[@]}" ;;
		stock) printf '%s\n' "${PACKAGES_STOCK[@]}" ;;
		native) printf '%s\n' "${PACKAGES_NATIVE[@]}" ;;
		tool) printf '%s\n' "${PACKAGES_TOOL[@]}" ;;
		unit) printf '%s\n' "${PACKAGES_UNIT[@]}" ;;
		lint) printf '%s\n' "${PACKAGES_LINT[@]}" ;;
		test) printf '%s\n' "${PACKAGES_TEST[@]}" ;;
		*) die "no package group is called $group" "there are: run kernel emulator firmware stock native tool unit lint test" ;;
		esac
	done | sort -u
}

packages_missing() {
	local own
	own=$(dpkg --print-architecture)
	# shellcheck disable=SC2016
	{
		dpkg-query -W -f '${db:Status-Abbrev} ${Architecture} ${Package}\n' "$@" 2>/dev/null || true
	} | awk -v own="$own" '$1 == "ii" && ($2 == own || $2 == "all") { print $3 }' |
		sort -u | comm -13 - <(printf '%s\n' "$@" | sort -u)
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# sudo's question must not be hidden behind a progress line.
packages_may_install() {
	[ "$(id -u)" != 0 ] || return 0
	command -v sudo >/dev/null || die "$1" "become root and run: apt-get install $2"
	# Where some commands need no password, `sudo -v` may still ask for one.
	sudo -n true 2>/dev/null || sudo -v || die "$1" "sudo did not let us; run as root: apt-get install $2"
}

packages_update() {
	packages_may_install "apt's package lists are missing" "--download-only base-files"
	step apt-update 20 "reading apt's package lists" as_root apt-get update
}

# packages_want GROUP...: installs the packages of these groups that are missing.
packages_want() {
	local memo key list missing
	memo=$LAB_CACHE/memo/packages-$(printf '%s\n' "$@" | paste -sd-)
	key=$(content_key "$LAB_DIR/packages.sh" "$(stat -c '%s %y' /var/lib/dpkg/status)")
	[ "$(cat "$memo" 2>/dev/null)" != "$key" ] || return 0
	mapfile -t list < <(packages_of "$@")
	mapfile -t missing < <(packages_missing "${list[@]}")
	if [ ${#missing[@]} -gt 0 ]; then
		packages_install "${missing[@]}"
		key=$(content_key "$LAB_DIR/packages.sh" "$(stat -c '%s %y' /var/lib/dpkg/status)")
	fi
	replace "$memo" "$key"
}

packages_install() {
	packages_may_install "these packages are missing: $*" "$*"
	say "these Debian packages are missing: $*"
	step apt-update 20 "reading apt's package lists" as_root apt-get update
	step apt-install $(($# * 12)) "installing $# packages" as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"
}
