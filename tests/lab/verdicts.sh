# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the checks of lab tests that run scenarios: what their reports (JSON Lines) say
# together, and the table of it in docs/VERDICTS.md. Source after check.sh.

# verdict_rows FILE: "rule<TAB>id<TAB>result<TAB>count<TAB>scenarios", over all runs of the file.
verdict_rows() {
	jq -rs '
		reduce .[] as $line ({rows: []};
			if $line.type == "run" then .name = $line.name
			elif $line.type == "check" then .rows += [$line + {scenario: .name}]
			else . end)
		| .rows | group_by(.rule | ltrimstr("R") | tonumber)[]
		| . as $all | map(.result) as $results
		| [.[0].rule, .[0].id,
		   (["fail", "not observable", "pass", "not exercised"] | map(select(IN($results[]))) | .[0]),
		   (map(select(.result == "pass") | .count) | add // 0),
		   (map(select(.result == "pass") | .scenario) | join(", "))]
		| @tsv' "$1"
}

verdict_table() {
	echo "| rule | | result | times | in |"
	echo "|---|---|---|---|---|"
	verdict_rows "$1" | awk -F '\t' '{ printf "| %s | %s | %s | %s | %s |\n", $1, $2, $3, $4, $5 }'
}

# The part of the document between its marks.
verdict_part() { sed -n "/^<!-- $2 -->\$/,/^<!-- end -->\$/{//d;p}" "$1"; }

# verdict_document NAME FILE: compares rule and result with the part NAME of the document, as
# how often and where varies. With LAB_UPDATE_DOCS the part is written first.
verdict_document() {
	local name=$1 file=$2 document=${0%/tests/lab/*}/docs/VERDICTS.md difference
	if [ -n "${LAB_UPDATE_DOCS:-}" ]; then
		verdict_table "$file" >table
		sed -i "/^<!-- $name -->\$/,/^<!-- end -->\$/{//!d}; /^<!-- $name -->\$/r table" "$document"
	fi
	if difference=$(diff <(verdict_part "$document" "$name" | cut -d'|' -f2,4) \
		<(verdict_table "$file" | cut -d'|' -f2,4)); then
		echo "ok - docs/VERDICTS.md is what was found"
	else
		echo "not ok - docs/VERDICTS.md is not what was found (LAB_UPDATE_DOCS=1 writes it): $(tr '\n' ' ' <<<"$difference")"
	fi
}

# verdict_passes FILE: each run of the file ended well.
verdict_passes() {
	local name verdict failed
	while IFS=$'\t' read -r name verdict failed; do
		if [ "$verdict" = pass ]; then
			echo "ok - $name: the verdict is good"
		else
			echo "not ok - $name: $verdict: $failed"
		fi
	done < <(jq -rs '
		reduce .[] as $line ({rows: [], why: []};
			if $line.type == "run" then .name = $line.name | .why = []
			elif $line.type == "check" and ($line.result == "fail" or ($line.required and $line.result != "pass"))
				then .why += ["\($line.rule) \($line.result) \($line.reason // ($line.evidence // [{}])[0].message // "")"]
			elif $line.type == "expectation" and ($line.met | not) then .why += ["\($line.text): \($line.found)"]
			elif $line.type == "result" then .rows += [[.name, $line.verdict, (.why | join("; "))]]
			else . end)
		| .rows[] | @tsv' "$1")
}
