# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Other tools for arm64, with the libraries they need, as a directory that the guest can
# change its root to. Source after cache.sh, packages.sh and archive.sh.
#
# From this suite: older ones have tools that do not know the functions of modules.
PEERS_SUITE=trixie
PEERS=(bpftrace bpftool linux-perf trace-cmd)

# What they depend on and never run.
PEERS_WITHOUT=" perl perl-base python3 media-types netbase tzdata readline-common libdebuginfod-common openssl-provider-legacy libpython3.13-stdlib "

peers_version() {
	archive_apt apt-cache madison "$1:arm64" |
		awk -F' *\\| *' -v suite="$PEERS_SUITE" 'index($3, " " suite "/") && !found { print $2; found = 1 }'
}

# PACKAGE VERSION, a line each.
peers_packages() {
	local queue=("${PEERS[@]}") seen=$PEERS_WITHOUT package version name
	while [ ${#queue[@]} -gt 0 ]; do
		package=${queue[0]}
		queue=("${queue[@]:1}")
		case $seen in *" $package "*) continue ;; esac
		seen+="$package "
		version=$(peers_version "$package")
		[ -n "$version" ] || continue
		printf '%s %s\n' "$package" "$version"
		for name in $(archive_depends "$package:arm64" "$version"); do queue+=("$name"); done
	done
}

# peers_dir: prints the directory.
peers_dir() {
	local list dir
	if [ -z "${LAB_FRESH:-}" ] && recall peers; then
		return
	fi
	say "looking for the packages of ${PEERS[*]} ..."
	archive_version base-files >/dev/null
	list=$(peers_packages)
	[ -n "$list" ] || die "the package archive does not answer, and the cache has no other tools" \
		"tools/bench --no-peers does without"
	dir=$(cached peers "$(content_key "$list" "$LAB_ROOT/tools/cost/peers.sh")" peers_unpack "$list")
	remember peers "$dir"
	printf '%s\n' "$dir"
}

peers_unpack() {
	local list=$1 dir=$2 deb packages
	mapfile -t packages < <(awk '{ print $1 ":arm64=" $2 }' <<<"$list")
	mkdir "$dir/debs"
	(cd "$dir/debs" && step peers-download $((2 * ${#packages[@]})) "downloading ${#packages[@]} packages" \
		archive_apt apt-get download "${packages[@]}")
	mkdir -p "$dir"/{proc,sys,dev,tmp,run,usr/bin,usr/sbin,usr/lib}
	# As a system that is installed has it: packages have files in both places.
	ln -s usr/bin usr/sbin usr/lib "$dir"
	for deb in "$dir"/debs/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$dir" --keep-directory-symlink
	done
	rm -r "$dir/debs"
	printf '%s\n' "$list" >"$dir/packages"
}
