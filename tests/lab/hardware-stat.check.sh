# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016
#
# For the host's side of the tests hardware-stat....

# counts NAME WHAT FILTER: the filter sees the statistics as $s, the emulator's and the kernel's
# words as $f, the queue as $q and the silent device (StreamID 0x100) as $d.
counts() {
	json "$1: $2" '$s[0] as $s | $f[0] as $f | $s.smmus[0].queues[0] as $q |
		($s.devices[] | select(.sid == 256)) as $d | '"$3" /dev/null -n \
		--slurpfile s "$1.json" --slurpfile f "$1.facts"
}

# log_agrees NAME: what the kernel wrote says the same without a hook, by cause and SMMU. The words
# of the log and the counts of the hooks come to it in two ways, and the emulator is a third.
log_agrees() {
	../../native/smmuscope replay --dmesg --stat --json --strict -o "$1.log.json" "$1.log"
	json "$1: the log names as many errors as the hooks, by cause" '.smmus[0].errors // {} ==
		($s[0].smmus[0].queues[0].errors // {})' "$1.log.json" --slurpfile s "$1.json"
	json "$1: the log has as many lists out of time as failed" '(.smmus[0].sync_timeouts // 0) ==
		$s[0].smmus[0].queues[0].failed' "$1.log.json" --slurpfile s "$1.json"
}

# agrees NAME: to the unit with the emulator and with the kernel, and in itself.
agrees() {
	counts "$1" "as many errors as the kernel says" '([$q.errors[]] | add // 0) == $f.messages'
	counts "$1" "as many lists as ATC_INV that had no answer" '([$q.error_lists[]] | add // 0) == $f.unanswered'
	counts "$1" "each list that timed out is of a device, or of nobody known" '
		([$s.devices[].timeouts.hardware] | add) + $q.timeouts_unknown.hardware == ($q.error_lists.CERROR_ATC_INV_SYNC // 0)'
	counts "$1" "each list that ran out of time is of a device, or of nobody known" '
		([$s.devices[].timeouts.software] | add) + $q.timeouts_unknown.software == $q.failed'
}

# one_device: the results of `cases` on a kernel without a recovery.
one_device() {
	for name in none some again illegal abort long blocked; do
		agrees $name
		log_agrees $name
	done
	counts none "nothing" '$q.errors == {} and $q.error_lists == {} and $d.timeouts.hardware == 0'
	counts some "five of one device" '$q.errors.CERROR_ATC_INV_SYNC == 5 and $d.timeouts.hardware == 5 and $q.failed == 0'
	counts again "three errors, one list" '$q.errors == {CERROR_ATC_INV_SYNC: 3} and $q.error_lists == {CERROR_ATC_INV_SYNC: 1} and $d.timeouts.hardware == 1'
	counts illegal "by its cause, and no timeout" '$q.errors == {CERROR_ILL: 2} and $d.timeouts.hardware == 0'
	counts abort "by its cause, and no timeout" '$q.errors == {CERROR_ABT: 1} and $d.timeouts.hardware == 0'
	counts long "the list ran out of time while the SMMU waited for its device, and the one behind it did" '
		$q.failed == 2 and $d.timeouts == {hardware: 1, software: 1, injected: $d.timeouts.injected} and $q.timeouts_unknown.software == 1'
	counts blocked "each list had both" '$q.failed == 2 and $d.timeouts.hardware == 2 and $d.timeouts.software == 2'
}
