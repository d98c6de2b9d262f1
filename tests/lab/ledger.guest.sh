# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the guest's side of the tests ledger-N: rings from one page to 64 MiB, and a reader that
# reads, pauses or dies, or a collector that is killed. One thread per CPU invalidates, two lists
# each time; a `stat` beside it counts all lists.
. /project/tests/lab/guest.sh

# Invalidations; their lists are more than a ring of 1 MiB, the pipe and the buffers hold together.
count=8000 part=7000

tools_said() { until grep -qs 'attached, stop' "$1"; do usleep 10000; done; }

# Functions with a trampoline or a kprobe: none, if no tool runs.
still_attached() { cat /sys/kernel/tracing/enabled_functions /sys/kernel/debug/kprobes/list; }

# collect NAME RING: a trace into a pipe, with its reader.
collect() {
	mkfifo /run/pipe
	cat /run/pipe >"$1.jsonl" &
	reader=$!
	smmuscope trace --json --strict -k submit --ring "$2" -o "$1.smr" -o - -s "$1.json" \
		>/run/pipe 2>"$1.err" &
	tool=$!
	tools_said "$1.err"
}

# settled FILE: waits until the file has not grown for 0.3 s.
settled() {
	before=-1
	until [ "$before" = "$(wc -c <"$1")" ]; do
		before=$(wc -c <"$1")
		usleep 300000
	done
}

ended() {
	wait "$tool"
	echo "$?" >"$1.status"
	wait "$reader" 2>/dev/null
	rm /run/pipe
}

# The collector is told to end while the reader is far behind; the reader still gets everything.
normal() {
	collect "$1" "$2"
	invalidate $count >"$1.stimulus"
	kill -INT $tool
	ended "$1"
}

# Like a pager: most events come before anything is read, the rest after that.
slow() {
	collect "$1" "$2"
	kill -STOP $reader
	invalidate $part >"$1.stimulus"
	kill -CONT $reader
	settled "$1.jsonl"
	invalidate $((count - part)) >>"$1.stimulus"
	kill -INT $tool
	ended "$1"
}

# The reader is stopped first, so that the collector cannot notice its death before all lists
# were issued.
dies() {
	collect "$1" "$2"
	kill -STOP $reader
	invalidate $count >"$1.stimulus"
	kill -KILL $reader
	ended "$1"
}

killed() {
	collect "$1" "$2"
	echo "$count" >&3
	until [ -s "$1.jsonl" ]; do usleep 10000; done
	kill -KILL $tool
	read -r _ <&4
	ended "$1"
	still_attached >"$1.attached"
	normal "$1.next" "$2"
}

# pressure: all rings and readers, with one thread per CPU.
pressure() {
	rings="4K 64K 1M 64M"
	attach --device 0000:01:00.0 --threads "$(nproc)"
	smmuscope stat --json --strict -o stat.json 2>stat.err &
	stat=$!
	tools_said stat.err
	for ring in $rings; do
		for reader_is in normal slow dies; do
			$reader_is "$ring.$reader_is" "$ring"
		done
	done
	kill -INT $stat
	wait $stat && echo "ok - stat ends with 0" || echo "not ok - stat ends with $?"
	for ring in $rings; do killed "$ring.killed" "$ring"; done
	detach
	still_attached >attached
}
