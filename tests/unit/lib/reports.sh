# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For unit tests of reports: those who read KTAP and JUnit. Source after tools/lab/cache.sh.

# The newest kernel that the lab has unpacked; 6.12 and later have that parser.
kunit=$(find "$LAB_CACHE/kernel" -maxdepth 6 -path '*/src/tools/testing/kunit/kunit.py' \
	-printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1 | cut -d' ' -f2-)
# Debian's: another one that comes first in PATH does not see Debian's packages.
python=/usr/bin/python3

same() {
	if [ "$2" = "$3" ]; then
		echo "ok - $1: $2"
	else
		echo "not ok - $1: '$2' and not '$3'"
	fi
}

# "TESTS FAILURES SKIPPED" by kunit.py, whose last line is
# "Testing complete. Ran N tests: passed: N, failed: N, skipped: N".
by_kunit() {
	local line name number ran
	line=$("$python" "$kunit" parse "$1" 2>&1 | grep 'Testing complete')
	ran=$(sed -n 's/.*Ran \([0-9]*\) tests.*/\1/p' <<<"$line")
	for name in failed skipped errors; do
		number=$(sed -n "s/.*$name: \([0-9]*\).*/\1/p" <<<"$line")
		case $name in
		errors) [ -z "$number" ] || ran="$ran with $number errors" ;;
		*) ran="$ran ${number:-0}" ;;
		esac
	done
	echo "$ran"
}

by_junitparser() {
	"$python" -c '
import sys
from junitparser import JUnitXml
def number(case):
    return [type(one).__name__ for one in case.result]
xml = JUnitXml.fromfile(sys.argv[1])
results = [number(case) for suite in xml for case in suite]
counted = (len(results), sum("Failure" in one for one in results),
           sum("Skipped" in one for one in results))
said = tuple(sum(getattr(suite, what) for suite in xml)
             for what in ("tests", "failures", "skipped"))
print(*counted, *([] if counted == said else ["but says", *said]))
' "$1" 2>&1 | tail -n 1
}

# What the schemas of Maven Surefire (surefire-test-report) and of Jenkins' xUnit plugin (junit-10) ask
# for, in words of our own: nothing is printed if it is there.
strict_junit() {
	"$python" - "$1" <<-'END'
		import re, sys
		from xml.etree import ElementTree
		SUITE = {"name", "time", "tests", "failures", "errors", "skipped"}
		CASE = {"name", "classname", "time"}
		ORDER = ["failure", "skipped", "error", "system-out"]
		HAS = {"failure": {"type", "message"}, "error": {"type", "message"}, "skipped": {"message"},
		       "system-out": set(), "property": {"name", "value"}}
		def bad(what, one):
		    print(what, one.tag, one.attrib)
		for suite in ElementTree.parse(sys.argv[1]).getroot():
		    if set(suite.attrib) - {"timestamp"} != SUITE:
		        bad("attributes", suite)
		    if not re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}", suite.get("timestamp", "2026-01-01T00:00:00")):
		        bad("timestamp", suite)
		    for one in suite.iter():
		        if not re.fullmatch(r"\d*(\.\d{0,3})?", one.get("time", "")):
		            bad("time", one)
		        if one.tag in HAS and set(one.attrib) != HAS[one.tag]:
		            bad("attributes", one)
		    for case in suite.iter("testcase"):
		        tags = [one.tag for one in case]
		        if set(case.attrib) != CASE or tags != sorted(set(tags), key=ORDER.index):
		            bad("attributes or order", case)
	END
}
