# SPDX-License-Identifier: GPL-2.0
#
# Where the instructions of calls of `function_name` go. Input: the lines of /proc/kallsyms, sorted,
# then the emulator's log with one instruction a line. Prints a JSON object that begins with
# `words`: for one call the instructions of each program, of each helper that a program calls, and
# of the rest. Exit status 1 and a reason if the log is not such a log.
#
# Addresses are compared as text: with equal lengths the order is that of numbers.

BEGIN { turn = 0 }

# The symbol at an address; begins[] is 1 if the address is its first.
function symbol(pc,    low, high, middle) {
	if (pc in known)
		return known[pc]
	low = 1
	high = symbols
	while (low < high) {
		middle = int((low + high + 1) / 2)
		if (at[middle] <= pc)
			low = middle
		else
			high = middle - 1
	}
	begins[pc] = at[low] == pc
	return known[pc] = name[low]
}

# The end of a call. It counts unless an interrupt came into it. An unmap makes two calls, which
# have means of their own and the same weight.
function leave(    owner) {
	inside = 0
	if (!interrupted) {
		lists[turn]++
		for (owner in took)
			sum[turn, owner] += took[owner]
		for (owner in calls)
			called[turn, owner] += calls[owner]
	}
	for (owner in took)
		owners[owner]
	delete took
	delete calls
	interrupted = running = 0
	turn = !turn
}

function inside_of(helper) {
	owner = program "\",\"helper\":\"" helper
	if (begins[pc])
		calls[owner]++
}

# A program is left by a call, which goes to where a symbol begins, or for good. Another program
# that it calls counts as a helper.
function follow(here) {
	if (here ~ /^el1h_64_irq/)
		interrupted = 1
	if (sub(/^bpf_prog_[0-9a-f]+_/, "", here)) {
		if (owner == "rest")
			program = here
		if (here == program)
			owner = program
		else
			inside_of(here)
		running = 1
	} else if (running) {
		if (begins[pc])
			inside_of(here)
		else
			owner = "rest"
		running = 0
	}
	took[owner]++
}

# Is pc the address after `before`? With one instruction a line, it mostly is.
function in_order(before, pc) {
	return index("048c", substr(before, 16)) % 4 == index("048c", substr(pc, 16)) - 1
}

# The instruction at `pc` was run.
function step() {
	if (!inside && pc == entry) {
		inside = 1
		caller = symbol(before)
		owner = "rest"
	} else if (inside && symbol(pc) == caller) {
		leave()
	}
	if (inside) {
		steps++
		ordered += in_order(before, pc)
		follow(symbol(pc))
	}
	before = pc
}

function mean(of, owner) {
	return (of[0, owner] / lists[0] + of[1, owner] / lists[1]) / 2
}

function problem() {
	if (entry == "")
		return function_name " is no symbol"
	if (!lists[0] || !lists[1])
		return "no calls of " function_name " that no interrupt came into"
	if (ordered < steps / 2)
		return "the emulator does not write down each instruction"
	return ""
}

FNR == NR {
	if (at[symbols] != $1 "") {
		at[++symbols] = $1 ""
		name[symbols] = $3
	}
	if ($3 == function_name)
		entry = $1 ""
	next
}

# Any other line after it takes the instruction back: it will be run and logged again.
/^Trace/ {
	if (pc != "")
		step()
	split($0, part, "/")
	pc = part[2]
	next
}

{ pc = "" }

END {
	if (pc != "")
		step()
	if (problem() != "") {
		print problem() | "cat >&2"
		exit 1
	}
	printf "{%s,\"spent_on\":[", words
	for (owner in owners) {
		printf "%s{\"%s\":\"%s\",\"instructions\":%.1f,\"calls\":%.2f}", comma,
			owner == "rest" ? "rest" : "program", owner, mean(sum, owner), mean(called, owner)
		comma = ","
	}
	print "]}"
}
