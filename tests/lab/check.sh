# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the host's side of the lab tests: checks of the files that the guest left in the current
# directory.

# json DESCRIPTION FILTER FILE [JQ OPTION]...: ok if the filter gives true. Needs output: jq 1.6
# ends with 0 on an empty file.
json() {
	local what=$1 filter=$2 file=$3 log
	shift 3
	if log=$(jq -e "$@" "$filter" "$file" 2>&1) && [ -n "$log" ]; then
		echo "ok - $what"
	else
		echo "not ok - $what: $filter does not hold in $file${log:+: $log}"
	fi
}

# stream DESCRIPTION FILTER FILE: the same over all lines of a file of JSON Lines.
stream() { json "$1" "$2" "$3" -s; }

# says DESCRIPTION PATTERN FILE: ok if a line of the file matches the extended regular expression.
says() {
	if grep -qE -- "$2" "$3"; then
		echo "ok - $1"
	else
		echo "not ok - $1: no '$2' in $3: $(head -c 300 "$3")"
	fi
}

# The loss equation, to the unit.
# shellcheck disable=SC2034
balanced='.loss | .attempted == .emitted + .lost and .emitted == .consumed'
