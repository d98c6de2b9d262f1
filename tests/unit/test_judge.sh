#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# tools/judge without a machine: what it says of trees that it cannot judge, and its page, JSON, JUnit
# and KTAP of verdicts that others left. Prints TAP.
# shellcheck disable=SC2154 # python and kunit are of lib/reports.sh
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=/dev/null
. tools/lab/cache.sh
. tests/unit/lib/reports.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# gives STATUS DESCRIPTION PATTERN ARG...: PATTERN in the error, of which there is one.
gives() {
	local wanted=$1 what=$2 pattern=$3 status=0
	shift 3
	SMMUSCOPE_CACHE=$dir/cache tools/judge "$@" >"$dir/out" 2>"$dir/err" || status=$?
	if [ "$status" = "$wanted" ] && grep -qE -- "$pattern" "$dir/out" "$dir/err" && [ "$(grep -c 'error:' "$dir/err")" -le 1 ]; then
		echo "ok - $what: $status"
	else
		echo "not ok - $what: $status and not $wanted, or no '$pattern'"
		sed 's/^/# /' "$dir/err" | tail -n 5
	fi
}

# ---- trees and options that will not do ----

# tree NAME: what a kernel tree is known by, with a driver of that many lines.
tree() {
	mkdir -p "$dir/$1/arch/arm64" "$dir/$1/drivers/iommu/arm/arm-smmu-v3"
	touch "$dir/$1/"{Kbuild,Kconfig,arch/arm64/Kconfig}
}

tree bare
tree old && echo 'int arm_smmu_cmdq_issue_cmd;' >"$dir/old/drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c"
tree new && echo 'int arm_smmu_cmdq_issue_cmdlist;' >"$dir/new/drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c"
tree git@home && git -C "$dir/git@home" init -q
mkdir "$dir/empty" "$dir/left" && touch "$dir/left/file"

gives 0 "help" 'git bisect run' --help
gives 0 "list" '^once +One function of 72' --list
same "each scenario says on one line what it tries" "$(grep -cE '^[a-z-]+ +[A-Z].*[.]$' "$dir/out")" \
	"$(find tools/judging/scenarios -name '*.scn' | wc -l)"
gives 2 "no tree" 'no kernel tree is named'
gives 2 "two trees" "one tree at a time: 'a' and 'b'" a b
gives 2 "an unknown option" 'unknown option --colour' --colour x
gives 2 "an option without its value" '--scenario takes a value' x --scenario
gives 2 "an unknown scenario" "no scenario 'nothing'; --list" --scenario nothing "$dir/new"
gives 2 "an unknown profile" "strict or first, not 'lax'" --profile lax "$dir/new"
gives 2 "an unknown format" "not 'xml'" --format=xml "$dir/new"
gives 2 "a file in no directory" "no directory $dir/nowhere" -o "$dir/nowhere/page" "$dir/new"
gives 5 "a directory that is not empty" "left is not empty" --out "$dir/left" "$dir/new"
gives 2 "no such directory" "no directory $dir/none" "$dir/none"
gives 2 "no such directory, with a revision" "no directory $dir/none" "$dir/none@v1"
gives 2 "no kernel tree" 'empty is not a kernel source tree' "$dir/empty"
gives 3 "no SMMUv3 driver" 'bare has no SMMUv3 driver' "$dir/bare"
gives 3 "too old" 'has no arm_smmu_cmdq_issue_cmdlist' "$dir/old"
gives 2 "a revision of what is no repository" 'is no git repository, so it has no revision v1' "$dir/new@v1"
gives 2 "an unknown revision, and an @ in the directory" "git@home has no revision 'v1'" "$dir/git@home@v1"
gives 3 "the other tree is looked at, too" 'old has no arm_smmu' --against "$dir/old" "$dir/new"
same "nothing was kept of them" "$(find "$dir/cache" -path '*/source/*' -o -path '*/judged/*')" ""

# ---- the copy of a tree that is built ----

# copied SPEC -> the names of the files in the copy, and whether `same` kept its time.
copied() {
	(
		export SMMUSCOPE_CACHE=$dir/cache LAB_DIR=$PWD/tools/lab
		for part in cache packages kernel source; do
			# shellcheck source=/dev/null
			. "tools/lab/$part.sh"
		done
		source_split "$1"
		mkdir -p "$dir/place"
		source_git "$dir/place"
		source_checkout "$dir/place" "$(source_tree 2>/dev/null)"
		cd "$dir/place/src" || exit
		find . -type f -printf '%P=' -exec cat {} \; | tr '\n' ' '
		[ same -ot "$dir/mark" ] && echo "kept" || echo "written"
	)
}

