# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
#
# For the guest's side of hardware-waits-N: functions fall silent, and the SMMU waits for each
# of them as long as it is told. Who is fenced, and how long does one invalidation keep its CPU?
# One row for each case in waits.tsv, columns as `waits_row` prints them: what the emulator and the
# kernel say, and beside it the verdict on that case.
. /project/tests/lab/guest.sh
. /project/tests/lab/silence.sh

tracing=/sys/kernel/tracing

# One in the list of 64 commands, which is issued first and begins with it, one in the list of 8,
# which ends with it, and a disk. Newer drivers keep the functions in the order of their StreamIDs, older
# ones have the one in front that was attached last.
large=0000:09:00.7 small=0000:01:00.0 disk=0000:0a:00.0
verdicts=0 measures=yes
if grep -q ' arm_smmu_domain_inv_range' /proc/kallsyms; then
	large=0000:01:00.0 small=0000:09:00.7
fi
many='0000:02:00.1 0000:03:00.2 0000:04:00.3 0000:05:00.4 0000:06:00.5 0000:07:00.6 0000:08:00.7'

# longest_begin, longest -> the longest ATC invalidation since then, in ms; below 20 it is 0.
longest_begin() {
	[ $measures = yes ] || return 0
	[ -d $tracing/events ] || mount -t tracefs tracefs $tracing
	echo 0 >$tracing/tracing_on
	echo 20000 >$tracing/tracing_thresh
	grep -E '^(arm_smmu_atc_inv_(domain|master)|__arm_smmu_domain_inv_range)( |$)' \
		$tracing/available_filter_functions | cut -d' ' -f1 >functions.traced
	# Both: the first one alone has every function of the kernel call the tracer.
	cat functions.traced >$tracing/set_graph_function
	cat functions.traced >$tracing/set_ftrace_filter
	echo 1 >$tracing/max_graph_depth
	echo function_graph >$tracing/current_tracer
	echo >$tracing/trace
	echo 1 >$tracing/tracing_on
}

longest() {
	[ $measures = yes ] || { echo 0; return; }
	echo 0 >$tracing/tracing_on
	grep -oE '[0-9.]+ us' $tracing/trace | sort -n | tail -n 1 |
		awk '{ longest = int($1 / 1000) } END { print longest + 0 }'
}

fenced() {
	sed -nE 's/.*([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]): ATC invalidation .* ATS is off.*/\1/p' kmsg |
		sort -u
}

# waits_case WAIT_US IRQ CULPRITS STIMULUS_ARG...: IRQ is `blocked` if the stimulus is to run on
# the CPU of the GERROR interrupt.
waits_case() {
	wait_us=$1 irq=$2 culprits=$3
	shift 3
	[ "$irq" != blocked ] || set -- "$@" --pin "$(gerror_cpu)"
	dmesg -c >/dev/null
	longest_begin
	for culprit in $culprits; do silence "$culprit" 65535 "$wait_us"; done
	verdict=verdict-$((verdicts += 1)).json status=0
	smmuscope check --format json -o "$verdict" -- stimulus "$@" >stimulus.json 2>&1 || status=$?
	[ "$status" = 0 ] || cat stimulus.json
	! disk_stopped || status=0
	# The queue need not stand any longer: all that may be seen of it has been.
	for culprit in $culprits; do silence "$culprit" 0 0; done
	usleep 300000
	dmesg >kmsg
	fenced >functions
	waits_row | tee -a waits.tsv
	cat kmsg >>kmsg.all
}

# The wait in us, CPUs, the interrupt, culprits, functions that were fenced, those of them that were
# innocent, culprits that were not fenced, messages that something is unconfirmed, the longest
# invalidation in ms, splats, what invalidates, the status of `check`, the rules that failed.
waits_row() {
	innocent=$(grep -cvF "$(echo "$culprits" | tr ' ' '\n')" functions)
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$wait_us" "$(nproc)" "$irq" \
		"$(echo "$culprits" | wc -w)" "$(wc -l <functions)" "$innocent" \
		$(($(echo "$culprits" | wc -w) - $(wc -l <functions) + innocent)) \
		"$(grep -c unconfirmed kmsg)" "$(longest)" \
		"$(grep -cE 'BUG:|WARNING:|stall|lockup|Oops|blocked for more' kmsg)" "$invalidates" \
		"$status" "$(sed -n 's/.*"rule":"\([^"]*\)".*"result":"fail".*/\1/p' "$verdict" | tr '\n' ' ')"
}

# waits_domain WAIT_US IRQ CULPRITS STIMULUS_ARG...: with all functions in one domain; those
# that are fenced are reset for the next one.
waits_domain() {
	wait_us=$1 irq=$2 culprits=$3
	shift 3
	invalidates=domain
	waits_case "$wait_us" "$irq" "$culprits" --use lab "$@"
	while read -r culprit; do reset_device "$culprit"; done <functions
}

# Behind the queue's stop the TLBIs of the disk's own buffers stand as well. Their issuer gives up after
# its poll, and what the SMMU still translates then is not what the disk's driver put there: the
# emulator's log has "zero sized buffers", and the disk says no more. No recovery can help that.
disk_stopped() {
	[ "$status" = 9 ] && [ "$invalidates" = disk ] && [ "$wait_us" -gt 1000000 ] &&
		grep -q '"verdict":"pass"' "$verdict" &&
		echo "# with a wait of $wait_us us the disk stopped: $(grep -o '"reads":[0-9]*' stimulus.json)"
}

# waits_disk WAIT_US IRQ CULPRITS: the disk's interrupt invalidates. Once: its driver does not get
# over the reset that would be needed for another time.
waits_disk() {
	invalidates=disk
	waits_case "$1" "$2" "$3" --block /dev/vda --reads 10
}

# One CPU, which waits and would have to take the interrupt.
waits_on_1() {
	waits_domain 0 blocked "$small" --count 3
	waits_domain 1000 blocked "$large" --count 3
	waits_domain 100000 blocked "$large" --count 3
	waits_domain 900000 blocked "$small" --count 3
	waits_domain 3000000 blocked "$small" --count 3
	waits_domain 60000000 blocked "$small" --count 3
	stimulus --use lab --quit
	waits_disk 3000000 blocked "$disk"
}

# Two CPUs, with the interrupt free and blocked; seven silent at a time; a disk in hard-IRQ context.
waits_on_2() {
	for wait in 0 1000 100000 900000 3000000 60000000; do
		waits_domain "$wait" free "$small" --count 3 --pin $((1 - $(gerror_cpu)))
		waits_domain "$wait" blocked "$small" --count 3
	done
	waits_domain 100000 free "$large" --count 3 --pin $((1 - $(gerror_cpu)))
	waits_domain 3000000 blocked "$large" --count 3
	waits_domain 100000 free "$many" --count 3 --pin $((1 - $(gerror_cpu)))
	stimulus --use lab --quit
	waits_disk 100000 blocked "$disk"
}

# Eight CPUs that invalidate at the same time. How long each took is not measured: to trace it, the
# kernel stops all CPUs, which has taken a minute of the guest's time on a busy host.
waits_on_8() {
	measures=no
	for wait in 0 1000 100000 3000000 60000000; do
		waits_domain "$wait" any "$small" --count 48 --threads 8
	done
	waits_domain 3000000 any "$large" --count 48 --threads 8
	stimulus --use lab --quit
	waits_disk 60000000 any "$disk"
}

stimulus --device all --serve lab
