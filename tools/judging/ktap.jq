# SPDX-License-Identifier: GPL-2.0
#
# A judgement (slurped) as KTAP: a test for each rule, then one for each scenario.
def clean: gsub("[\n\r#]"; " ");
[.[] | select(.type == "rule") | {name: "\(.rule) \(.id)", result,
	why: (if .result == "fail" then "in \(.scenarios | join(", "))" else .reason // "" end)}]
+ [.[] | select(.type == "scenario") | {name: "scenario \(.name)", result, why: ([.why // empty] + .unmet | join("; "))}]
| . as $tests |
"KTAP version 1", "1..\($tests | length)",
(range($tests | length) as $i | $tests[$i] |
	(if .result == "fail" or .result == "died" or .result == "error"
	 then (if .why != "" then "# \(.why | clean)" else empty end), "not ok \($i + 1) \(.name | clean)"
	 elif .result == "pass" then "ok \($i + 1) \(.name | clean)"
	 else "ok \($i + 1) \(.name | clean) # SKIP \(.result)\(if .why != "" then ": \(.why | clean)" else "" end)" end))
