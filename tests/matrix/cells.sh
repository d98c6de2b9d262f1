# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The cells of a row of the matrix, from the files that tests/matrix/guest left. Each function
# looks at the current directory, that of one kernel and method, and prints one line: pass, skip
# or fail, a colon, and a result or a reason.

status_of() { cat "$1.status" 2>/dev/null || echo none; }

# said NAME: the tool's first message, in one line.
said() {
	cat "$1.err" "$1.out" 2>/dev/null | grep -vE 'smmuscope: debug: |"level":"debug"' |
		sed 's/.*"message":"//; s/"}$//' | head -n 1 | cut -c1-200
}

usable() { [ "$(status_of probe)" = 0 ]; }

# cell_hooks METHOD
cell_hooks() {
	case $(status_of probe) in
	0) jq -r --arg method "$1" '
		(.hooks | map(select(.usable)) | length) as $usable
		| (.hooks[] | select(.id == "list").method) as $list
		| if $list == $method then "pass: \($usable) of \(.hooks | length)"
		  else "fail: the command lists are hooked by \($list), not by \($method)" end' probe.out ;;
	3) cell_cannot ;;
	*) echo "fail: probe ended with $(status_of probe): $(said probe)" ;;
	esac
}

# The tool says that it cannot trace here: a skip if it gives the reason.
cell_cannot() {
	local why
	why=$(jq -r '.hooks[] | select(.id == "list") | .reason // empty' probe.out)
	if [ -n "$why" ]; then
		echo "skip: $why"
	else
		echo "fail: probe ended with 3: $(said probe)"
	fi
}

# lists FILE: counts the lists of a stream. An -rt kernel serves interrupts in threads.
lists() {
	jq -cn 'reduce inputs as $e ({lists: 0, tlbi: 0, atc: 0, atc_inv: 0, irq: 0, loss: null};
		if $e.type == "submit" then .lists += 1
			| .tlbi += (if [$e.opcodes | keys[] | select(startswith("TLBI"))] != [] then 1 else 0 end)
			| .atc += (if $e.opcodes.ATC_INV then 1 else 0 end)
			| .atc_inv += ($e.opcodes.ATC_INV // 0)
			| .irq += (if $e.context == "hardirq" or ($e.comm | startswith("irq/")) then 1 else 0 end)
		elif $e.type == "summary" then .loss = $e.loss else . end)' "$1"
}

# counters FILE: the same from a statistics document, which has commands in place of lists.
counters() {
	jq -c '[.smmus[].queues[]] | {lists: (map(.lists) | add), atc: (map(.atc_lists) | add),
		tlbi: (map(.commands | to_entries[] | select(.key | startswith("TLBI")) | .value) | add),
		atc_inv: (map(.commands.ATC_INV // 0) | add)}' "$1"
}

# The stimulus, the stream and the counters agree exactly; so do a disk's reads and its lists, one
# per read.
cell_exact() {
	local name
	for name in trace stat disk; do
		[ "$(status_of $name)" = 0 ] || {
			echo "fail: $name ended with $(status_of $name): $(said $name)"
			return
		}
	done
	jq -rn --argjson did "$(jq -c .expected trace.out)" --argjson again "$(jq -c .expected stat.out)" \
		--argjson stream "$(lists trace.jsonl)" --argjson count "$(counters stat.json)" \
		--argjson reads "$(jq .reads disk.out)" --argjson disk "$(lists disk.jsonl)" '
		def whole: .loss | .lost == 0 and .skipped_by_kernel == 0 and .attempted == .consumed;
		def same($have; $want): [$have.tlbi, $have.atc, $have.atc_inv, $have.lists] ==
			[$want.tlbi_lists, $want.atc_lists, $want.atc_inv, $want.tlbi_lists + $want.atc_lists];
		if $did.tlbi_lists != 10000 then "fail: the stimulus did \($did)"
		elif ($stream | whole | not) then "fail: trace lost: \($stream.loss)"
		elif (same($stream; $did) | not) then "fail: trace has \($stream), the stimulus did \($did)"
		elif (same($count; $again) | not) then "fail: stat has \($count), the stimulus did \($again)"
		elif ($disk | whole | not) then "fail: trace of the disk lost: \($disk.loss)"
		elif $disk.tlbi != $reads or $disk.irq != $reads then "fail: \($reads) reads, the stream has \($disk)"
		else "pass: \($did.tlbi_lists) TLBI, \($did.atc_inv) ATC_INV, \($reads) in interrupts" end'
}

# cell_inject RULES: one timeout, and one fence unless R6 is among the broken RULES.
cell_inject() {
	if [ "$(jq .can_inject probe.out)" != true ]; then
		jq -r '.hooks[] | select(.id == "injection_point") | "skip: \(.reason)"' probe.out
	elif [ "$(status_of inject)" != 0 ]; then
		echo "fail: inject ended with $(status_of inject): $(said inject)"
	else
		jq -rs --argjson fences "$(case ,$1, in *,R6,*) echo 0 ;; *) echo 1 ;; esac)" '
			[.[] | select(.type == "inject" and .repeat == null)] as $fired
			| ([.[] | select(.type == "fence")] | length) as $seen
			| if ($fired | length) != 1 then "fail: one timeout was ordered, \($fired | length) fired"
			  elif $seen != $fences then "fail: \($seen) fences, and not \($fences)"
			  else "pass: 1 timeout, \($fences) fence" end' inject.jsonl
	fi
}

# cell_verdict RULES: the rules that must be broken, and no others; - for none
cell_verdict() {
	local want=$1
	[ "$want" != - ] || want=""
	case $(status_of check) in
	0 | 1 | 3) ;; # 3: neither pass nor fail, as without hooks on resets
	*)
		echo "fail: check ended with $(status_of check): $(said check)"
		return
		;;
	esac
	jq -rs --arg want "$want" --arg status "$(status_of check)" --argjson inject "$(jq .can_inject probe.out)" \
		--argjson atc "$(jq -R 'fromjson? | .expected.atc_lists // empty' check.out)" '
		[.[] | select(.type == "check")] as $rules
		| def of($result): [$rules[] | select(.result == $result).rule];
		(of("fail") | join(",")) as $broken
		| if ($rules | length) == 0 then "fail: no verdict"
		  elif $broken != $want then "fail: breaks \($broken), and not \($want)"
		  elif ($status == "1") != ($want != "") then "fail: exit status \($status)"
		  elif $want != "" then "pass: finds \($broken) broken, as it must"
		  elif $atc == 0 and of("pass") == [] then "skip: no rule was exercised: without ATS there is no ATC_INV"
		  elif of("pass") == [] or ($inject and (of("pass") | index("R6") == null)) then
			"fail: there was ATC_INV, and these were judged: \(of("pass") | join(","))"
		  else "pass: \(of("pass") | join(", ")) held" end' check.jsonl
}

# verified FILE...: each program, and the most instructions that were verified for it.
verified() {
	sed -nE 's/.*program ([a-z_]+): ([0-9]+) instructions verified.*/\1 \2/p' "$@" 2>/dev/null |
		awk '$2 > most[$1] { most[$1] = $2 } END { for (name in most) print name, most[name] }' | sort
}

# How many programs the verifier accepted, and how many instructions it looked at.
cell_programs() {
	[ "$(status_of check)" != none ] || return 0
	verified check.err | awk '{ all += $2; if ($2 > most) most = $2 }
		END { if (NR) printf "%d programs, %d instructions, %d in the largest\n", NR, all, most }'
}
