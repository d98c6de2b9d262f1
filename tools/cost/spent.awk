# SPDX-License-Identifier: GPL-2.0
#
# What calls of `function` are spent on: the lines of /proc/kallsyms, sorted, and then the
# emulator's log with an instruction a line. Prints a JSON object with `words` in it: for a call
# the instructions of each program, of each helper that a program calls, and of all the rest.
#
# Numbers are as text here: of one length they have the same order.

BEGIN { turn = 0 }

# What is at an address; begins[] tells whether at its beginning.
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

# A call that no interrupt came into. An unmap has two, and both count alike.
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

function mean(of, owner) {
	return (of[0, owner] / lists[0] + of[1, owner] / lists[1]) / 2
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

{
	split($0, part, "/")
	pc = part[2]
}

!inside && pc == entry {
	inside = 1
	caller = symbol(before)
	owner = "rest"
}

{ before = pc }

!inside { next }

symbol(pc) == caller {
	leave()
	next
}

{
	here = symbol(pc)
	if (here ~ /^el1h_64_irq/)
		interrupted = 1
	# A program is left by a call, to where something begins, or for good; what it calls
	# of other programs is a helper, too.
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

END {
	if (!lists[0] || !lists[1])
		exit 1
	printf "{%s,\"spent_on\":[", words
	for (owner in owners) {
		printf "%s{\"%s\":\"%s\",\"instructions\":%.1f,\"calls\":%.2f}", comma,
			owner == "rest" ? "rest" : "program", owner, mean(sum, owner), mean(called, owner)
		comma = ","
	}
	print "]}"
}
