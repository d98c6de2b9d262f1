# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For measuring in the lab (--icount, where a nanosecond is an instruction): starts a tool,
# has the stimulus work under it, and leaves what that cost as lines of costs.jsonl. The
# caller says where the rows belong ($group) and how it is attached ($method).
#
# shellcheck disable=SC2154

repeats=${repeats:-3} count=${count:-3000} sets=lab state=""
function=arm_smmu_cmdq_issue_cmdlist

# start CMD...: in the background, until it says that it is attached.
start() {
	: >/run/tool.err
	"$@" 2>/run/tool.err >"${tool_out:-/dev/null}" &
	tool=$!
	until grep -q 'attached, stop' /run/tool.err; do
		usleep 20000
		kill -0 "$tool" 2>/dev/null || { echo "$* ended: $(tail -n 3 /run/tool.err)" >&2 && exit 1; }
	done
}

# stop [STATUS]: ends the tool, which has to exit with STATUS (0): 1 for an injection that hit
# nothing, 143 for a program that handles no signals.
stop() {
	kill -TERM "$tool"
	status=0
	wait "$tool" || status=$?
	tool=""
	case " ${1:-0} " in
	*" $status "*) ;;
	*) echo "the tool ended with $status: $(tail -n 3 /run/tool.err)" >&2 && exit 1 ;;
	esac
	# Timers and RCU are still busy with what was attached.
	sleep 3
}

# work SET COUNT: one repeat, as a line of JSON. SET: irq for requests to a disk, tlbi-PAGES for
# unmaps of so many pages on a device without ATS, or the name of a stimulus.
work() {
	charge=""
	for pid in $tool $charged; do charge="$charge --charge $pid"; done
	# shellcheck disable=SC2086
	case $1 in
	irq) stimulus --serial /sys/block/vda/serial --reads "$2" ;;
	tlbi-*) stimulus --use tlbi --pages "${1#tlbi-}" --count "$2" ;;
	*) stimulus --use "$1" --count "$2" $charge ;;
	esac
}

# cost ROW: what each of $sets costs now, $repeats times after a run to get warm.
cost() {
	for set in $sets; do
		work "$set" 1000 >/dev/null || exit 1
		for repeat in $(seq "$repeats"); do
			did=$(work "$set" "$count") || exit 1
			printf '{"group":"%s","attach":"%s","set":"%s%s","row":"%s","repeat":%s,"did":%s}\n' \
				"$group" "$method" "$set" "$state" "$1" "$repeat" "$did" >>costs.jsonl
		done
	done
}

# under ROW [STATUS] -- CMD...: the cost while CMD runs.
under() {
	name=$1 wanted=0
	shift
	[ "$1" = -- ] || { wanted=$1 && shift; }
	shift
	start "$@"
	cost "$name"
	stop "$wanted"
}

never="times=1,for=1440m"
self=0000:01:00.0 other=0000:02:00.0

# measure ROW...: what people run, for the device that is in use ($self) or an idle one ($other).
measure() {
	for each in "$@"; do
		# shellcheck disable=SC2086
		case $each in
		nothing*) cost "$each" ;;
		floor) under floor 143 -- floor "$method" $function ;;
		stat) under stat -- scope stat -o /run/stat ;;
		trace-other) under trace-other -- scope trace --json -d $other -o /run/other.jsonl ;;
		trace-recording) under trace-recording -- scope trace --strict -o /run/trace.smr ;;
		trace-json-file) under trace-json-file -- scope trace --strict --json -o /run/trace.jsonl ;;
		trace-json-null) under trace-json-null -- scope trace --strict --json -o /dev/null ;;
		trace-text-null) under trace-text-null -- scope trace --strict -o /dev/null ;;
		inject-armed) under inject-armed 1 -- scope inject --json -o /run/armed.jsonl device=$other,$never ;;
		inject-armed-only) under inject-armed-only 1 -- scope inject --json -k inject -o /run/only.jsonl device=$other,$never ;;
		inject-fires) under inject-fires -- scope inject --json -k inject -o /run/fires.jsonl device=$self,times=1000000,for=1440m ;;
		*) echo "no row is called $each" >&2 && exit 1 ;;
		esac
		rm -f /run/*.jsonl /run/*.smr
	done
}

# bytes ROW FILE [OPTION]...: the size of an event in a file.
bytes() {
	name=$1 file=$2
	shift 2
	(scope trace "$@" -o "$file" -- stimulus --use lab --count 10000) >/dev/null 2>/run/tool.err ||
		{ cat /run/tool.err >&2 && exit 1; }
	printf '{"group":"%s","bytes":"%s","events":20000,"size":%s}\n' "$group" "$name" "$(stat -c %s "$file")" >>costs.jsonl
	rm "$file"
}

# scope COMMAND ARG...: the tool, attached by $method, with $verbose; replaces the calling shell.
scope() {
	command=$1
	shift
	exec smmuscope "$command" ${verbose:+"$verbose"} --attach="$method" "$@"
}