work=$dir/work
mkdir "$work"
git -C "$work" init -q
in_git() { git -C "$work" -c user.name=me -c user.email=me@localhost "$@"; }
echo 1 >"$work/same" && echo 1 >"$work/file" && in_git add -A && in_git commit -q -m one && in_git tag one
echo 2 >"$work/file" && echo 2 >"$work/more" && in_git add -A && in_git commit -q -m two && in_git tag two
copied "$work" >/dev/null
touch "$dir/mark"
sleep 0.02
sorted() { tr ' ' '\n' | LC_ALL=C sort | xargs; }
same "a revision after the directory" "$(copied "$work@one" | sorted)" "file=1 kept same=1"
same "another revision" "$(copied "$work@two" | sorted)" "file=2 kept more=2 same=1"
echo 3 >"$work/file" && touch -d '1 hour ago' "$work/file" && touch "$work/file.o" && echo '/*' >"$work/.gitignore" && mkdir "$work/new" && echo 3 >"$work/new/file"
same "the directory again, without what a build left" "$(copied "$work" | sorted)" ".gitignore=/* file=3 kept more=2 new/file=3 same=1"
same "a file that is older than what was built is new for make" "$([ "$dir/place/src/file" -nt "$dir/mark" ] && echo yes)" yes
same "and a revision, without what git does not know" "$(copied "$work@one" | sorted)" "file=1 kept same=1"
same "the repository was only read" "$(git -C "$work" status --short | xargs)" "M file"

# ---- what is written of verdicts ----

out/unit/test_check_report "$dir" || echo "not ok - verdicts are written"
# One that was expected to fail; no scenario of these does so.
for file in "$dir"/verdict-*.jsonl; do
	jq -c 'if .type == "check" and .rule == "R16" and .result == "fail" then .result = "pass" | .count = 0 | del(.evidence) else . end' \
		"$file" >"$dir/file" && mv "$dir/file" "$file"
done

# facts NAME STATUS DIED: what tools/judge knows of a scenario by itself.
facts() {
	jq -n --arg name "$1" --argjson status "$2" --argjson died "$3" '{name: $name, about: "Tries \($name) <&>.",
		status: $status, died: $died, why: (if $status > 1 then "it \"ended\" #1" else null end),
		kernel: ["[    1.000000] arm-smmu-v3 9050000.smmuv3: CMDQ error (cons 0x03000ff0): ATC invalidate timeout"]}'
}

# judged FILE: scenarios "NAME:VERDICT" as they are in $dir/verdict-VERDICT.jsonl, or "NAME:died".
judged() {
	local file=$1 each
	shift
	: >"$dir/lines"
	: >"$dir/facts"
	for each in "$@"; do
		case ${each#*:} in
		died) facts "${each%:*}" 5 true ;;
		skipped) facts "${each%:*}" 3 false ;;
		*)
			jq -c --arg name "${each%:*}" '. + {scenario: $name}' "$dir/verdict-${each#*:}.jsonl" >>"$dir/lines"
			facts "${each%:*}" "$([ "${each#*:}" = pass ] && echo 0 || echo 1)" false
			;;
		esac >>"$dir/facts"
	done
	price=$(jq -n --slurpfile own <(cost 120 100) --slurpfile other <(cost 100 100) -f tools/judging/price.jq)
	jq -s -c --argjson tree '{"tree":"linux@v1","commit":"abc a subject","release":"7.3.4","tool":"1","profile":"strict",
			"module_bytes":40000,"left_out":["CONFIG_X=y"],"again":"tools/judge linux@v1","against":"linux@v0"}' \
		--argjson scenarios "$(jq -s . "$dir/facts")" --argjson price "$(jq -s . <<<"$price")" \
		-f tools/judging/judgement.jq "$dir/lines" >"$file"
}

# cost INSTRUCTIONS BYTES: what a machine leaves of a price.
cost() {
	printf '{"functions":8,"did":{"each_ns":%s.04},"longest":900,"stat":{"smmus":[{"queues":[{"lists":400,"synced":200},{"lists":0,"synced":0}]}]}}
{"functions":8,"stack":%s}\n' "$1" "$2"
}

verdict() { jq -rs '.[-1] | "\(.verdict) \(.failed | join(" "))"' "$1"; }

