# SPDX-License-Identifier: GPL-2.0
#
# The bench.json of two runs, an array -> which of our rows differ most, in percent.

# Only figures that docs/PERFORMANCE.md shows: with a collector only where it has work.
def figures: .rows
	| map(select(.group != "peers" and .extra_list and (.row | startswith("nothing") | not))
		| {("\(.group), \(.attach), \(.set), \(.row)"): {
			list: .extra_list,
			all: (if (.group | test("fentry|kprobe")) and (.row | test("recording|json|text|armed$")) then .extra_all else null end)
		}}) | add // {};

(.[0] | figures) as $old | (.[1] | figures) as $new
| [$new | to_entries[] | .key as $key | .value | to_entries[]
	| select(.value and $old[$key][.key]) | {key: "\($key) (\(.key))",
		percent: (((.value - $old[$key][.key]) * 100 / $old[$key][.key]) | fabs)}]
| sort_by(-.percent)[:5][] | "\(.percent * 1000 | round / 1000) % \(.key)"
