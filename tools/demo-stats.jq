# SPDX-License-Identifier: GPL-2.0
# The two numbers of the statistics that the story is about.
([.smmus[].queues[].atc_lists_without_sync] | add) as $unsynced
| (.devices[] | select(.bdf == $device)) as $it
| "  lists of ATC_INV without CMD_SYNC: \($unsynced)",
  "  \($device): \($it.timeouts.injected) timeout injected, \($it.fences) fence, \($it.resets) reset, now \($it.state)"
