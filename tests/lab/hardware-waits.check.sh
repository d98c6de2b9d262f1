# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the host's side of hardware-waits-N: a line for each row of waits.tsv.

# row WAIT CPUS IRQ CULPRITS FENCED INNOCENT MISSED UNCONFIRMED LONGEST SPLATS WHAT STATUS FAILED
row() {
	local bad=""
	[ "$7" = 0 ] || bad+=" $7 of the culprits are not fenced;"
	[ "${10}" = 0 ] || bad+=" ${10} splats;"
	# One poll limit, and what the emulator and a loaded host add. With the disk, interrupts that
	# come in the middle count, and those wait for TLBI lists, each for a poll limit.
	[ "$9" -lt 2000 ] || [ "${11}" = disk ] || bad+=" an invalidation took $9 ms;"
	# With a shorter wait there is time to ask; with a longer one the queue stands still.
	[ "$1" -gt 100000 ] || [ "$4" -gt 1 ] || [ "$6" = 0 ] || bad+=" $6 innocents are fenced;"
	[ "$6" -lt 64 ] || bad+=" devices of two lists are fenced;"
	[ "$6" = 0 ] || [ "$8" != 0 ] || bad+=" nothing says that the fence is unconfirmed;"
	[ "${12}" = 0 ] || bad+=" check ends with ${12} (${13:-no rule is broken});"
	echo "${bad:+not }ok - ${11}, wait $1 us, $2 CPUs, interrupt $3, $4 silent: $5 fenced, $6 of them innocent, $9 ms${bad:+:$bad}"
}

count=0
while IFS=$'\t' read -r -a columns; do
	row "${columns[@]}"
	count=$((count + 1))
done <waits.tsv
[ "$count" = "$CASES" ] && echo "ok - all $CASES cases" || echo "not ok - $count of $CASES cases"
