#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# docs/schema describes what the tool writes, each field of it and nothing else; tools/docs/validate
# refuses what it does not describe. That the lists of words are the tool's own is in test_schemas.c.
# Prints TAP.
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
validate=tools/docs/validate

# ---- documents: of the unit tests, of the lab, of the documentation, of the tool ----

mkdir "$dir/own"
out/unit/test_check_report "$dir/own" || echo "not ok - the reports are written"
out/unit/test_record "$dir/run.smr" || echo "not ok - the recording is written"
head -c -40 "$dir/run.smr" >"$dir/cut.smr"
for run in run cut; do
	out/native/smmuscope replay --json "$dir/$run.smr" >"$dir/own/$run.jsonl" 2>"$dir/own/$run.err"
	out/native/smmuscope replay --check --format json "$dir/$run.smr" \
		>"$dir/own/$run.check.jsonl" 2>/dev/null
done
out/native/smmuscope replay --stat --json "$dir/run.smr" >"$dir/own/stats.json"
for kernel in tests/unit/kernels/{6.1,6.12,7.3}/; do
	out/native/smmuscope probe --json --root "$kernel" --btf "$kernel/btf" >>"$dir/own/probe.json"
done
for log in tests/unit/klog/*.log; do
	cp "${log%.log}.jsonl" "$dir/own/klog-$(basename "$log" .log).jsonl"
	out/native/smmuscope replay --dmesg --stat --json "$log" >>"$dir/own/klog-stats.json" 2>/dev/null
done
# Lines that are in none of them.
printf '[ 9.%d] %s: %s\n' 1 'vfio-pci 0000:01:00.0' 'no answer to an ATC invalidation (-5), no ATS until a reset' \
	2 'arm-smmu-v3 9050000.smmuv3' 'CMDQ error (cons 0x00000000): No error' \
	3 'arm-smmu-v3 9050000.smmuv3' 'CMDQ error (cons 0x05000000): Unknown' >"$dir/more.log"
out/native/smmuscope replay --dmesg --json "$dir/more.log" >"$dir/own/klog-more.jsonl" 2>/dev/null
out/native/smmuscope replay --dmesg --stat --json "$dir/more.log" >>"$dir/own/klog-stats.json" 2>/dev/null
# A StreamID that two functions share.
jq -c '.devices[0].shares_with = ["0000:02:00.0"]' "$dir/own/stats.json" >"$dir/own/shared.json"
# The lines that are whole; the others are parts of a document.
awk '/^```json/ { on = 1; next } /^```/ { on = 0 } on && /^{"(type|schema)"/' docs/FORMATS.md \
	>"$dir/own/formats.jsonl"

if "$validate" tests/unit/golden "$dir/own" >"$dir/said"; then
	echo "ok - golden files, the examples of docs/FORMATS.md, and what the tool writes: $(tail -n 1 "$dir/said")"
else
	echo "not ok - golden files, the examples of docs/FORMATS.md, and what the tool writes"
	sed 's/^/# /' "$dir/said"
fi
/usr/bin/python3 tests/unit/schemas.py tests/unit/golden/*.json* "$dir"/own/*.json* "$dir/own/cut.err" ||
	echo "not ok - tests/unit/schemas.py ended with $?"

# ---- what has to be refused ----

# refuses DESCRIPTION PATTERN [OPTION...]: the document is in $dir/document.
refuses() {
	local status=0
	"$validate" "${@:3}" "$dir/document" >"$dir/said" 2>&1 || status=$?
	if [ "$status" = 1 ] && grep -qE "$2" "$dir/said"; then
		echo "ok - refused: $1"
	else
		echo "not ok - refused: $1: $status, $(head -n 1 "$dir/said")"
	fi
}

events=tests/unit/golden/events.jsonl
sed 's/"cpu":[0-9]*,//' $events >"$dir/document"
refuses "a stream without cpu" "document:[0-9]+: data must contain .*cpu"
cp -r docs/schema "$dir/schema"
jq 'walk(if type == "object" then del(.cpu) else . end | if type == "array" then . - ["cpu"] else . end)' \
	docs/schema/event-1.json >"$dir/schema/event-1.json"
cp $events "$dir/document"
refuses "a stream, by a schema without cpu" "cpu" --schemas "$dir/schema"
sed 's/"cpu":/"cpu":"0","cpu":/' $events >"$dir/document"
refuses "a field twice" "twice in an object: cpu"
sed 's/"duration_ns":[0-9]*/"duration_ns":NaN/' $events >"$dir/document"
refuses "NaN" "NaN"
sed 's/"comm":"/&\xff/' $events >"$dir/document"
refuses "what is not UTF-8" "utf-8"
sed 1d $events >"$dir/document"
refuses "a stream without its first line" "no schema for it"
sed 's,smmuscope.event/1,smmuscope.event/9,' $events >"$dir/document"
refuses "a version that is not described" "no schema smmuscope.event/9"
sed 's/"type":"ats"/"type":"atc"/' $events >"$dir/document"
refuses "a type that is not described" "type 'atc' is not in the schema"
head -c -20 $events >"$dir/document"
refuses "half a line" "document:[0-9]+: "
