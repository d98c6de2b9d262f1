# SPDX-License-Identifier: GPL-2.0
# The numbers of the statistics that the story is about. $unanswered: the emulator's own counter, or "".
([.smmus[].queues[].atc_lists_without_sync] | add) as $unsynced
| ([.smmus[].queues[].errors.CERROR_ATC_INV_SYNC // 0] | add) as $errors
| (.devices[] | select(.bdf == $device)) as $it
| "  lists of ATC_INV without CMD_SYNC: \($unsynced)",
  if $unanswered == "" then
	"  \($device): \($it.timeouts.injected) timeout injected, \($it.fences) fence, \($it.resets) reset, now \($it.state)"
  else
	"  the SMMU reported \($errors) timeouts; the emulator counts \($unanswered) requests without an answer",
	"  \($device): \($it.fences) fence, \($it.resets) reset, now \($it.state)"
  end
