#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# replay --dmesg as people type it: what ends with which status, and that all JSON is JSON. The
# events are in test_klog.c.
cd "$(dirname "$0")/../.." || exit 1
. tests/lab/check.sh
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
logs=tests/unit/klog

# gives STATUS DESCRIPTION OPTION...: out and err of replay are in $dir.
gives() {
	local wanted=$1 what=$2 status=0
	shift 2
	out/native/smmuscope replay "$@" >"$dir/out" 2>"$dir/err" || status=$?
	if [ "$status" = "$wanted" ]; then
		echo "ok - $what: $status"
	else
		echo "not ok - $what: $status and not $wanted: $(head -n 1 "$dir/err")"
	fi
}

gives 0 "a log" --dmesg $logs/stock-7.3.log
gives 0 "its events" --dmesg --json $logs/stock-7.3.log
stream "the first line says that it is of a log" '.[0] | .schema == "smmuscope.kernel-log/1" and .source == "log"' "$dir/out"
stream "errors by cause, as the log has them" '[.[] | select(.type == "cmdq_error") | .error] | group_by(.) | map({(.[0]): length}) | add
	== {CERROR_ABT: 1, CERROR_ATC_INV_SYNC: 11, CERROR_ILL: 2}' "$dir/out"
stream "as many as the summary counts" '. as $all | .[-1].by_kind | to_entries | all(. as $kind | $kind.value == ([$all[1:-1][] | select(.type == $kind.key)] | length))' "$dir/out"
gives 0 "its counts" --dmesg --stat --json $logs/stock-7.3.log
json "the same in the counts" '.schema == "smmuscope.kernel-log-stats/1" and .smmus[0].errors == {CERROR_ABT: 1, CERROR_ATC_INV_SYNC: 11, CERROR_ILL: 2} and .smmus[0].sync_timeouts == 4' "$dir/out"
gives 0 "one SMMU of two" --dmesg --json --smmu 9060000.smmuv3 $logs/faults.log
stream "nothing of the other one" 'any(.smmu == "9060000.smmuv3") and all(.smmu != "9050000.smmuv3")' "$dir/out"
out/native/smmuscope replay --dmesg --json - <$logs/pcie.log >"$dir/out"
stream "from stdin" '.[0].file == "stdin" and .[-1].lines == 15' "$dir/out"

gives 3 "no verdict" --dmesg --check --format json $logs/stock-7.3.log
stream "each rule is not observable, and why" '[.[] | select(.type == "check")] | length > 20 and all(.result == "not observable" and (.reason | test("a log of the kernel does not show it")))' "$dir/out"
gives 0 "unless that is allowed" --dmesg --check --allow not-observable $logs/stock-7.3.log
gives 4 "a log that lacks messages, with --strict" --dmesg --strict $logs/recovery-6.12.log
gives 0 "a log without any, with --strict" --dmesg --strict $logs/stock-7.3.log

echo "nothing of interest" >"$dir/empty.log"
gives 0 "a log without an SMMU" --dmesg "$dir/empty.log"
says "it says what was read" "1 lines, 0 of them told here.*nothing of an SMMUv3" "$dir/out"
: >"$dir/empty.log"
gives 0 "an empty one" --dmesg "$dir/empty.log"

gives 2 "no text" --dmesg out/native/smmuscope
says "and so it says" "it is no text" "$dir/err"
gives 2 "no file" --dmesg "$dir/none"
gives 5 "a directory" --dmesg "$dir"
gives 2 "a name that is missing" --dmesg
gives 2 "a time of another clock" --dmesg --since 2026-11-30T00:00:00Z $logs/faults.log
says "both clocks are named" "line 1 has seconds since the boot.*dates with their time zone" "$dir/err"
gives 2 "a time that is none" --dmesg --since soon $logs/faults.log
gives 2 "--since of a recording" --since 1 a.smr
gives 2 "--failed" --dmesg --failed $logs/faults.log
gives 2 "a recording of a log" --dmesg -o "$dir/a.smr" $logs/faults.log
gives 2 "errors are JSON, too" --dmesg --json out/native/smmuscope
stream "one error and the way out" 'map(.level) == ["error", "hint"]' "$dir/err"
out/native/smmuscope replay --dmesg $logs/faults.log >/dev/full 2>"$dir/err"
[ $? = 5 ] && echo "ok - stdout that is full" || echo "not ok - stdout that is full"
