# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Variants of the SMMUv3 driver: the driver of the lab's kernel, with patches
# applied, built as a module against that kernel. Source after kernel.sh.
#
# A file in tools/kernel/variants names what a variant is made of, one word or
# more to a line, comments with #: directories of patches under tools/kernel/SERIES
# or tools/kernel/common, in the order they are applied, and CONFIG_NAME=y or =m
# for an option of the driver that the kernel was not built with.

LAB_VARIANTS=${LAB_VARIANTS:-$LAB_ROOT/tools/kernel/variants}
LAB_PATCHES=${LAB_PATCHES:-$KERNEL_PATCHES}
DRIVER_SUBDIR=drivers/iommu/arm/arm-smmu-v3

variant_words() {
	local name=$1 file=$LAB_VARIANTS/$1
	case $name in
	*/* | "") die "'$name' is not the name of a variant" ;;
	esac
	[ -f "$file" ] || die "no driver variant is called $name" \
		"tools/kernel/variants has: $(find "$LAB_VARIANTS" -maxdepth 1 -type f -printf '%f\n' 2>/dev/null | sort | xargs)"
	sed 's/#.*//' "$file" | tr -s ' \t' '\n' | grep . || true
}

# variant_patches NAME WORD...
variant_patches() {
	local name=$1 word dir
	for word in "${@:2}"; do
		case $word in
		CONFIG_*) continue ;;
		esac
		dir=$(kernel_part "$LAB_PATCHES" "$word")
		[ -d "$dir" ] || die "variant $name names $word, and tools/kernel/$LAB_SERIES/$word does not exist"
		find "$dir" -maxdepth 1 -name '*.patch' | sort
	done
}

# driver_dir KERNELDIR VARIANT [PATCH...] -> directory with arm_smmu_v3.ko.
driver_dir() {
	local kernel=$1 name=$2 words patches config
	shift 2
	words=$(variant_words "$name")
	config=$(grep ^CONFIG_ <<<"$words" || true)
	# shellcheck disable=SC2086
	patches=$(variant_patches "$name" $words)
	mapfile -t patches < <(printf '%s\n' "$patches" "$@" | grep .)
	cached driver "$name-$(content_key "$kernel" "$config" "$LAB_DIR/driver.sh" "${patches[@]}")" \
		driver_build "$kernel" "$name" "$config" "${patches[@]}"
}

driver_build() {
	local kernel=$1 name=$2 config=$3 dir=${*: -1} patch
	packages_want kernel
	mkdir -p "$dir/src/$DRIVER_SUBDIR"
	cp "$kernel"/src/drivers/iommu/*.h "$dir/src/drivers/iommu/"
	cp -r "$kernel/src/$DRIVER_SUBDIR/." "$dir/src/$DRIVER_SUBDIR/"
	for patch in "${@:4:$#-4}"; do
		driver_patch "$kernel" "$dir/src" "$patch"
	done
	step "driver-$name" 12 "building the driver variant $name" driver_make "$kernel" "$dir" "$config"
	find "$dir/src" -name '*.ko' -exec mv -t "$dir" {} +
	find "$dir/src" \( -name '*.o' -o -name '.*.cmd' -o -name '*.mod*' \) -delete
}

# An option that the kernel was not built with is passed to make as a word and to the
# compiler as a macro; nothing outside this directory sees it.
driver_make() {
	local kernel=$1 dir=$2 config=$3 word flags="" words=()
	for word in $config; do
		words+=("$word")
		case $word in
		*=m) flags+=" -D${word%=m}_MODULE=1" ;;
		*=y) flags+=" -D${word%=y}=1" ;;
		esac
	done
	kernel_make -C "$kernel/build" M="$dir/src/$DRIVER_SUBDIR" KCFLAGS="$flags" "${words[@]}" --no-silent modules
}

# Refuses a patch to a file that is not part of the module, as it would have no effect.
driver_patch() {
	local kernel=$1 tree=$2 patch=$3 file
	while read -r file; do
		case $file in
		"$DRIVER_SUBDIR"/* | Documentation/* | MAINTAINERS | drivers/iommu/Kconfig | drivers/iommu/arm/Kconfig) ;;
		*) die "$(driver_patch_name "$patch") changes $file, which is not part of the module" \
			"a change outside $DRIVER_SUBDIR goes into tools/kernel/$LAB_SERIES/core" ;;
		esac
		if [ ! -e "$tree/$file" ] && [ -e "$kernel/src/$file" ]; then
			mkdir -p "$tree/$(dirname "$file")"
			cp "$kernel/src/$file" "$tree/$file"
		fi
	done < <(sed -n 's,^+++ b/\([^\t]*\).*,\1,p; s,^--- a/\([^\t]*\).*,\1,p' "$patch" | sort -u)
	patch -d "$tree" -s -p1 --no-backup-if-mismatch <"$patch" >&2 ||
		die "$(driver_patch_name "$patch") does not apply" \
			"it is applied to $DRIVER_SUBDIR of Linux $(cat "$kernel/release") after the patches before it"
}

driver_patch_name() { printf '%s\n' "${1#"$LAB_ROOT/"}"; }
