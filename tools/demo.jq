# SPDX-License-Identifier: GPL-2.0
# Events, one by one, to lines of story. Times count from the injection.
def ms: . / 1e4 | round / 100 | "\(.) ms";
def us: . / 1e2 | round / 10 | "\(.) us";
def at($e): if .t0 then "  +\(($e.ts_ns - .t0) | ms)" else "  before" end
	| . + (16 - length) * " ";
def plural($n; $one): "\($n) \($one)\(if $n == 1 then "" else "s" end)";

foreach inputs as $e ({ok: 0, text: null};
	.text = null
	| if $e.type == "submit" and $e.opcodes.ATC_INV then
		if $e.sync == false then
			if .unsynced then . else
				.unsynced = true
				| .text = at($e) + "\($e.commands) ATC_INV go out in one list with no CMD_SYNC of their own"
			end
		elif $e.result < 0 then
			.text = at($e) + "the list of \($e.commands) ATC_INV returns \(if $e.result == -5 then "EIO" else "ETIMEDOUT" end) to its issuer"
			| .open = false | .failed = true
		elif $e.synthetic or (.open and $e.sync and $e.commands > 1) then
			.open = false
			| .text = at($e) + "the list of \($e.commands) ATC_INV returns success: nobody noticed, the stale entry stays"
		elif .t0 and (.fenced | not) and $e.commands == 1 then .ok += 1
		else . end
	elif $e.type == "inject" then
		if $e.repeat then
			.text = at($e) + "asked alone, \($e.device) fails again (SYNTHETIC): it is to blame"
		else
			.t0 = $e.ts_ns
			| .text = at($e) + "\($e.device) does not answer: ATC invalidate timeout at the CMD_SYNC at index \($e.prod) (SYNTHETIC)"
		end
	elif $e.type == "cmdq_error" and ($e.synthetic | not) then
		if .failed then
			.text = at($e) + "asked alone, one of them does not answer again (\($e.error) at index \($e.index)): it is to blame"
		elif .t0 then
			.open = true
			| .text = at($e) + "it does not answer again: ATC invalidate timeout at the CMD_SYNC at index \($e.index)"
		else
			.t0 = $e.ts_ns | .open = true
			| .text = at($e) + "a device does not answer, and the SMMU stops: \($e.error) at the CMD_SYNC at index \($e.index), found by the \($e.found_by)"
		end
	elif $e.type == "fence" then
		.fenced = true
		| .text = at($e) + "fenced: STE.EATS off, CFGI_STE and CMD_SYNC done, \($e.latency_ns | us) after the failure"
	elif $e.type == "unfence" then
		.text = at($e) + "unfenced: STE.EATS back"
	elif $e.type == "ats" then
		.text = at($e) + "ATS of \($e.device) \(if $e.enabled then "on" else "off" end)"
			+ (if $e.enabled then "; \(plural(.ok; "healthy function")) answered alone, none of these was fenced" else "" end)
	elif $e.type == "reset" and $e.phase == "begin" then
		.text = at($e) + "the administrator resets \($e.device)"
	elif $e.type == "reset" and $e.phase == "end" then
		.text = at($e) + "the reset ended with \(if $e.result == 0 then "success" else "error \($e.result)" end)"
	elif $e.type == "summary" then
		.text = "  events: \($e.loss.attempted) = \($e.loss.emitted) emitted + \($e.loss.lost) lost, \($e.loss.consumed) consumed"
	else . end;
	.text // empty)
