# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Jobs side by side. Each is one call of a function in the background, in a process group of
# its own: a signal to the group ends all that the job has started, machines too.

# JOBS: the name of each job that runs, by process; JOBS_BEGUN: when it began.
# JOBS_AFTER: the names that a job has to wait for.
declare -A JOBS=() JOBS_BEGUN=() JOBS_AFTER=()

# jobs_after NAME NAMES: the job has to wait for these. jobs_after NAME: prints them.
jobs_after() {
	if [ $# = 1 ]; then
		printf '%s\n' "${JOBS_AFTER[$1]:-}"
	else
		JOBS_AFTER[$1]=$2
	fi
}

# jobs_run COUNT DIR RUN DONE NAME...: calls `RUN NAME` for each NAME, at most COUNT of them at
# a time and in this order, with output and errors in DIR/NAME.out. `DONE NAME STATUS SECONDS
# CPU` is called here after each: CPU is the time that the job's processes took.
jobs_run() {
	local count=$1 dir=$2 run=$3 finish=$4 next
	shift 4
	mkdir -p "$dir"
	while [ $# -gt 0 ]; do
		next=$(jobs_next "$@")
		if [ ${#JOBS[@]} -ge "$count" ] || [ -z "$next" ]; then
			jobs_wait "$dir" "$finish"
			continue
		fi
		jobs_start "$dir" "$run" "${!next}"
		set -- "${@:1:next-1}" "${@:next+1}"
	done
	while [ ${#JOBS[@]} -gt 0 ]; do jobs_wait "$dir" "$finish"; done
}

# jobs_next NAME...: the position of the first that need not wait for another, or nothing.
jobs_next() {
	local position=0 left=" $* ${JOBS[*]} " name each
	for name in "$@"; do
		position=$((position + 1))
		for each in ${JOBS_AFTER[$name]:-}; do
			[[ $left != *" $each "* ]] || continue 2
		done
		printf '%s\n' $position
		return
	done
}

# Job control gives a job its process group. Its input is empty: it must not read the
# terminal's, which belongs to another group.
jobs_start() {
	local dir=$1 run=$2 name=$3
	echo "0m0s" >"$dir/$name.cpu"
	set -m
	(
		JOBS_TIMES=$dir/$name.cpu
		trap 'builtin times >"$JOBS_TIMES"' EXIT
		"$run" "$name"
	) </dev/null >"$dir/$name.out" 2>&1 &
	set +m
	JOBS[$!]=$name
	JOBS_BEGUN[$name]=$SECONDS
}

jobs_wait() {
	local dir=$1 finish=$2 pid="" status=0 name
	wait -n -p pid "${!JOBS[@]}" || status=$?
	name=${JOBS[$pid]}
	unset "JOBS[$pid]"
	"$finish" "$name" "$status" $((SECONDS - JOBS_BEGUN[$name])) "$(jobs_cpu "$dir/$name.cpu")"
}

# jobs_cpu FILE: the sum of what bash's `times` says, in whole seconds.
jobs_cpu() {
	awk '{ for (i = 1; i <= NF; i++) { split($i, part, /[ms]/); all += part[1] * 60 + part[2] } }
		END { printf "%d\n", all }' "$1"
}

# Ends all jobs and waits until they have.
jobs_stop() {
	local pid
	for pid in "${!JOBS[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
	for pid in "${!JOBS[@]}"; do wait "$pid" 2>/dev/null || true; done
	JOBS=()
}
