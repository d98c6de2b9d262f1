# SPDX-License-Identifier: GPL-2.0
#
# What the machines measured ($own, $other: lines of price.guest) as one object for each number of
# functions with ATS; $other may be empty.
def round_to($n): . * $n | round / $n;
def rows: group_by(.functions)[] | add | {functions,
	instructions: (.did.each_ns | round_to(10)),
	lists: ([.stat.smmus[].queues[].lists] | add / 200 | round_to(100)),
	syncs: ([.stat.smmus[].queues[].synced] | add / 200 | round_to(100)),
	longest, stack};

[$other | rows] as $against |
$own | rows | . as $row |
. + ([$against[] | select(.functions == $row.functions) | del(.functions)][0] // null | if . then {against: .} else {} end)
