# SPDX-License-Identifier: GPL-2.0
#
# A judgement (smmuscope.judgement/1, slurped) as a page of text that fits a mail: 76 columns.
def pad($n): . + " " * ([$n - length, 0] | max);
def lpad($n): " " * ([$n - length, 0] | max) + .;

# wrap(WIDTH; INDENT): lines of a text, which may begin with blanks; those behind the first begin with INDENT.
def wrap($width; $indent):
	match("^ *").string as $front |
	(reduce (split(" ")[] | select(. != "")) as $word ([$front];
		if .[-1] | test("^ *$") then .[-1] += $word
		elif (.[-1] | length) + 1 + ($word | length) <= $width then .[-1] += " " + $word
		else . + [$indent + $word] end))[];

def letter: {"pass": "p", "fail": "F", "warn": "w", "not observable": "?", "not exercised": "."}[.] // " ";
def ms: . / 1000 | round / 1000 | tostring;

(.[0]) as $head | (.[-1]) as $result |
[.[] | select(.type == "scenario")] as $scenarios |
[.[] | select(.type == "rule")] as $rules |
[.[] | select(.type == "price")] as $prices |
[$rules[].rule] as $names |
def said($name; $most): [$scenarios[] | select(.name == $name) | .kernel[]?][:$most]
	| if . != [] then "  The kernel said:", (.[] | "    " + . | wrap(76; "      ")) else empty end;
def figure: if . >= 1000 or . <= -1000 then round else . * 100 | round / 100 end;
def price($name; value):
	("  " + $name | pad(32)) + ([$prices[] | value as $own | (.against // null | if . then value else null end) as $other |
		if $other == null then "\($own | figure)"
		else ($own - $other | if $own >= 1000 then round else figure end) as $more | "\($own | figure) (\(if $more > 0 then "+" else "" end)\($more))" end
		| lpad(14)] | join(""));

("Judged: Linux \($head.release), \($head.tree)" | wrap(76; "  ")),
(if $head.commit then "  commit \($head.commit)" | wrap(76; "    ") else empty end),
("  by smmuscope \($head.tool), profile \($head.profile); the driver takes \($head.module_bytes) bytes" | wrap(76; "  ")),
(if $head.left_out != [] then "  not known to this kernel, left out of its configuration: \($head.left_out | join(" "))" | wrap(76; "    ") else empty end),
"  Emulated PCIe functions stop answering ATC Invalidate Requests, and the",
"  SMMU reports CERROR_ATC_INV_SYNC; nothing was put into this tree.",
"",
("Verdict: \($result.verdict | ascii_upcase)" + (if $result.failed != [] then ": \($result.failed | join(", ")) broken" else "" end)
	+ "; \($result.passed) of \($result.scenarios) scenarios pass"
	+ (if $result.skipped != [] then ", \($result.skipped | length) skipped" else "" end) | wrap(76; "  ")),
"",
("scenario" | pad(12)) + ([$names[] | .[1:] | if length > 1 then .[:1] else " " end] | join(" ")),
("" | pad(12)) + ([$names[] | .[-1:]] | join(" ")),
($scenarios[] | . as $one |
	($one.rules | map({(.rule): .result}) | add // {}) as $rules |
	(.name | pad(12)) + ([$names[] | ($rules[.] // "") | letter] | join(" ")) + "  " + .result),
"  p pass, F fail, w tolerated (profile), ? not observable, . not exercised",
"",
([$rules[] | select(.result == "fail" or .warned > 0)] | to_entries[] | .key as $nth | .value as $rule |
	([$rules[] | select(.result == "fail" or .warned > 0) | .evidence.scenario][:$nth]) as $shown | $rule |
	("\(.rule) \(.id): " + (if .result == "fail" then "broken \(.count) times, in \(.scenarios | join(", "))" else "tolerated \(.warned) times" end)
		| wrap(76; "  ")),
	(.evidence // empty | . as $evidence |
		"  In \(.scenario):",
		((.events // [])[-4:][] | "  \(.offset_ns | ms | lpad(10)) ms  \(.text)" | wrap(76; "                 ")),
		("           0 ms  BROKEN: \(.message)" | wrap(76; "                 ")),
		(select($shown | index($evidence.scenario) | not) | said($evidence.scenario; 3))),
	""),
($scenarios[] | select(.result == "died" or .result == "error" or .result == "skipped" or .unmet != []) |
	("\(.name): \(.result)" + (if .why then ": \(.why)" else "" end) + (if .unmet != [] then "; \(.unmet | join("; "))" else "" end) | wrap(76; "  ")),
	(if .result == "died" then (.kernel // [])[-8:][] | "    " + .[:72] else empty end)),
(if $prices != [] then
	"",
	"The price of an unmap when nothing fails, in guest instructions:",
	("  functions with ATS, one domain" | pad(32)) + ([$prices[] | "\(.functions)" | lpad(14)] | join("")),
	price("instructions for an unmap"; .instructions),
	price("lists for an unmap"; .lists),
	price("CMD_SYNC for an unmap"; .syncs),
	price("longest list, interrupts off"; .longest),
	price("bytes of stack, driver only"; .stack),
	(if $head.against then "  (in brackets: the difference to \($head.against))" | wrap(76; "  ") else empty end)
	else empty end),
"",
("To see it again: \($head.again)" | wrap(76; "  "))
