# SPDX-License-Identifier: GPL-2.0
#
# Lines of costs.jsonl -> bench.json: for each row the instructions for a list, all repeats of
# them, and what that is more than the same group has with nothing attached. `list`: in the
# context that issues the list, the middle half of all times. `all`: that with timer ticks and
# wake-ups, and with the CPU time of the tool's processes, as a mean.

def median: sort | .[((length - 1) / 2 | floor)];
def places($n): . * pow(10; $n) | round | . / pow(10; $n);
def spread: max - min | places(2);

# Lists of one invalidation: one of TLBI and those of ATC_INV. Those of a disk request were counted.
def of_a_request: map(select(.stat)) | first | if . then ([.stat.smmus[].queues[].lists] | add) / .did.requests | round else null end;
def lists: .did | if .requests then .lists else .expected | .tlbi_lists + .atc_lists end;
def pieces: .did | .requests // .invalidations;
def in_list: .did.each_ns * pieces / lists;
def in_all: (.did.cpu_ns + (.did.charged_ns // 0)) / lists;

def row:
	map(in_list) as $list | (if .[0].did.cpu_ns then map(in_all) else null end) as $all
	| .[0] | del(.repeat, .did) + {
		lists: lists,
		list: ($list | median | places(2)), list_repeats: ($list | map(places(2))),
		list_spread: ($list | spread)
	} + if $all then {
		all: ($all | median | places(2)), all_repeats: ($all | map(places(2))),
		all_spread: ($all | spread)
	} else {} end;

def where: [.group, .attach, .set];

. as $lines
| of_a_request as $of_a_request
| map(select(.row and .did) | if .did.requests then .did.lists = $of_a_request * .did.requests else . end) | group_by([where, .row]) | map(row) as $rows
| ($rows | map(select(.row == "nothing") | {(where | tostring): .}) | add) as $bases
| {
	schema: "smmuscope.bench/1",
	kernel: ($lines | map(.kernel // empty) | first),
	memory: ($lines | map(select(.memory))),
	bytes: ($lines | map(select(.bytes and .group == "fentry"))),
	spent: ($lines | map(select(.spent))),
	spent_on: ($lines | map(select(.spent_on))),
	rows: ($rows | map(. as $row | $bases[where | tostring] as $base
		| if $base then . + {extra_list: (.list - $base.list | places(1))}
			+ if .all then {extra_all: (.all - $base.all | places(1))} else {} end
		else . end))
}