judged "$dir/pass.jsonl" one:pass two:pass
same "two that pass" "$(verdict "$dir/pass.jsonl")" "pass "
judged "$dir/skip.jsonl" one:pass two:skipped
same "one is skipped" "$(verdict "$dir/skip.jsonl")" "pass "
judged "$dir/fail.jsonl" one:pass two:fail three:died
same "one fails, one machine died" "$(verdict "$dir/fail.jsonl")" "fail R1 R6 R8"
judged "$dir/died.jsonl" one:pass three:died
same "a machine died" "$(verdict "$dir/died.jsonl")" "fail "
judged "$dir/blind.jsonl" one:unseen
same "nothing was seen" "$(verdict "$dir/blind.jsonl")" "not observable "
judged "$dir/all.jsonl" one:pass two:fail three:died four:unseen
if diff tests/unit/golden/judgement.jsonl "$dir/all.jsonl" >"$dir/diff"; then
	echo "ok - all of them: as in tests/unit/golden"
else
	echo "not ok - all of them: as in tests/unit/golden"
	cut -c 1-200 "$dir/diff" | sed 's/^/# /'
fi
judged "$dir/none.jsonl" one:skipped
same "nothing was put to the test" "$(verdict "$dir/none.jsonl")" "not exercised "
same "the price, and the other one's" "$(jq -c 'select(.type == "price") | [.instructions, .lists, .syncs, .stack, .against.instructions]' \
	"$dir/pass.jsonl")" "[120,2,1,100,100]"

if tools/docs/validate "$dir"/{pass,skip,fail,died,blind,none}.jsonl >"$dir/said"; then
	echo "ok - JSON is as docs/schema describes it: $(tail -n 1 "$dir/said")"
else
	echo "not ok - JSON is as docs/schema describes it"
	sed 's/^/# /' "$dir/said"
fi

jq -s -r -f tools/judging/text.jq "$dir/fail.jsonl" >"$dir/page"
same "the page fits a mail" "$(awk 'length > 76' "$dir/page")" ""
for line in 'Verdict: FAIL: R1, R6, R8 broken; 1 of 3 scenarios pass' 'R8 [a-z-]+: broken 4 times, in two' \
	'The kernel said:' 'three: died: it "ended" #1' 'CONFIG_X=y' \
	'instructions for an unmap +120 \(\+20\)' 'To see it again: tools/judge linux@v1' 'commit abc a subject'; do
	same "the page has '$line'" "$(grep -cE -- "$line" "$dir/page")" 1
done

# The kernel's own parser, and JUnit's by Python, count what is in the JSON.
wanted=$(jq -rs '[.[] | select(.type == "rule" or .type == "scenario") | .result]
	| "\(length) \(map(select(IN("fail", "died", "error"))) | length) \(map(select(IN("pass", "fail", "died", "error") | not)) | length)"' "$dir/fail.jsonl")
jq -s -r -f tools/judging/junit.jq "$dir/fail.jsonl" >"$dir/fail.xml"
if "$python" -c 'import junitparser' 2>/dev/null; then
	same "JUnit: tests, failures, skipped" "$(by_junitparser "$dir/fail.xml")" "$wanted"
else
	echo "ok - JUnit # SKIP no python3-junitparser"
fi
same "JUnit: attributes and elements that strict readers ask for" "$(strict_junit "$dir/fail.xml")" ""
jq -s -r -f tools/judging/ktap.jq "$dir/fail.jsonl" >"$dir/fail.ktap"
if [ -n "$kunit" ]; then
	same "KTAP: tests, failures, skipped" "$(by_kunit "$dir/fail.ktap")" "$wanted"
else
	echo "ok - KTAP # SKIP no kernel source in $LAB_CACHE/kernel yet"
fi

# ---- the stack of a path ----

printf '%s\n' '0000000000000010 <outer>:' '  10:	a9be7bfd 	stp	x29, x30, [sp, #-32]!' '  14:	d10083ff 	sub	sp, sp, #0x40' \
	'0000000000000020 <inner>:' '  20:	a9bf7bfd 	stp	x29, x30, [sp, #-16]!' \
	'0000000000000030 <other>:' '  30:	d503201f 	nop' >"$dir/code"
printf '%s\n' '# tracer: function_graph' ' 0)               |  outer [driver]() {' ' 0)   0.1 us      |    other [driver]();' \
	' 0)   0.1 us      |    inner [driver]();' ' 0)   0.5 us      |  }' ' 0)   0.1 us      |  inner [driver]();' >"$dir/calls"
same "the deepest chain of calls" "$(awk -f tools/judging/stack.awk "$dir/code" "$dir/calls")" 112
