# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the guest's side of lab tests with `--emulator ats`: makes PCI functions fall silent through
# the emulator's own capability (docs/HARDWARE.md), without our tool, and reads its counters.

# silence_at BDF: the offset of the capability in configuration space, or nothing.
silence_at() {
	offset=256
	while [ "$offset" -ge 256 ]; do
		header=$(silence_word "$1" "$offset")
		if [ $((header & 0xffff)) = 11 ] && [ $(($(silence_word "$1" $((offset + 4))) & 0xffff)) = $((0x4154)) ]; then
			echo "$offset"
			return
		fi
		offset=$((header >> 20 & 0xffc))
	done
}

# silence_word BDF OFFSET -> the dword there.
silence_word() { hexdump -s "$2" -n 4 -e '1/4 "%u\n"' "/sys/bus/pci/devices/$1/config"; }

# silence_write BDF OFFSET VALUE: in one access of four bytes; the offset is a multiple of 4.
silence_write() {
	# shellcheck disable=SC2059
	printf "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($3 & 255)) $(($3 >> 8 & 255)) $(($3 >> 16 & 255)) $(($3 >> 24 & 255)))" |
		dd of="/sys/bus/pci/devices/$1/config" bs=4 seek=$(($2 / 4)) conv=notrunc 2>/dev/null
}

# silence BDF COUNT [WAIT_US [CONTROL]]: the next COUNT ATC_INV are not answered (65535: none ever
# is), and the SMMU waits so long for each. CONTROL has more bits of the control word.
silence() {
	cap=$(silence_at "$1")
	[ -n "$cap" ] || { echo "silence: $1 cannot fall silent" >&2; return 1; }
	[ -z "${3:-}" ] || silence_write "$1" $((cap + 20)) $((0x80000000 | $3))
	silence_write "$1" $((cap + 8)) $(($2 | ${4:-0}))
}

# answered BDF, unanswered BDF -> the counters; left BDF -> how many more are not answered.
answered() { silence_word "$1" $(($(silence_at "$1") + 24)); }
unanswered() { silence_word "$1" $(($(silence_at "$1") + 28)); }
left() { echo $(($(silence_word "$1" $(($(silence_at "$1") + 8))) & 0xffff)); }

# gerror_cpu -> the CPU that the GERROR interrupt goes to.
gerror_cpu() {
	irq=$(grep -E 'arm-smmu-v3-(gerror|combined-irq)' /proc/interrupts | head -n 1 | cut -d: -f1)
	cat "/proc/irq/$((irq))/effective_affinity_list"
}
