# SPDX-License-Identifier: GPL-2.0
#
# A judgement (slurped) as JUnit: a suite of rules, and one of scenarios.
def xml: tostring | gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;") | gsub("\""; "&quot;")
	| gsub("[\u0000-\u0008\u000b\u000c\u000e-\u001f]"; "?");
def case($class; $name; $inner): "    <testcase classname=\"\($class | xml)\" name=\"\($name | xml)\" time=\"0\"" +
	(if $inner == "" then "/>" else ">\($inner)</testcase>" end);
def failure($message): "<failure type=\"broken\" message=\"\($message | xml)\"/>";
def skipped($message): "<skipped message=\"\($message | xml)\"/>";

(.[0]) as $head |
[.[] | select(.type == "rule")] as $rules |
[.[] | select(.type == "scenario")] as $scenarios |
def suite($name; $tests; $failures; $skipped; $cases):
	"  <testsuite name=\"\($name | xml)\" tests=\"\($tests)\" failures=\"\($failures)\" errors=\"0\" skipped=\"\($skipped)\" time=\"0\">",
	$cases[], "  </testsuite>";
[$rules[] | case("rules"; "\(.rule) \(.id)";
	if .result == "fail" then failure("broken \(.count) times, in \(.scenarios | join(", ")): \(.evidence.message // "")")
	elif .result == "pass" then (if .warned > 0 then "<system-out>tolerated \(.warned) times</system-out>" else "" end)
	else skipped(.result + (if .reason then ": \(.reason)" else "" end)) end)] as $rule_cases |
[$scenarios[] | case("scenarios"; .name;
	if .result == "pass" then "" elif .result == "fail" or .result == "died" or .result == "error"
	then failure(([.result, .why // empty] + .unmet + [.rules[] | select(.result == "fail").rule]) | join("; "))
	else skipped(.result + (if .why then ": \(.why)" else "" end)) end)] as $scenario_cases |
"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
"<testsuites name=\"\("\($head.tree) Linux \($head.release)" | xml)\">",
suite("rules"; $rules | length; [$rules[] | select(.result == "fail")] | length;
	[$rules[] | select(.result != "fail" and .result != "pass")] | length; $rule_cases),
suite("scenarios"; $scenarios | length; [$scenarios[] | select(.result | IN("fail", "died", "error"))] | length;
	[$scenarios[] | select(.result | IN("fail", "died", "error", "pass") | not)] | length; $scenario_cases),
"</testsuites>"
