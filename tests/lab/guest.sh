# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the guest's side of the lab tests. The stimulus attaches its devices first and invalidates
# later, so that a tool started in between sees only the invalidations.

# attach ARG...: starts the stimulus, and waits until it has attached the devices.
attach() {
	mkfifo /run/stimulus.in /run/stimulus.out
	stimulus --setup "$@" </run/stimulus.in >/run/stimulus.out &
	stimulus_pid=$!
	exec 3>/run/stimulus.in 4</run/stimulus.out
	read -r _ <&4
}

# invalidate N: N invalidations; prints the stimulus's line of JSON.
invalidate() {
	echo "$1" >&3
	read -r answer <&4
	printf '%s\n' "$answer"
}

# detach: ends the stimulus, which detaches the devices. `attach` may be used again.
detach() {
	exec 3>&- 4<&-
	wait "$stimulus_pid"
	rm -f /run/stimulus.in /run/stimulus.out
}

# expect STATUS NAME CMD...: ok if CMD ends with STATUS; its output is in NAME.out and NAME.err.
expect() {
	wanted=$1 name=$2
	shift 2
	"$@" >"$name.out" 2>"$name.err"
	status=$?
	[ "$status" = "$wanted" ] && echo "ok - $name: exit $status" ||
		echo "not ok - $name: exit $status and not $wanted: $(cat "$name.err")"
}

# check NAME CMD...: ok if CMD ends with 0.
check() {
	name=$1
	shift
	if "$@" >/run/check.log 2>&1; then
		echo "ok - $name"
	else
		echo "not ok - $name: $(tail -n 3 /run/check.log | tr '\n' ' ')"
	fi
}

reset_device() { echo 1 >"/sys/bus/pci/devices/$1/reset"; }

# unmet FILE: the lines of a JSON verdict that make it no pass.
unmet() {
	{
		grep -E '"result":"fail"|"met":false' "$1"
		grep '"type":"check"' "$1" | grep '"required":true' | grep -vE '"result":"(pass|fail)"'
		grep '"type":"result"' "$1"
	} | cut -c 1-500 | tr '\n' ' '
}

# scenario NAME [here]: runs tests/scenarios/NAME.scn; its verdict is NAME.json. A scenario whose
# needs are not met is skipped; with `here` it has failed.
scenario() {
	smmuscope run -q --format json -o "$1.json" "/project/tests/scenarios/$1.scn" >"$1.out" 2>"$1.err"
	status=$?
	# A verdict that is neither pass nor fail ends with 3, too.
	[ "$status" != 3 ] || grep -q '"type":"skipped"' "$1.json" || status="3, no pass"
	case $status${2:-} in
	0*) echo "ok - scenario $1" ;;
	3) echo "ok - scenario $1 # SKIP $(sed -n '/.*skipped: /{ s///; p; q; }' "$1.err")" ;;
	*) echo "not ok - scenario $1: exit $status: $(unmet "$1.json") $(tail -n 2 "$1.err" | tr '\n' ' ')" ;;
	esac
}
