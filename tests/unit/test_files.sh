#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The files of a run: none is written that is read, none twice, none is torn when a write fails, and
# one that is truncated under the tool goes on as what it is. And what the tool was given at its
# start: closed descriptors, limits, ignored signals. SMMUSCOPE is another tool to try that with.
cd "$(dirname "$0")/../.." || exit 1
tool=$(realpath "${SMMUSCOPE:-out/native/smmuscope}")
make -s out/unit/tape >/dev/null || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
out/unit/tape 30000 "$dir/tape.smr" || exit 1
scenarios=$(realpath tests/scenarios)
btf=$(realpath tests/unit/kernels/6.12/btf)
cd "$dir" || exit 1

# gives STATUS DESCRIPTION COMMAND...
gives() {
	local wanted=$1 what=$2 status=0
	shift 2
	"$@" >out 2>err || status=$?
	if [ "$status" = "$wanted" ]; then
		echo "ok - $what: $status"
	else
		echo "not ok - $what: $status and not $wanted: $(head -c 300 err)"
	fi
}

# holds DESCRIPTION COMMAND...
holds() {
	local what=$1
	shift
	if "$@" >/dev/null 2>&1; then echo "ok - $what"; else echo "not ok - $what: $*"; fi
}

says() { if grep -qE -- "$2" "$3"; then echo "ok - $1"; else echo "not ok - $1: no '$2': $(head -c 300 "$3")"; fi; }

# whole FILE: it ends with a whole line.
whole() { [ -s "$1" ] && [ "$(tail -c 1 "$1" | od -An -c | tr -d ' ')" = '\n' ]; }

fresh() { cp tape.smr a.smr && echo keep >lines && rm -f out.json; }
untouched() { holds "$1" sh -c 'cmp -s a.smr tape.smr && [ "$(cat lines)" = keep ]'; }

# ---- read and written, or written twice ----

ln -s a.smr link.smr
ln -s lines link
for pair in "-o a.smr a.smr" "-o ./a.smr a.smr" "-o link.smr a.smr" "-o a.smr link.smr" \
	"--json -o link.smr a.smr" "--json -s a.smr a.smr" "--stat -o a.smr a.smr" \
	"--check -o a.smr a.smr" "--json -o lines -s link tape.smr" "-o lines -o a.smr -s a.smr tape.smr" \
	"-o a.smr -s ./a.smr tape.smr"; do
	fresh
	# shellcheck disable=SC2086
	gives 2 "replay $pair" "$tool" replay $pair
	untouched "and nothing is lost"
done
fresh && ln -f a.smr hard.smr
gives 2 "replay to a hard link" "$tool" replay -o hard.smr a.smr
says "it names both" 'hard.smr is read, too, as a.smr' err
untouched "and nothing is lost"
gives 2 "replay of stdin" sh -c '"$0" replay -o a.smr /dev/stdin <a.smr' "$tool"
untouched "and nothing is lost"
gives 2 "stderr is that file" sh -c '"$0" replay --json -o lines tape.smr 2>>lines' "$tool"
holds "and it has the error only" sh -c 'head -n 1 lines | grep keep && ! grep submit lines'
fresh
gives 2 "stdout is that file" sh -c '"$0" replay --json -o link -s lines tape.smr >>lines' "$tool"
untouched "and nothing is lost"
gives 0 "-o /dev/stdout" sh -c '"$0" replay --json -o /dev/stdout tape.smr >>lines' "$tool"
holds "is stdout: what was in it stays" sh -c 'head -n 1 lines | grep keep && tail -n 1 lines | grep summary'
rm -f new
gives 2 "a file that is not there yet, twice" "$tool" replay --json -o new -s new tape.smr
holds "is not left behind" test ! -e new
cp "$scenarios/timeout.scn" case.scn
cp case.scn case.kept
gives 2 "run: the report into the scenario" "$tool" run -o case.scn case.scn
gives 2 "run: into the second of two" "$tool" run -o ./case.scn "$scenarios/two.scn" case.scn
ln -f case.scn case.smr
fresh
gives 2 "run: the recording into the scenario" "$tool" run -o lines -o case.smr case.scn
holds "the scenario is as it was" cmp case.scn case.kept
untouched "and so is the report"
cp "$btf" types
gives 2 "run: the types of --btf" "$tool" run --btf types -o types case.scn
holds "are as they were" cmp types "$btf"
gives 0 "to a device, twice" "$tool" replay --json -o /dev/null -s /dev/null tape.smr

