# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the guest's side of the tests hardware-stat...: devices that really do not answer, and what
# `stat` says of it beside the emulator's own counter and the kernel's messages.
. /project/tests/lab/guest.sh
. /project/tests/lab/silence.sh

self=0000:01:00.0
ill=$((1 << 17)) abt=$((2 << 17)) twice_more=$((2 << 24))

# stalls_elsewhere yes|no: is the CPU that GERROR interrupts another one than the stimulus's?
stalls_elsewhere() {
	irq=$(grep -E 'arm-smmu-v3-(gerror|combined-irq)' /proc/interrupts | head -n 1 | cut -d: -f1)
	[ "$1" = yes ] && mask=2 || mask=1
	echo "$mask" >"/proc/irq/$((irq))/smp_affinity"
}

# case_of NAME COUNT WAIT_US CONTROL INVALIDATIONS: the next COUNT ATC_INV of $self are not answered.
# NAME.json is what stat counted, NAME.facts what the emulator and the kernel say of it.
case_of() {
	before=$(unanswered "$self")
	dmesg -c >/run/old.log
	silence "$self" "$2" "$3" "$4"
	smmuscope stat --json -o "$1.json" -- sh -c "
		. /project/tests/lab/guest.sh
		invalidate $5
		sleep $(($3 * 2 / 1000000))" >"$1.stimulus.json"
	silence "$self" 0
	dmesg -c >"$1.log"
	printf '{"unanswered":%d,"messages":%d}\n' $(($(unanswered "$self") - before)) \
		"$(grep -c 'CMDQ error (cons' "$1.log")" >"$1.facts"
}

cases() {
	attach --device "$self" --pin 0
	stalls_elsewhere yes
	case_of none 0 1000 0 10
	case_of some 5 1000 0 20
	case_of again 1 1000 $twice_more 5
	case_of illegal 2 0 $ill 10
	case_of abort 1 0 $abt 10
	case_of long 1 3000000 0 3
	stalls_elsewhere no
	case_of blocked 2 100000 0 5
	detach
}
