# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Edits for scratch additions: each fails if its anchor is not there any more.

# insert FILE REGEX: puts stdin behind the last line that matches the extended REGEX.
insert() {
	local file=$1 regex=$2 line
	line=$(grep -nE -- "$regex" "$file" | tail -n 1 | cut -d: -f1)
	[ -n "$line" ] || {
		echo "# $file has no line like: $regex" >&2
		return 1
	}
	sed -i "${line}r /dev/stdin" "$file"
}

# swap FILE REGEX TEXT: replaces what the extended REGEX matches, on every line that it matches.
swap() {
	grep -qE -- "$2" "$1" || {
		echo "# $1 has no line like: $2" >&2
		return 1
	}
	# A delimiter that no text has.
	sed -Ei "s"$'\001'"$2"$'\001'"$3"$'\001' "$1"
}