# ---- a write fails ----

for form in "--json -o x.jsonl" "-o x.txt" "-o x.smr" "--json"; do
	rm -f x.*
	# shellcheck disable=SC2086
	gives 5 "ulimit -f: replay $form" sh -c 'ulimit -f 8; tool=$1; shift; "$tool" replay "$@" tape.smr >x.out' \
		sh "$tool" $form
	says "and says which limit" 'ulimit -f' err
done
gives 5 "the same to stdout" sh -c 'ulimit -f 8; "$0" replay --json tape.smr >x.out' "$tool"
holds "ends with a whole line" whole x.out
gives 5 "the same to a file" sh -c 'ulimit -f 8; "$0" replay --json -o x.jsonl tape.smr' "$tool"
holds "ends with a whole line" whole x.jsonl
sh -c 'ulimit -f 8; "$0" replay -o x.smr tape.smr' "$tool" 2>/dev/null
gives 0 "a recording that was cut so" "$tool" replay x.smr
says "says that it is" 'cut off' err
for what in --help --version "replay --help" "check --list" probe "replay tape.smr" \
	"replay --stat tape.smr" "replay --check tape.smr"; do
	# shellcheck disable=SC2086
	gives 5 "to a full disk: $what" sh -c '"$0" "$@" >/dev/full' "$tool" $what
	# shellcheck disable=SC2086
	gives 5 "to a closed stdout: $what" sh -c '"$0" "$@" >&-' "$tool" $what
	holds "says so once" sh -c '[ "$(grep -c "cannot be written" err)" = 1 ]'
done
# SIGPIPE: as other programs, or an error where it is ignored.
mkfifo pipe
reader_goes() {
	local status
	"$@" "$tool" replay --json tape.smr 2>err >pipe &
	head -n 1 <pipe >/dev/null
	wait $! || status=$?
	return "$status"
}
gives 141 "a reader that goes away" reader_goes env --default-signal=PIPE
gives 5 "the same with SIGPIPE ignored" reader_goes env --ignore-signal=PIPE

# A signal in the middle.
interrupted() {
	local tool_pid status=0
	mkfifo half.smr
	"$@" half.smr &
	tool_pid=$!
	exec 7>half.smr
	head -c 150000 tape.smr >&7
	sleep 0.5
	kill -TERM "$tool_pid"
	tail -c +150001 tape.smr >&7
	exec 7>&-
	wait "$tool_pid" || status=$?
	rm half.smr
	return "$status"
}
gives 5 "replay ended by a signal" interrupted "$tool" replay --json -o x.jsonl
holds "has whole lines, and an end that says so" jq -es '.[-1].reason == "signal" or .[-1].reason == "error"' x.jsonl
gives 5 "replay --check ended by a signal" interrupted "$tool" replay --check --json -o x.jsonl
holds "nothing passes" jq -es 'all(.result != "pass")' x.jsonl

# ---- descriptors 0 to 2 are closed ----

head -c 100000 tape.smr >cut.smr
for closed in '0<&-' '1<&-' '2<&-' '0<&- 1<&-' '0<&- 2<&-' '0<&- 1<&- 2<&-'; do
	rm -f x.jsonl
	gives 0 "replay -o with $closed" sh -c "exec $closed; exec \"\$0\" replay --json -o x.jsonl cut.smr" "$tool"
	holds "only JSON is in the file" jq -es 'length > 1000 and all(type == "object")' x.jsonl
done

# ---- truncated by somebody else, as a rotation does ----

# slowly: the recording, with a pause in the middle in which `lines` or `a.smr` is truncated.
slowly() { head -c 150000 tape.smr; sleep 1; : >"$1"; sleep 0.1; tail -c +150001 tape.smr; }
fresh
slowly lines | "$tool" replay --json -o lines /dev/stdin 2>err
holds "a file of lines goes on from its new beginning" sh -c '! head -c 1 lines | od -An -tx1 | grep 00'
holds "with whole lines" sh -c 'tail -n +2 lines | jq -es "length > 1000 and all(type == \"object\")"'
fresh
slowly a.smr | "$tool" replay -o a.smr /dev/stdin 2>err
says "a recording: said" 'was truncated by somebody else' err
gives 0 "and it can be read" "$tool" replay --json a.smr
says "says how many events are missing" 'blocks with [0-9]+ events are missing' err
says "has its end" '"type":"summary","reason":"command"' out
gives 4 "and that is a loss" "$tool" replay --strict -o /dev/null a.smr
