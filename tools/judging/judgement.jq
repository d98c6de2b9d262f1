# SPDX-License-Identifier: GPL-2.0
#
# What the machines left of one tree, as JSON Lines (smmuscope.judgement/1). Input: an array with the
# lines of all verdicts, each with `scenario`; $tree, $scenarios (what is known of each without its
# verdict: name, status, why, kernel) and $price are made by tools/judge.
def worst: if any(. == "fail") then "fail" elif any(. == "pass") then "pass"
	elif any(. == "not observable") then "not observable" else "not exercised" end;

. as $lines |
[$lines[] | select(.type == "check")] as $checks |
[$scenarios[] | . as $one |
	[$lines[] | select(.scenario == $one.name)] as $own |
	{type: "scenario", name, about,
	 result: (if .died then "died" else ([$own[] | select(.type == "result") | .verdict][0]
		// (if .status == 3 then "skipped" else "error" end)) end),
	 status,
	 rules: [$own[] | select(.type == "check") | {rule, result: (if .warn and .result != "fail" then "warn" else .result end)}],
	 unmet: [$own[] | select(.type == "expectation" and .met == false) | "\(.text): found \(.found)"],
	 unanswered: ([$own[] | select(.type == "silence") | .unanswered] | add // 0),
	 why, kernel}] as $results |
[$checks | group_by(.rule)[] | . as $group |
	{type: "rule", rule: .[0].rule, id: .[0].id, result: (map(.result) | worst),
	 count: ([.[] | select(.result == "fail") | .count] | add // 0),
	 scenarios: [.[] | select(.result == "fail") | .scenario],
	 warned: ([.[] | .warn.count // 0] | add),
	 reason: ([.[] | select(.result == "not observable") | .reason // empty][0]),
	 evidence: ([.[] | select(.result == "fail") | . as $check | .evidence[0] |
		. + {scenario: $check.scenario}][0])}]
	| sort_by(.rule[1:] | tonumber) as $rules |
([$rules[] | select(.result == "fail") | .rule]) as $failed |
[$results[] | select(.result == "died" or .result == "error" or (.result == "fail" and .unmet != []))] as $bad |
{type: "judgement", schema: "smmuscope.judgement/1"} + $tree,
($results[] | with_entries(select(.value != null))),
($rules[] | with_entries(select(.value != null))),
($price[] | {type: "price"} + .),
{type: "result",
 verdict: (if $failed != [] or $bad != [] then "fail"
	elif any($results[]; .result == "pass") and all($results[]; .result == "pass" or .result == "skipped") then "pass"
	elif any($results[]; .result == "not observable") then "not observable" else "not exercised" end),
 failed: $failed, unmet: [$bad[] | .name],
 passed: [$results[] | select(.result == "pass")] | length,
 scenarios: $results | length,
 skipped: [$results[] | select(.result == "skipped") | .name]}
