# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# For the host's side of the tests ledger-N; CPUS is N. Compares the terms of the loss equation,
# each counted in another place: by the stimulus, by the BPF programs, by the collector, and from
# the lines and `loss` lines that the reader got. Each run adds a line to `rows`, from which
# tools/docs/ledger makes a table.
smr=../../native/smmuscope

verdict() { [ "$1" = yes ] && echo "ok - $2" || echo "not ok - $2${3:+: $3}"; }

# tally FILE: `events N holes N wrong N` of a stream. With one CPU the queue's own index says how
# many lists are missing, as each list takes two entries; wrong: holes that do not agree with it.
tally() {
	awk -v cpus="$CPUS" '
		function field(name,   at) {
			at = index($0, "\"" name "\":")
			return at ? substr($0, at + length(name) + 3) + 0 : 0
		}
		/"type":"loss"/ { hole += field("lost"); holes += field("lost") }
		/"type":"submit"/ {
			events++
			prod = field("prod")
			if (cpus == 1 && events > 1 && (prod - last + 1048576) % 1048576 != 2 * (hole + 1))
				wrong++
			last = prod
			hole = 0
		}
		END { printf "events %d holes %d wrong %d\n", events, holes, wrong }' "$1"
}

# row NAME READER EXPECTED: checks one run. EXPECTED: an exit status; or lossy, whole or any: a run
# that lost events, one that did not, or either, with the status that --strict gives then.
row() {
	local name=$1 reader=$2 wanted=$3 lists attempted emitted lost consumed skipped events holes wrong status
	lists=$(jq -s '[.[].expected | .tlbi_lists + .atc_lists] | add' "$name.stimulus")
	read -r attempted emitted lost consumed skipped < <(
		jq -r '.loss | "\(.attempted) \(.emitted) \(.lost) \(.consumed) \(.skipped_by_kernel)"' "$name.json")
	"$smr" replay --json "$name.smr" >"$name.replayed"
	if [ "$reader" != dies ]; then
		cmp -s "$name.jsonl" "$name.replayed" && status=yes || status=no
		verdict $status "$name: the recording says what the stream said"
	fi
	read -r _ events _ holes _ wrong < <(tally "$name.replayed")
	[ "$attempted" = "$lists" ] && [ "$skipped" = 0 ] && status=yes || status=no
	verdict $status "$name: attempted, $attempted, is what the stimulus had the driver do" "$lists, skipped $skipped"
	[ "$attempted" = $((emitted + lost)) ] && [ "$emitted" = "$consumed" ] && status=yes || status=no
	verdict $status "$name: $attempted attempted = $emitted emitted + $lost lost, $consumed consumed"
	[ "$events" = "$consumed" ] && [ "$holes" = "$lost" ] && [ "$wrong" = 0 ] && status=yes || status=no
	verdict $status "$name: $events events and holes of $holes in the stream, each at its place" "$wrong are not"
	status=$(cat "$name.status")
	case $wanted in
	lossy) [ "$status" = 4 ] && [ "$lost" -gt 0 ] && wanted=$status ;;
	whole) [ "$status" = 0 ] && [ "$lost" = 0 ] && wanted=$status ;;
	any) [ "$status" = $((lost ? 4 : 0)) ] && wanted=$status ;;
	esac
	[ "$status" = "$wanted" ] && status=yes || status=no
	verdict "$status" "$name: --strict ends with $(cat "$name.status")" "$wanted was wanted"
	printf '| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n' "$CPUS" "${name%%.*}iB" "$reader" \
		"$lists" "$attempted" "$emitted" "$lost" "$consumed" "$events" "$holes" >>rows
	rm "$name.replayed" "$name.jsonl"
}

rows() {
	local ring loss
	: >rows
	for ring in 4K 64K 1M 64M; do
		[ $ring = 64M ] && loss=whole || loss=lossy
		row $ring.normal normal "$([ $ring = 64M ] && echo whole || echo any)"
		row $ring.slow slow $loss
		row $ring.dies dies 141
		says "$ring.dies: says so" "closed by its reader; everything is detached" $ring.dies.err
		says "$ring.killed: it was" '^137$' $ring.killed.status
		verdict "$([ -s $ring.killed.attached ] && echo no || echo yes)" "$ring.killed: nothing stays attached"
		row $ring.killed.next "next after kill -9" "$([ $ring = 64M ] && echo whole || echo any)"
	done
	json "stat next to it counted each list, once" '[.smmus[].queues[].lists] | add == 4 * 3 * 16000' stat.json
	json "and each ATC_INV" '[.smmus[].queues[].commands.ATC_INV] | add == 4 * 3 * 8000' stat.json
	json "stat: nothing skipped by the kernel" '.loss.skipped_by_kernel == 0' stat.json
	verdict "$([ -s attached ] && echo no || echo yes)" "at the end nothing is attached"
}

# Without the columns that differ from run to run: emitted, lost and so on.
counted() { grep "^| $CPUS " "$1" | awk -F'|' -v OFS='|' '{ print $2, $3, $4, $5, $6 }'; }

rows
[ -z "${LAB_UPDATE_DOCS:-}" ] || ../../../tools/docs/ledger >../../../docs/LEDGER.md
if diff <(counted rows) <(counted ../../../docs/LEDGER.md) >rows.diff; then
	echo "ok - docs/LEDGER.md has these runs"
else
	echo "not ok - docs/LEDGER.md has not these runs (LAB_UPDATE_DOCS=1 writes it)"
	sed 's/^/# /' rows.diff
fi
