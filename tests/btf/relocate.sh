# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Relocates BPF objects against the types of a kernel that is not running here, as the loader
# would do it; bpftool needs no privileges for that.

BPFTOOL=$(command -v /usr/sbin/bpftool || command -v bpftool)
BPF_OBJECTS=(out/bpf/hooks.linked.o out/bpf/scan.linked.o)

# made NAME: builds tests/btf/NAME.c if necessary, and prints the path of the program.
made() {
	mkdir -p out/btf
	[ "out/btf/$1" -nt "tests/btf/$1.c" ] ||
		"${CC:-cc}" -O2 -Wall -Wextra -Werror -o "out/btf/$1" "tests/btf/$1.c" -lbpf -lelf -lz
	echo "out/btf/$1"
}

# relocates BTF OBJECT: if something does not relocate, prints what and fails.
relocates() {
	local used log status=0
	used=$(mktemp)
	log=$("$BPFTOOL" gen min_core_btf "$1" "$used" "$2" 2>&1) || status=1
	[ $status != 0 ] || log=$("$(made twins)" "$1" "$2") || status=1
	[ $status != 0 ] || log=$(right_twin "$1" "$used") || status=1
	rm -f "$used"
	[ -z "$log" ] || printf '%s: %s\n' "$2" "$log"
	return $status
}

# structs BTF NAME MEMBER: the sizes of the structures of that name, with such a member.
structs() {
	"$BPFTOOL" btf dump file "$1" | awk -v name="'$2'" -v member="'$3'" '
		/^\[/ { size = $2 == "STRUCT" && $3 == name ? $4 : "" }
		size != "" && (name == member || $1 == member) { print size; size = "" }'
}

# right_twin BTF USED: of the structures of SMMUv2 and v3 with the same name only v3's may be used:
# it is the one with a command queue.
right_twin() {
	local size wanted
	wanted=$(structs "$1" arm_smmu_device cmdq | sort -u)
	"$BPFTOOL" btf dump file "$2" | awk '$2 == "STRUCT" && $3 == "'"'arm_smmu_device'"'" { print $4 }' |
		while read -r size; do
			[ "$size" = "$wanted" ] || echo "accesses the arm_smmu_device of $size, and not that of $wanted"
		done | grep . && return 1
	return 0
}

# reduced DIRECTORY: makes types.btf there, from the vmlinux.btf.gz and driver.btf.gz of a guest.
reduced() {
	local work module=()
	work=$(mktemp -d)
	gzip -dc "$1/vmlinux.btf.gz" >"$work/vmlinux"
	if [ -s "$1/driver.btf.gz" ]; then
		gzip -dc "$1/driver.btf.gz" >"$work/driver"
		module=(-m "$work/driver")
	fi
	"$(made reduce)" "${module[@]}" "$work/vmlinux" "$1/types.btf" "${BPF_OBJECTS[@]}"
	rm -rf "$work"
}

# twins BTF: how many structures are called arm_smmu_device.
twins() { "$BPFTOOL" btf dump file "$1" | grep -c "STRUCT 'arm_smmu_device'" || true; }
