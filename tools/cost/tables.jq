# SPDX-License-Identifier: GPL-2.0
#
# bench.json -> the tables of docs/PERFORMANCE.md: --arg table NAME.

# Row, which of its figures, title, budget, and why the budget is not met.
def figures: [
	["floor", "list", "programs that do nothing (the floor)", null],
	["stat", "list", "`stat`", 900],
	["trace-recording", "list", "`trace`, the BPF side alone", 1000, "its programs fill and submit a record for each list: the table above has them"],
	["trace-recording", "all", "`trace -o FILE.smr`, everything", 1300, "the BPF side leaves the collector what is between the budgets of both; it decodes and encodes each event"],
	["trace-json-file", "all", "`trace --json -o FILE`, everything", 3000, "a line is some hundred bytes of text that are made for each event"],
	["trace-json-null", "all", "`trace --json -o /dev/null`, everything", null],
	["trace-text-null", "all", "`trace -o /dev/null`, everything", null],
	["trace-other", "list", "`trace -d` of another device", 600],
	["inject-armed-only", "list", "`inject -k inject`, armed for another device", 450, "the floor of the command list's programs and the trampoline of the injection point are more than that before a program of ours has run"],
	["inject-armed", "list", "`inject`, armed for another device, the BPF side alone", null],
	["inject-armed", "all", "`inject`, armed for another device, everything", null],
	["inject-fires", "list", "`inject -k inject`, half of the lists fail, the BPF side and the driver", null]
];

