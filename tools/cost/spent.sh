# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Where the instructions of a list go: the emulator logs each one that it runs while the guest
# issues some lists. Source after cache.sh.

SPENT_FUNCTION=arm_smmu_cmdq_issue_cmdlist

# One instruction at a time: `singlestep`, since QEMU 8.1 `one-insn-per-tb`. QEMU answers the one
# that it does not know with an error, and goes on.
SPENT_ON=("singlestep on" "one-insn-per-tb on" "log exec,nochain")
SPENT_OFF=("log none" "singlestep off" "one-insn-per-tb off")

# Each row has a machine of its own: nothing waits for the host there before everything is in
# place, so that addresses, and the instructions it takes to load them, are the same in every run.
SPENT_ROWS=("fentry nothing")
for each in floor stat trace-json-null trace-other inject-armed-only; do
	SPENT_ROWS+=("fentry $each" "kprobe $each")
done

# spent DIR CMD...: CMD is tools/lab/run with its options. Leaves a line of costs.jsonl in DIR
# for each row.
spent() {
	local dir=$1 row
	shift
	: >"$dir/spent.jsonl"
	for row in "${SPENT_ROWS[@]}"; do
		spent_row "$@" || return
	done
	cat "$dir/spent.jsonl" >>"$dir/costs.jsonl"
}

spent_row() {
	local answers orders input drain drainer lab line status=0
	rm -f "$dir"/{monitor.in,monitor.out,input}
	mkfifo "$dir"/{monitor.in,monitor.out,input} || return
	# Open at both ends, as opening one waits for the other.
	exec {orders}<>"$dir/monitor.in" {input}<>"$dir/input" {drain}<>"$dir/monitor.out"
	setpriv --pdeathsig KILL cat <&"$drain" >/dev/null 2>&1 {orders}>&- {input}>&- &
	drainer=$!
	exec {answers}< <(exec "$@" --out "$dir" --monitor "$dir/monitor" --shell <"$dir/input" 2>"$dir/log" {orders}>&- {input}>&- {drain}>&-)
	lab=$!
	echo "sh /project/tools/cost/guest spent $row; exit" >&"$input"
	: >"$dir/symbols"
	# All other lines are those of /proc/kallsyms.
	while read -r -u "$answers" line; do
		case $line in
		ready) spent_begin ;;
		"issued "*) spent_end "${line#* }" || status=1 ;;
		*) printf '%s\n' "$line" >>"$dir/symbols" ;;
		esac
	done
	kill "$drainer"
	exec {answers}<&- {orders}>&- {input}>&- {drain}>&-
	rm "$dir"/{monitor.in,monitor.out,input}
	wait "$lab" || status=$?
	return $status
}

# Lets the guest go on once there is something in the log, which its timer ticks see to.
spent_begin() {
	LC_ALL=C sort "$dir/symbols" >"$dir/symbols.sorted"
	printf '%s\n' "logfile $dir/instructions" "${SPENT_ON[@]}" >&"$orders"
	until [ -s "$dir/instructions" ] || ! kill -0 "$lab" 2>/dev/null; do sleep 0.05; done
	echo >&"$input"
}

# spent_end WORDS: members of a JSON object, which say what was attached.
spent_end() {
	local status=0
	printf '%s\n' "${SPENT_OFF[@]}" >&"$orders"
	LC_ALL=C awk -v "function_name=$SPENT_FUNCTION" -v "words=$1" -f tools/cost/spent.awk \
		"$dir/symbols.sorted" "$dir/instructions" >>"$dir/spent.jsonl" 2>>"$dir/log" || status=1
	rm "$dir/instructions"
	echo >&"$input"
	return $status
}
