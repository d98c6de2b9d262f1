# SPDX-License-Identifier: GPL-2.0
#
# The most stack that the driver's functions take while something is unmapped, in bytes. Two files: the module as
# `objdump -d` prints it, and what the kernel's graph tracer drew. Frames are what a function takes off
# the stack pointer in its own code.
function hexadecimal(text, at, value) {
	for (at = 1; at <= length(text); at++)
		value = value * 16 + index("0123456789abcdef", substr(text, at, 1)) - 1
	return value
}
FNR == NR {
	if (match($0, /^[0-9a-f]+ <.*>:$/)) {
		name = $2
		gsub(/[<>:]/, "", name)
	} else if (match($0, /\[sp, #-[0-9]+\]!/)) {
		frame[name] += substr($0, RSTART + 7, RLENGTH - 9)
	} else if (match($0, /sub\tsp, sp, #0x[0-9a-f]+/)) {
		frame[name] += hexadecimal(substr($0, RSTART + 15, RLENGTH - 15))
	}
	next
}
# " 0)   1.234 us    |    name [module]();" or "{" and "}"; each level is two blanks more.
!/^#/ && (at = index($0, "|")) {
	call = substr($0, at + 1)
	match(call, /^ */)
	depth = int(RLENGTH / 2)
	if (call ~ /^ *}/)
		next
	name = substr(call, RLENGTH + 1)
	sub(/[ (].*/, "", name)
	taken[depth] = frame[name] + (depth > 1 ? taken[depth - 1] : 0)
	if (taken[depth] > most)
		most = taken[depth]
}
END { print most + 0 }