def cell: if . == null then "" else tostring end;
def places($n): . * pow(10; $n) | round | . / pow(10; $n);
def times($of): if . == null or ($of // 0) == 0 then "" else ". \(. / $of | places(2))"[2:] end;
def table($heads): "| \($heads | join(" | ")) |", "|\($heads | map("---|") | add)";
def line: "| \(map(cell) | join(" | ")) |";

# The rows of a group by their names.
def group($name): [.rows[] | select(.group == $name)] | map({(.row): .}) | add // {};

def ours:
	group("fentry") as $fentry | group("kprobe") as $kprobe
	| table(["attached", "fentry", "floors", "budget", "kprobe", "floors", "spread"]),
	(figures[] as [$row, $figure, $title, $budget]
	| ("extra_" + $figure) as $extra | ($figure + "_spread") as $spread
	| $fentry[$row] as $f | $kprobe[$row] as $k | select($f // $k)
	| [$title, $f[$extra], ($f[$extra] | times($fentry.floor.extra_list)), $budget, $k[$extra],
		($k[$extra] | times($kprobe.floor.extra_list)),
		([$f, $k | select(.) | .[$spread] * 100 / .[$extra]] | max | "\(places(2)) %")]
	| line);

# Other tools: row and title.
def others: [
	["ftrace-function", "ftrace, `function`"],
	["ftrace-graph", "ftrace, `function_graph`"],
	["kprobe-event", "kprobe event, entry"],
	["kprobe-events", "kprobe events, entry and return"],
	["kprobe-event-hist", "kprobe event, entry, with a `hist` trigger"],
	["perf-entry", "perf record, kprobe event, entry"],
	["perf-both", "perf record, kprobe events, entry and return"],
	["trace-cmd-entry", "trace-cmd record, kprobe event, entry"],
	["trace-cmd-both", "trace-cmd record, kprobe events, entry and return"],
	["trace-cmd-graph", "trace-cmd record, `function_graph`"],
	["bpftrace-hist-trampoline", "bpftrace, fentry and fexit, two histograms"],
	["bpftrace-hist-probe", "bpftrace, kprobe and kretprobe, two histograms"],
	["bpftrace-print-trampoline", "bpftrace, fentry and fexit, a line for each list"],
	["bpftrace-print-probe", "bpftrace, kprobe and kretprobe, a line for each list"]
];

def over:
	group("fentry") as $fentry
	| figures[] as [$row, $figure, $title, $budget, $why] | ($fentry[$row] | .["extra_" + $figure]) as $now
	| select($budget and $now and $now > $budget)
	| "- \($title): \($now - $budget | places(1)) instructions; \($why).";

def peers:
	group("fentry") as $ours | group("peers") as $peers
	| table(["attached", "the issuing context", "everything", "`stat` costs", "`trace`, BPF side", "`trace -o FILE.smr`", "spread"]),
	(others[] as [$row, $title] | $peers[$row] | select(.)
	| [$title, .extra_list, .extra_all, ($ours.stat.extra_list | times($peers[$row].extra_list)),
		($ours["trace-recording"].extra_list | times($peers[$row].extra_list)),
		($ours["trace-recording"].extra_all | times($peers[$row].extra_all)),
		"\(.list_spread * 100 / .extra_list | places(2)) %"]
	| line);

# Rows that do not depend on a collector.
def context: [
	["floor", "the floor"], ["stat", "`stat`"], ["trace-json-null", "`trace`"],
	["trace-other", "`trace -d` of another device"], ["inject-armed-only", "`inject -k inject`, not matching"]
];

# An unmap without ATC_INV gives the cost of its TLBI list, which is subtracted from the others.
def lists:
	(.rows | map(select(.group == "lists"))) as $all
	| table(["attached", "by", "TLBI 1", "8", "64", "each more", "ATC_INV 1", "8", "64", "each more"]),
	(("fentry", "kprobe") as $attach | context[] as [$row, $title]
	| ($all | map(select(.attach == $attach and .row == $row)) | map({(.set): .extra_list}) | add) as $of
	| select($of)
	| def tlbi($n): $of["tlbi-\($n)"];
	def atc($n): $of["atc-\($n)"] * 2 - tlbi(1) | places(1);
	def more($one; $many): ($many - $one) / 63 | places(1) + 0;
	[$title, $attach, tlbi(1), tlbi(8), tlbi(64), more(tlbi(1); tlbi(64)),
		atc(1), atc(8), atc(64), more(atc(1); atc(64))]
	| line);

def irq:
	group("fentry") as $task
	| (.rows | map(select(.group == "irq"))) as $all
	| def find($attach; $row): $all | map(select(.attach == $attach and .row == $row)) | first;
	table(["attached", "task, fentry", "interrupt, fentry", "interrupt, kprobe", "spread"]),
	(context[] as [$row, $title] | find("fentry"; $row) as $f | find("kprobe"; $row) as $k | select($f)
	| [$title, $task[$row].extra_list, $f.extra_list, $k.extra_list,
		"\([$f, $k | .list_spread * 100 / .extra_list] | max | places(2)) %"]
	| line);

def growth:
	. as $bench | (.rows | map(select(.group == "growth"))) as $all
	| def of($row; $set): $all | map(select(.row == $row and .set == $set)) | first | .extra_list;
	table(["against", "", "", ""]),
	(["devices with ATS that are there, and three more", "1", "72", ""] | line),
	(context[] as [$row, $title] | select($row != "floor")
	| ["– " + $title, (["1", "72"][] | of($row; "lab,\(.) devices")), ""] | line),
	([$bench.rows[] | select(.group == "depth")] | map({(.row): .extra_list}) | add // {}) as $short
	| ($bench | group("fentry")) as $long
	| (if ($short | length) > 0 then ["entries in the command queue", "128", "262144", ""] | line else empty end),
	(context[] as [$row, $title] | select($short[$row] and $long[$row])
	| ["– " + $title, $short[$row], $long[$row].extra_list, ""] | line),
	(["rules armed, `inject -k inject`", "1", "8", "64"] | line),
	(["– on other devices", (["1", "8", "64"][] | of("rules-others-\(.)"; "lab"))] | line),
	(["– on this device, none fires", (["1", "8", "64"][] | of("rules-same-\(.)"; "lab"))] | line),
	(["kinds of events, `trace -k`", "all", "`submit`", "`fence,reset,ats`"] | line),
	(["– `trace`, the BPF side", (["all", "submit", "fence,reset,ats"][] | of("kinds-\(.)"; "lab"))] | line);

# Times 2: half of the lists are TLBI, to which no rule applies.
def each_rule:
	(.rows | map(select(.group == "growth")) | map({(.row): .extra_list}) | add) as $of
	| ($of["rules-same-64"] - $of["rules-same-1"]) / 63 * 2 | round;

def memory:
	table(["", "devices", "RSS, KiB", "maps in the kernel, KiB"]),
	(.memory[] | ["`\(.memory)`", (.set | sub(" devices"; "") | if . == "" then "72" else . end), .rss_kib, .maps_kib] | line);

# Programs that ran, and their time for a list.
def programs:
	(.before | map({("\(.id)"): .}) | add) as $before | .lists as $lists | .programs as $programs
	| [.after[] | $before["\(.id)"] as $b | .id as $id
		| (.run_cnt - $b.run_cnt) as $runs | select($runs >= $lists / 2)
		| {type, each: ((.run_time_ns - $b.run_time_ns) / $lists)}
			+ ($programs | map(select(.id == $id)) | first // {})];

# The time that bpf_stats gives for an empty program: reading the clock.
def clock($type): [.spent[] | select(.spent == "floor") | programs[] | select(.type == $type) | .each] | add / length;

# Instructions of a call, from the log of the emulator. A call with nothing attached is the driver
# alone, and is subtracted.
def spent:
	. as $bench
	| (.spent_on | map(select(.row == "nothing")) | first | .spent_on | map(.instructions) | add) as $driver
	| (context | map(select(.[0] != "floor"))) as $rows
	| table(["by", "what runs", "and calls"] + ($rows | map(.[1]))),
	(("fentry", "kprobe") as $attach
	| ($bench.spent_on | map(select(.attach == $attach)) | map({(.row): .spent_on}) | add) as $of
	| def sums(f): [$rows[] | $of[.[0]] // [] | map(f | .instructions) | if length > 0 then add | places(1) else null end];
	([$of[$rows[][0]][] | select(.program) | [.program, .helper]] | unique) as $parts
	| ([$attach, "trampolines or probes", ""] + ([$rows[] | $of[.[0]] | map(select(.rest) | .instructions) | add - $driver | places(1)]) | line),
	($parts[] as [$program, $helper]
		| [$attach, "`\($program)`", (if $helper then "`\($helper)`" else "" end)]
			+ sums(select(.program == $program and .helper == $helper)) | line),
	([$attach, "**in all**", ""] + [$rows[] | $of[.[0]] | map(.instructions) | add - $driver | places(1)] | line),
	([$attach, "programs by `bpf_stats`", "all"] + [$rows[] as [$row] | $bench.spent[] | select(.attach == $attach and .spent == $row)
		| programs | map(.type as $type | .each - ($bench | clock($type))) | add | places(1)] | line));

def sizes:
	table(["program", "of", "BPF instructions", "arm64 instructions", "the verifier looked at"]),
	(.spent[] | select(.spent != "floor") | . as $one | programs[]
	| ["`\(.name)`", (context[] | select(.[0] == $one.spent) | .[1]), .xlated, .jited_bytes / 4, .verified] | line);

def collectors:
	group("fentry") as $fentry
	| (.bytes | map({(.bytes): (.size / .events | places(1))}) | add // {}) as $bytes
	| table(["", "BPF side", "collector, wake-ups and ticks", "everything", "bytes an event"]),
	(figures[] as [$row, $figure, $title] | select($figure == "all") | $fentry[$row] | select(.)
	| [($title | sub(", everything"; "")), .extra_list, (.extra_all - .extra_list | places(1)), .extra_all,
		$bytes[$row]] | line);

if $table == "over" then over elif $table == "ours" then ours elif $table == "peers" then peers elif $table == "lists" then lists
elif $table == "irq" then irq elif $table == "growth" then growth elif $table == "memory" then memory
elif $table == "spent" then spent elif $table == "each_rule" then each_rule elif $table == "sizes" then sizes else collectors end
