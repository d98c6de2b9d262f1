# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a list is spent on, instruction by instruction: the emulator writes down each that it
# runs, while the guest issues some lists. Source after cache.sh.

SPENT_FUNCTION=arm_smmu_cmdq_issue_cmdlist

# spent DIR CMD...: CMD is tools/lab/run with its options. Leaves a line of costs.jsonl in DIR
# for each row.
spent() {
	local dir=$1 answers orders input lab line
	shift
	rm -f "$dir"/{monitor.in,monitor.out,input}
	mkfifo "$dir"/{monitor.in,monitor.out,input}
	# Open at both ends, as opening one waits for the other.
	exec {orders}<>"$dir/monitor.in" {input}<>"$dir/input"
	cat "$dir/monitor.out" >/dev/null &
	exec {answers}< <("$@" --out "$dir" --monitor "$dir/monitor" --shell <"$dir/input" 2>"$dir/log" {orders}>&- {input}>&-)
	lab=$!
	echo 'sh /project/tools/cost/guest spent; exit' >&"$input"
	: >"$dir/symbols"
	# What is no word of spent.guest is a line of /proc/kallsyms.
	while read -r -u "$answers" line; do
		case $line in
		symbols) mv "$dir/symbols" "$dir/symbols.kernel" && : >"$dir/symbols" ;;
		ready) spent_begin ;;
		"issued "*) spent_end "${line#* }" ;;
		*) printf '%s\n' "$line" >>"$dir/symbols" ;;
		esac
	done
	exec {answers}<&- {orders}>&- {input}>&-
	wait "$lab" || return
	cat "$dir/spent.jsonl" >>"$dir/costs.jsonl"
}

# The guest waits until there is something in the log, which its clock sees to, and goes on.
spent_begin() {
	LC_ALL=C sort "$dir/symbols.kernel" "$dir/symbols" >"$dir/symbols.sorted"
	printf '%s\n' "logfile $dir/instructions" "singlestep on" "log exec,nochain" >&"$orders"
	until [ -s "$dir/instructions" ] || ! kill -0 "$lab" 2>/dev/null; do sleep 0.05; done
	echo >&"$input"
}

# spent_end WORDS: of JSON, which say what was attached.
spent_end() {
	printf '%s\n' "log none" "singlestep off" >&"$orders"
	LC_ALL=C awk -v "function_name=$SPENT_FUNCTION" -v "words=$1" -f tools/cost/spent.awk \
		"$dir/symbols.sorted" "$dir/instructions" >>"$dir/spent.jsonl"
	rm "$dir/instructions"
	: >"$dir/symbols"
	echo >&"$input"
}
