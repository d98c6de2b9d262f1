# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The distribution's kernel source as a git repository in the cache, with our patches as branches. Source
# after tools/lab's cache.sh, packages.sh, archive.sh and kernel.sh.

REPOSITORY_ME=(-c user.name="smmuscope maintainers" -c user.email="maintainers@localhost")

# kernel_repository SERIES -> its directory; `master` is the source as distributed.
kernel_repository() {
	repository "linux-$1" "linux-source-$1 $(archive_version "linux-source-$1")" kernel_bare "$1"
}

# kernel_bare SERIES DIR
kernel_bare() { LAB_SERIES=$1 kernel_unpack "$2"; }

# emulator_repository -> the same of QEMU, with the distribution's own patches.
emulator_repository() {
	local version
	version=$(archive_source_version qemu "$EMULATOR_VERSION")
	repository qemu "qemu $version" emulator_bare "$version"
}

# emulator_bare VERSION DIR: without our patches, and our list of devices.
emulator_bare() {
	(
		# shellcheck disable=SC2317 # called by emulator_unpack
		emulator_patches() { :; }
		emulator_unpack "$1" "$2"
	)
	rm "$2/src/configs/devices/aarch64-softmmu/lab.mak"
}

# repository NAME TITLE CMD...: CMD DIR unpacks the source to DIR/src. The title says whether it is the one that is
# there already.
repository() {
	local dir=$LAB_CACHE/git/$1 title=$2
	shift 2
	if [ "$(git -C "$dir" log -1 --format=%s master -- 2>/dev/null)" != "$title" ]; then
		rm -rf "$dir" "$dir.unpacked"
		mkdir -p "$dir.unpacked"
		"$@" "$dir.unpacked" >&2
		step repository 0 "making a git repository of $title" repository_begin "$dir.unpacked/src" "$title"
		mv "$dir.unpacked/src" "$dir"
		rm -rf "$dir.unpacked"
	fi
	printf '%s\n' "$dir"
}

repository_begin() {
	git -C "$1" init -q -b master
	git -C "$1" add -A -f
	git -C "$1" "${REPOSITORY_ME[@]}" commit -q -m "$2"
}

# repository_grow REPOSITORY BRANCH PATCH...: the branch is master with these. Nothing is checked out after it
# but master.
repository_grow() {
	local dir=$1 branch=$2
	shift 2
	git -C "$dir" am --abort >/dev/null 2>&1 || true
	git -C "$dir" bisect reset >/dev/null 2>&1 || true
	git -C "$dir" checkout -q -f -B "$branch" master
	# When it was committed is in a commit's number: on the same master the same patches are the same commits.
	GIT_COMMITTER_DATE="2026-12-01T00:00:00Z" git -C "$dir" "${REPOSITORY_ME[@]}" am -q "$@" >&2 || {
		git -C "$dir" am --abort
		die "the patches do not apply to $(git -C "$dir" log -1 --format=%s master)"
	}
	git -C "$dir" checkout -q master
}

# series_patches SERIES DIR...: the patches in these directories of tools/kernel/SERIES, in order.
series_patches() {
	local series=$1 dir
	shift
	for dir in "$@"; do find "$LAB_ROOT/tools/kernel/$series/$dir" -name '*.patch' 2>/dev/null | LC_ALL=C sort; done
}
