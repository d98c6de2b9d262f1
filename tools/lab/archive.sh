# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Packages of another suite or architecture: a private apt configuration with the machine's own
# mirror; the machine's configuration stays as it is. Versions are looked up, never pinned.
# Source after cache.sh and packages.sh.

# Suites to search, in this order, after the machine's own.
LAB_SUITES=${LAB_SUITES:-"bookworm trixie trixie-updates trixie-backports"}
LAB_SERIES=${LAB_SERIES:-6.12}
# Whose source packages are looked for: that of the emulator.
LAB_SOURCE_SUITE=bookworm

# Single quotes: $(SITE) and the like are apt's, not the shell's.
# shellcheck disable=SC2016
archive_site() {
	apt-get indextargets --format '$(SITE)|$(ORIGIN)|$(LABEL)|$(RELEASE)' "Created-By: Packages" |
		awk -F'|' '$2 == "Debian" && $3 == "Debian" && !found { print $1 "|" $4; found = 1 }'
}

# The suite of this machine, by the name its own apt uses.
archive_own_suite() { awk 'NR == 1 { print $5 }' "$LAB_CACHE/apt/sources.list"; }

archive_sources() {
	local site own suite keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	IFS='|' read -r site own < <(archive_site) || true
	if [ -z "$site" ]; then
		# A fresh machine has no lists yet, and they say where the mirror is.
		packages_update
		IFS='|' read -r site own < <(archive_site) || true
	fi
	[ -n "$site" ] || die "apt has no Debian package list on this machine" \
		"a Debian mirror in apt's sources is needed for linux-source-$LAB_SERIES"
	# shellcheck disable=SC2086
	for suite in "$own" $LAB_SUITES; do
		printf 'deb [signed-by=%s arch=%s] %s %s main\n' "$keyring" \
			"$(archive_architectures)" "$site" "$suite"
	done | awk '!seen[$0]++'
	printf 'deb-src [signed-by=%s] %s %s main\n' "$keyring" "$site" "$LAB_SOURCE_SUITE"
}

archive_architectures() {
	printf '%s\n' arm64 "$(dpkg --print-architecture)" | sort -u | paste -sd,
}

archive_apt() {
	local conf=$LAB_CACHE/apt tool=$1
	shift
	"$tool" -o Dir::Etc::sourcelist="$conf/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::Lists="$conf/lists" -o Dir::Cache="$conf/cache" \
		-o Dir::Etc::preferencesparts=/dev/null -o Dir::Etc::preferences=/dev/null \
		-o APT::Architectures::=arm64 -o APT::Architectures::="$(dpkg --print-architecture)" \
		-o Dir::Cache::pkgcache=pkgcache.bin -o Dir::Cache::srcpkgcache=srcpkgcache.bin \
		-o APT::Sandbox::User=root -o Acquire::Languages=none -o Debug::NoLocking=1 "$@"
}

# Reads the package lists again, once a day at most.
archive_refresh() {
	local conf=$LAB_CACHE/apt key
	key=$(content_key "$LAB_SUITES" "$LAB_SOURCE_SUITE")
	if [ "$(cat "$conf/stamp" 2>/dev/null)" = "$key" ] &&
		[ -n "$(find "$conf/stamp" -mmin -1440)" ]; then
		return
	fi
	mkdir -p "$conf/lists/partial" "$conf/cache/archives/partial"
	archive_sources >"$conf/sources.new"
	mv "$conf/sources.new" "$conf/sources.list"
	step apt-lists 30 "reading the package lists of other suites" \
		archive_apt apt-get update -o APT::Update::Error-Mode=any
	printf '%s\n' "$key" >"$conf/stamp"
}

# archive_version PACKAGE[:ARCH] [SUITE] -> the newest version in any of the suites, or in SUITE.
archive_version() {
	with_lock archive archive_refresh
	archive_apt apt-cache madison "$1" | awk -F' *\\| *' -v suite="${2:-}" '
		(suite == "" || index($3, " " suite "/")) && !found { print $2; found = 1 }'
}

# archive_depends PACKAGE:ARCH VERSION -> the names it depends on.
archive_depends() {
	archive_apt apt-cache show "$1=$2" | sed -n 's/^Depends: //p' |
		tr ',' '\n' | sed 's/^ *//; s/[ :|(].*//'
}

# archive_fetch PACKAGE[:ARCH] [SUITE] -> path of the .deb in the cache.
archive_fetch() {
	local package=$1 version dir
	version=$(archive_version "$@")
	[ -n "$version" ] || die "no suite has the package $package any more" \
		"looked in: $(awk '{ print $5 }' "$LAB_CACHE/apt/sources.list" | xargs)"
	dir=$(cached deb "$(content_key "$package" "$version")" archive_download "$package" "$version")
	printf '%s\n' "$dir"/*.deb
}

archive_download() {
	local package=$1 version=$2 dir=$3
	(cd "$dir" && step "deb-${package%%:*}" 3 "downloading $package $version" \
		archive_apt apt-get download "$package=$version")
}

# archive_source_version PACKAGE PREFIX -> the newest version of the source package that begins so.
archive_source_version() {
	with_lock archive archive_refresh
	archive_apt apt-cache showsrc --only-source "$1" 2>/dev/null |
		awk -v prefix="$2" '/^Version: / && index($2, prefix) == 1 { print $2 }' | sort -V | tail -n 1
}

# archive_fetch_source PACKAGE VERSION -> the directory with the files of the source package.
archive_fetch_source() {
	cached deb "$(content_key source "$1" "$2")" archive_download_source "$1" "$2"
}

archive_download_source() {
	local package=$1 version=$2 dir=$3
	(cd "$dir" && step "source-$package" 6 "downloading the source of $package $version" \
		archive_apt apt-get source --download-only "$package=$version")
}
