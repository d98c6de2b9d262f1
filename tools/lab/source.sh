# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A kernel source tree of the user's as the lab's kernel: DIR, or DIR@REV, a revision of the git
# repository there. Nothing is written to it. The cache keeps a copy and its build, so that the next
# time only what differs is compiled; what a revision was built into is kept as well. Source after
# kernel.sh.

SOURCE_DRIVER=drivers/iommu/arm/arm-smmu-v3
# What this many trees were built into is kept, some 40 MiB each.
SOURCE_KEPT=24

# source_fail STATUS TEXT HINT
source_fail() {
	printf 'lab: error: %s\nlab: hint: %s\n' "$2" "$3" >&2
	exit "$1"
}

# source_split SPEC: sets source_path and source_revision. A directory may have an @ in its name, and a
# revision as well.
source_split() {
	local spec=$1
	source_path=$spec source_revision=""
	while [ ! -d "$source_path" ]; do
		[[ $source_path == *@* ]] ||
			source_fail 2 "there is no directory ${spec%%@*}" "a kernel source tree is named as DIR or DIR@REVISION"
		source_path=${source_path%@*}
		source_revision=${spec#"$source_path@"}
	done
	source_path=$(realpath "$source_path")
}

# source_has FILE: does the tree, or the revision of it, have FILE?
source_has() {
	if [ -n "$source_revision" ]; then
		git -C "$source_path" cat-file -e "$source_revision:./$1" 2>/dev/null
	else
		[ -e "$source_path/$1" ]
	fi
}

source_text() {
	if [ -n "$source_revision" ]; then
		git -C "$source_path" show "$source_revision:./$1"
	else
		cat "$source_path/$1"
	fi
}

# One clear error for what is no kernel, or none with this driver.
source_check() {
	local name=$source_path${source_revision:+@$source_revision}
	if [ -n "$source_revision" ]; then
		git -C "$source_path" rev-parse --git-dir >/dev/null 2>&1 ||
			source_fail 2 "$source_path is no git repository, so it has no revision $source_revision" "name the directory alone"
		git -C "$source_path" rev-parse --verify --quiet "$source_revision^{commit}" >/dev/null ||
			source_fail 2 "$source_path has no revision '$source_revision'" "git -C $source_path log --oneline shows some"
	fi
	if ! source_has Kbuild || ! source_has Kconfig || ! source_has arch/arm64/Kconfig; then
		source_fail 2 "$name is not a kernel source tree" "it is where Kbuild, Kconfig and arch/arm64 are"
	fi
	source_has $SOURCE_DRIVER/arm-smmu-v3.c ||
		source_fail 3 "$name has no SMMUv3 driver: $SOURCE_DRIVER/arm-smmu-v3.c is not there" "the lab is made for trees from 6.12 on"
	# What everything that the tool sees begins with; since 5.4.
	source_text $SOURCE_DRIVER/arm-smmu-v3.c | grep arm_smmu_cmdq_issue_cmdlist >/dev/null ||
		source_fail 3 "the SMMUv3 driver of $name has no arm_smmu_cmdq_issue_cmdlist" \
			"the tool watches that function; the lab is made for trees from 6.12 on"
}

# source_git PLACE: the repository that has the tree's objects, in source_git. A directory gets one in the
# cache, which borrows what the directory's own has, if there is one.
source_git() {
	local place=$1 own
	if [ -n "$source_revision" ]; then
		source_git=$(git -C "$source_path" rev-parse --absolute-git-dir)
		return
	fi
	source_git=$place/git
	[ ! -d "$source_git" ] || return 0
	git init -q --bare "$source_git"
	if own=$(git -C "$source_path" rev-parse --path-format=absolute --git-path objects 2>/dev/null); then
		printf '%s\n' "$own" >"$source_git/objects/info/alternates"
	fi
}

# What a build leaves in a tree is no part of the source. Not by the tree's own .gitignore, which leaves out the
# kernel itself in what a distribution packs.
SOURCE_BUILT=('**/*.o' '**/*.a' '**/*.ko' '**/.*.cmd' '**/.*.d' '**/*.mod' '**/*.mod.c' '**/modules.order' .config
	'include/config/**' 'include/generated/**' 'arch/*/include/generated/**' vmlinux 'vmlinux.*' '.tmp_*')

# source_tree: what is in the tree, or in the revision of it, as a tree object of source_git.
source_tree() {
	local git=(git --git-dir="$source_git" --work-tree="$source_path" -c core.compression=1 -c advice.addEmbeddedRepo=false)
	if [ -n "$source_revision" ]; then
		git -C "$source_path" rev-parse "$source_revision^{tree}"
		return
	fi
	[ -e "$source_git/index" ] || say "reading $source_path, a minute the first time ..."
	rm -f "$source_git/index.lock"
	(cd "$source_path" && "${git[@]}" add -A -f -- . "${SOURCE_BUILT[@]/#/:(exclude,glob)}" && "${git[@]}" write-tree)
}

# source_checkout PLACE TREE: PLACE/src becomes what is in it. Files that are as they were keep their time, and all
# others get a new one, so that make sees them: a directory may have older ones than were built last.
source_checkout() {
	local place=$1
	[ -e "$place/index" ] || rm -rf "$place/src"
	mkdir -p "$place/src"
	rm -f "$place/index.lock"
	GIT_INDEX_FILE=$place/index git --git-dir="$source_git" --work-tree="$place/src" -c core.sparseCheckout=false \
		read-tree --reset -u "$2"
}

# source_dir SPEC -> the directory in the cache with Image, release, arm_smmu_v3.ko and `left-out`, the
# options of lab.config that this kernel does not know.
source_dir() {
	local place
	source_split "$1"
	source_check
	place=$(content_key "$source_path" "")
	packages_want kernel
	# Another run may be at another revision of the same tree: one at a time, as they share the build.
	with_lock "source-$place" source_made "$LAB_CACHE/source/$place" || exit $?
	source_prune
}

# source_made PLACE -> that directory
source_made() {
	local place=$1 dir tree
	mkdir -p "$place"
	source_git "$place"
	tree=$(source_tree) || die "git cannot read $source_path"
	dir=$LAB_CACHE/judged/$(content_key "$source_path" "$tree" "$LAB_DIR/lab.config" "$LAB_DIR/source.sh")
	[ -f "$dir/.done" ] || source_make "$dir" "$place" "$tree" >&2
	touch "$dir/.done"
	printf '%s\n' "$dir"
}

source_prune() {
	find "$LAB_CACHE/judged" -mindepth 2 -maxdepth 2 -name .done -printf '%T@ %h\n' | sort -rn |
		tail -n +$((SOURCE_KEPT + 1)) | cut -d' ' -f2- | while IFS= read -r dir; do rm -rf "$dir"; done
}

source_make() {
	local dir=$1 place=$2 tree=$3 release
	step source-copy 0 "copying what is new in $source_path${source_revision:+ at $source_revision}" source_checkout "$place" "$tree"
	source_configure "$place"
	release=$(kernel_make -C "$place/src" O="$place/build" kernelrelease)
	STEP_SHOW=source_errors STEP_STATUS=125 step source-build 1830 "building Linux $release, 6 to 12 minutes on 2 cores the first time" \
		kernel_make -C "$place/src" O="$place/build" --no-silent Image modules
	source_keep "$place" "$dir" "$release"
}

# What the kernel does not know is left out, and said. Without these it is no use.
source_configure() {
	local place=$1 line
	kernel_config_text "$LAB_DIR/lab.config" >"$place/lab.config"
	STEP_SHOW=source_errors STEP_STATUS=125 step source-configure 0 "configuring it" \
		kernel_make -C "$place/src" O="$place/build" KCONFIG_ALLCONFIG="$place/lab.config" allnoconfig
	grep -v '=n$' "$place/lab.config" | grep -vxFf "$place/build/.config" >"$place/left-out" || true
	for line in CONFIG_ARM_SMMU_V3=m CONFIG_DEBUG_INFO_BTF=y CONFIG_DEBUG_INFO_BTF_MODULES=y CONFIG_BPF_SYSCALL=y; do
		! grep -qxF "$line" "$place/left-out" ||
			source_fail 3 "this kernel does not take $line" "see $place/build/.config and what the option depends on"
	done
	[ ! -s "$place/left-out" ] || say "not known to this kernel, left out: $(xargs <"$place/left-out")"
}

# The compiler's own lines, and not what the others printed meanwhile.
source_errors() {
	grep -E -A 3 '(error|Error|undefined reference|multiple definition)[: ]|\*\*\*|FAILED|not found' "$1" | head -n 25 || tail -n 25 "$1"
}

source_keep() {
	local place=$1 dir=$2 file
	rm -rf "$dir" && mkdir -p "$dir/build/lib/kunit"
	cp "$place/build/arch/arm64/boot/Image" "$place/left-out" "$dir"
	cp "$place/build/$SOURCE_DRIVER"/*.ko "$dir"
	file=$place/build/lib/kunit/kunit.ko
	[ ! -f "$file" ] || cp "$file" "$dir/build/lib/kunit"
	printf '%s\n' "$3" >"$dir/release"
	touch "$dir/.done"
}
