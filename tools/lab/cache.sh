# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The lab's cache and its progress lines. Sourced by every script of tools/lab.
#
# Downloads and builds are under $LAB_CACHE, in directories named by a hash of what they were
# made from. A directory with the file `.done` is complete; any other is removed and made again.

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034
LAB_ROOT=$(cd "$LAB_DIR/../.." && pwd)
LAB_CACHE=${SMMUSCOPE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/smmuscope}
mkdir -p "$LAB_CACHE/log" "$LAB_CACHE/lock" "$LAB_CACHE/took" "$LAB_CACHE/memo"

say() { [ -n "${LAB_QUIET:-}" ] || printf 'lab: %s\n' "$*" >&2; }

die() {
	printf 'lab: error: %s\n' "$1" >&2
	[ $# -lt 2 ] || printf 'lab: hint: %s\n' "$2" >&2
	exit 5
}

# content_key WORD|FILE...: 16 hex digits over the words and the files' contents. Where the cache
# is does not count, so that it can be moved.
content_key() {
	local arg
	for arg in "$@"; do
		if [ -f "$arg" ]; then
			sha256sum <"$arg"
		else
			printf '%s\n' "${arg#"$LAB_CACHE/"}"
		fi
	done | sha256sum | cut -c1-16
}

# with_lock NAME CMD...: runs CMD under the lock NAME; says so if it has to wait.
with_lock() {
	local name=$1 fd
	shift
	exec {fd}>"$LAB_CACHE/lock/$name"
	if ! flock -n "$fd"; then
		say "waiting for another run that is making $name"
		flock "$fd"
	fi
	"$@"
	local status=$?
	exec {fd}>&-
	return $status
}

# cached KIND KEY CMD...: prints the directory KIND/KEY of the cache. If it is not complete, CMD
# fills it first; the directory is its last argument. Safe for several runs at once.
cached() {
	local dir=$LAB_CACHE/$1/$2
	shift 2
	[ -f "$dir/.done" ] || with_lock "$(basename "$dir")" fill "$dir" "$@" >&2
	printf '%s\n' "$dir"
}

fill() {
	local dir=$1
	shift
	# The run that held the lock before may have made it already.
	[ ! -f "$dir/.done" ] || return 0
	rm -rf "$dir" && mkdir -p "$dir"
	"$@" "$dir"
	touch "$dir/.done"
}

# remember NAME DIR, recall NAME: the directory that NAME stood for last time, if it is complete:
# saves asking the package archive. LAB_FRESH=1 asks.
remember() { replace "$LAB_CACHE/memo/$1" "${2#"$LAB_CACHE/"}"; }

recall() {
	local dir
	dir=$LAB_CACHE/$(cat "$LAB_CACHE/memo/$1" 2>/dev/null) || return 1
	[ -f "$dir/.done" ] && printf '%s\n' "$dir"
}

# replace FILE TEXT: in one step, as another run may read the file at the same time.
replace() {
	printf '%s\n' "$2" >"$1.$BASHPID"
	mv "$1.$BASHPID" "$1"
}

# The lines in a step's log, and its seconds, the last time; for the first time the second
# argument of `step` is a guess of the lines.
expected_lines() { sed -n 2p "$LAB_CACHE/took/$1" 2>/dev/null || true; }
expected_seconds() { sed -n 1p "$LAB_CACHE/took/$1" 2>/dev/null || true; }

# step NAME LINES TEXT CMD...: runs CMD with its output in a log and shows how far it is. The log
# and what is known from the last time are kept under NAME. If CMD fails, STEP_SHOW says which command
# prints what matters of the log, and STEP_STATUS the exit status.
step() {
	local name=$1 lines=$2 text=$3
	shift 3
	# Another run may be at the same step.
	local log=$LAB_CACHE/log/$name.$BASHPID.log last known start now pid status=0 shown=0 every=30 done_lines percent
	known=$(expected_lines "$name")
	[ -z "$known" ] || lines=$known
	last=$(expected_seconds "$name")
	start=$(date +%s)
	say "$text ...${last:+ (took $last s last time)}"
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	[ -t 2 ] && every=1
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		now=$(($(date +%s) - start))
		if [ $((now - shown)) -ge $every ]; then
			shown=$now
			done_lines=$(wc -l <"$log")
			percent=$((lines > 0 ? done_lines * 100 / lines : 0))
			[ $percent -le 99 ] || percent=99
			if [ -t 2 ]; then
				printf '\rlab:   %3d %%  %d s  %.60s\033[K' $percent $now "$(tail -n 1 "$log" | tr -d '\r')" >&2
			else
				say "  $percent %, $now s"
			fi
		fi
	done
	wait "$pid" || status=$?
	[ ! -t 2 ] || printf '\r\033[K' >&2
	now=$(($(date +%s) - start))
	if [ $status -ne 0 ]; then
		${STEP_SHOW:-tail -n 25} "$log" >&2
		mv "$log" "$LAB_CACHE/log/$name.log"
		printf 'lab: error: %s failed after %s s (exit %s)\n' "$text" $now $status >&2
		printf 'lab: hint: the whole log is %s\n' "$LAB_CACHE/log/$name.log" >&2
		exit "${STEP_STATUS:-5}"
	fi
	replace "$LAB_CACHE/took/$name" "$now"$'\n'"$(wc -l <"$log")"
	mv "$log" "$LAB_CACHE/log/$name.log"
	[ $now -lt 3 ] || say "  done in $now s"
}
