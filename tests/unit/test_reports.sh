#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The reports of a verdict, as those read them who they are for: JSON Lines by jq, KTAP
# by the kernel's own parser, JUnit by python3-junitparser. All count the same tests.
# shellcheck disable=SC2154 # python and kunit are of lib/reports.sh
cd "$(dirname "$0")/../.." || exit 1
. tools/lab/cache.sh
. tests/unit/lib/reports.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# "TESTS FAILURES SKIPPED" of a report in JSON Lines: what the others have to say as well.
expected() {
	jq -rs --argjson fails "$2" '
		[.[] | select(.type == "check") | .rule as $rule | ($fails | index($rule)) as $fails
			| if (.result == "fail") != ($fails != null) then "bad"
			  elif .result == "fail" or .result == "pass" then "good"
			  elif .required then "bad" else "skip" end] +
		[.[] | select(.type == "expectation")
			| {pass: "good", fail: "bad"}[.result] // "skip"] +
		[.[] | select(.type == "result" and (.verdict | IN("pass", "fail") | not))
			| if .allowed then "skip" else "bad" end]
		| "\(length) \(map(select(. == "bad")) | length) \(map(select(. == "skip")) | length)"
	' "$1"
}

out/unit/test_check_report "$dir" || echo "not ok - the reports are written"
for run in pass:'["R16"]' fail:'["R5"]' unseen:'[]'; do
	name=${run%%:*}
	report=$dir/verdict-$name
	counts=$(expected "$report.jsonl" "${run#*:}")
	same "$name: JSON Lines has a verdict" \
		"$(jq -rs '.[-1].verdict' "$report.jsonl")" "${name/unseen/not observable}"
	for format in ktap xml; do
		same "$name: so has $format" "$(sed -n 's/^# verdict: //p; s/.*"verdict" value="\([^"]*\)".*/\1/p' \
			"$report.$format")" "${name/unseen/not observable}"
	done
	if [ -n "$kunit" ]; then
		same "$name: the kernel's KTAP parser counts tests, failures, skipped" \
			"$(by_kunit "$report.ktap")" "$counts"
	else
		echo "ok - $name: KTAP # SKIP no kernel source in $LAB_CACHE/kernel yet"
	fi
	if "$python" -c 'import junitparser' 2>/dev/null; then
		same "$name: junitparser counts tests, failures, skipped" \
			"$(by_junitparser "$report.xml")" "$counts"
	else
		echo "ok - $name: JUnit # SKIP no python3-junitparser"
	fi
done

# Three reports in one file, of scenarios whose name has what means something to KTAP and XML, and a
# line's end: skipped, passed, without a verdict. The first and the last are a test each.
several=$dir/verdict-several
same "several: JSON Lines names its schema in the first line of each report" \
	"$(jq -rs 'map(select(.schema) | .type) | join(" ")' "$several.jsonl")" "skipped verdict error"
counts=$(expected "$several.jsonl" '["R16"]' | awk '{ print $1 + 2, $2, $3 + 1 }')
if [ -n "$kunit" ]; then
	# The kernel's parser counts an error as a failure.
	same "several: the kernel's KTAP parser counts tests, failures, skipped, and finds no error" \
		"$(by_kunit "$several.ktap")" "$(awk '{ print $1, $2 + 1, $3 }' <<<"$counts")"
fi
if "$python" -c 'import junitparser' 2>/dev/null; then
	same "several: junitparser counts tests, failures, skipped" "$(by_junitparser "$several.xml")" "$counts"
fi
for report in "$dir"/*.xml; do
	same "$(basename "$report"): attributes and elements that strict readers ask for" "$(strict_junit "$report")" ""
done

# A recording of which no event is left is no pass: the word and the exit status say so in each form.
out/unit/test_record "$dir/run.smr" && head -c 1000 "$dir/run.smr" >"$dir/cut.smr"
cut() {
	local status=0
	out/native/smmuscope replay "$@" "$dir/cut.smr" >"$dir/cut" 2>"$dir/cut.err" || status=$?
	echo "$status"
}
same "cut, text: ends with" "$(cut --check)" 3
same "cut, text: the word" "$(grep -o '^verdict: not observable' "$dir/cut")" "verdict: not observable"
same "cut, json: ends with" "$(cut --check --format json)" 3
same "cut, json: the word" "$(jq -r 'select(.type == "result").verdict' "$dir/cut")" "not observable"
same "cut, ktap: ends with" "$(cut --check --format ktap)" 3
same "cut, ktap: the word" "$(tail -n 1 "$dir/cut")" "not ok 1 check"
same "cut, junit: ends with" "$(cut --check --format junit)" 3
same "cut, junit: the word" "$(grep -c '<failure type="not observable"' "$dir/cut")" 1
same "cut, allowed: ends with" "$(cut --check --allow not-observable)" 0
same "cut, --strict: ends with" "$(cut --check --strict)" 4
head -c -40 "$dir/run.smr" >"$dir/cut.smr" # one that has events left
same "cut, events: the summary's reason" "$(cut --json) $(jq -r 'select(.type == "summary").reason' "$dir/cut")" "0 cut"
same "cut, events: the time that is left" "$(jq -r 'select(.type == "summary").duration_ns' "$dir/cut")" \
	"$(jq -rs '(map(.ts_ns | numbers) | max) - .[0].clock.monotonic_ns' "$dir/cut")"
