// SPDX-License-Identifier: GPL-2.0
#include "check/follow.h"

#include "check/follow_list.h"
#include "check/match.h"
#include "check/rules/table.h"
#include "event/decode.h"
#include "base/text.h"

#include <errno.h>

static void follow_inject(struct check *check, const struct smmu_event *event,
			  const struct smmu_inject_fired *fired)
{
	struct track *track = check_track(check);
	const struct flow_id id = flow_id(event);
	struct flow *flow = track_flow(track, &id);
	struct queue *queue = track_queue(track, fired->smmu, fired->queue);
	struct unit *unit =
		fired->sid == SMMU_SID_NONE ? NULL : track_unit(track, fired->smmu, fired->sid);
	char name[DECODE_NAME_LEN];

	if (!flow || !queue)
		return;
	if (!(event->flags & SMMU_EVENT_REPEAT))
		check_tally(check)->timeouts++;
	if (event->flags & (SMMU_EVENT_GERROR | SMMU_EVENT_STALL))
		queue->last_stall_ns = event->ts_ns;
	flow->crowded |= flow->timeout_count == TIMEOUTS_MAX;
	if (flow->timeout_count < TIMEOUTS_MAX)
		flow->timeouts[flow->timeout_count++] = (struct timeout){
			.ts_ns = event->ts_ns,
			.queue = fired->queue,
			.index = fired->prod,
			.software = fired->error != -EIO,
			.odd = fired->error != -EIO && fired->error != -ETIMEDOUT,
			.gerror = event->flags & SMMU_EVENT_GERROR,
			.stall = event->flags & SMMU_EVENT_STALL,
			.blocked = event->flags & SMMU_EVENT_BLOCKED,
			.foreign = event->flags & SMMU_EVENT_FOREIGN,
			.unit = unit,
		};
	track_fact(track, event, OF_FLOW, unit ? unit->bdf : BDF_NONE,
		   "%s%s injected%s at index %u for %s", decode_errno(fired->error, name),
		   event->flags & SMMU_EVENT_GERROR  ? " by GERROR"
		   : event->flags & SMMU_EVENT_STALL ? " by a stall"
						     : "",
		   event->flags & SMMU_EVENT_REPEAT ? " again" : "", fired->prod,
		   unit ? unit->name : "a device that is not known");
}

static void follow_error(struct check *check, const struct smmu_event *event,
			 const struct smmu_cmdq_error *error)
{
	struct track *track = check_track(check);
	struct queue *queue = track_queue(track, error->smmu, error->queue);
	char name[DECODE_NAME_LEN];
	struct open_error *fresh;

	track_fact(track, event, OF_FLOW, BDF_NONE, "GERROR.CMDQ_ERR: %s at index %u%s%s%s",
		   decode_cerror(SMMU_CONS_ERR(error->cons), name), SMMU_CONS_INDEX(error->cons),
		   error->found_by ? ", found by " : "",
		   error->found_by ? decode_finder(error->found_by) : "",
		   event->flags & SMMU_EVENT_SILENCED ? ", of a device silenced by a rule" : "");
	rules_see(error, check, event, error);
	if (!queue)
		return;
	if (error->shift)
		queue->mask = (2U << error->shift) - 1;
	/* An injected error is known from its inject event, with its issuer. */
	if (event->flags & SMMU_EVENT_SYNTHETIC)
		return;
	if (SMMU_CONS_ERR(error->cons) == SMMU_CERROR_ATC_INV_SYNC)
		stood_error(&queue->stood, event->ts_ns);
	fresh = &queue->errors[queue->next_error++ % ERRORS_MAX];
	*fresh = (struct open_error){
		.ts_ns = event->ts_ns,
		.before = error->before,
		.index = SMMU_CONS_INDEX(error->cons),
		.tid = event->tid,
		.cpu = event->cpu,
		.found_by = error->found_by,
		.context = event->context,
		.atc = SMMU_CONS_ERR(error->cons) == SMMU_CERROR_ATC_INV_SYNC,
		.used = true,
	};
	match_waiting(queue, fresh);
}

/*
 * A function is fenced once for each of its StreamIDs, which counts as one fence. A fence of a
 * StreamID that is fenced already counts as the next one.
 */
static void count_fence(struct check *check, struct unit *unit, __u32 stream)
{
	if (unit->fenced && !(unit->fenced & stream)) {
		unit->fenced |= stream;
		return;
	}
	unit->fenced = stream;
	unit->for_reset = false;
	unit->fences++;
	check_tally(check)->fences++;
}

/* Recordings of older versions have only fences and unfences, by EATS. */
static __u8 grant_of(const struct smmu_event *event, const struct smmu_fence *fence)
{
	if (fence->told != SMMU_TOLD_UNKNOWN)
		return fence->grant;
	return event->kind == SMMU_EVENT_UNFENCE ? SMMU_GRANT_ATS : SMMU_GRANT_UNTRANSLATED;
}

static void note_fence(struct check *check, const struct smmu_event *event, struct unit *unit,
		       struct flow *flow, const struct smmu_fence *fence)
{
	struct track *track = check_track(check);
	struct suspect *suspect = flow_suspect(flow, unit);

	track_irq_act(track, event, event->ts_ns, "fence of %s", unit->name);
	track_fact(track, event, OF_FLOW, unit->bdf,
		   "fence: %s may not use ATS any more, the SMMU has been told%s", unit->name,
		   fence->result < 0 ? ", unconfirmed" : "");
	count_fence(check, unit, unit_stream(track, unit, fence->sid));
	if (suspect)
		suspect->fenced_here = true;
	unit->reset_worked = false;
	unit->challenges = 0;
	unit->returned_ns = unit->unmapped_ns = 0;
	if (!unit_barred(unit))
		return; /* another of its StreamIDs still may */
	if (!unit->fenced_ns)
		track->fenced++;
	unit->fenced_ns = unit->last_fence_ns = event->ts_ns;
	unit->fenced_failed |= unit->failed_ns || (suspect && !suspect->answered);
	/* A reset, like every detach, switches ATS off first. */
	unit->fenced_by_failure = flow->suspect_count || (unit->accused_ns && !unit->ats_off);
	unit->fenced_by = flow->id;
	unit->quiet_ns = flow_trouble(flow) ? 0 : event->ts_ns;
}

static void note_unfence(struct check *check, const struct smmu_event *event, struct unit *unit,
			 const struct smmu_fence *fence)
{
	struct track *track = check_track(check);

	track_fact(track, event, OF_DEVICE, unit->bdf, "unfence: %s may use ATS again%s",
		   unit->name, fence->told == SMMU_TOLD_MEMORY ? ", by its STE in memory" : "");
	if (!unit->fenced_ns && !unit->fenced)
		return; /* another StreamID of a function that is unfenced already */
	rules_see(unfence, check, event, unit);
	track->fenced -= unit->fenced_ns != 0;
	if (unit->reset_worked || unit->reset_running)
		unit->fenced_failed = false;
	unit->fenced_ns = 0;
	unit->fenced = 0;
	unit->last_unfence_ns = event->ts_ns;
	unit->unfences += !unit->for_reset;
	unit->for_reset = false;
	unit->blamed_ns = unit->software_ns = 0;
	track->failing -= unit->failed_ns != 0;
	unit->accused_ns = unit->cleared_ns = unit->failed_ns = 0;
	unit->timed_out = 0;
}

/*
 * What the BPF side calls a fence took ATS from a device that had it on, or withholds it from one
 * that failed. If ATS was switched off first, and nobody but the errors tells that it failed, the
 * rest of that is seen here; and that one which was queued is confirmed.
 */
static bool is_fence(const struct smmu_event *event, const struct smmu_fence *fence,
		     const struct unit *unit, __u32 stream)
{
	if (event->kind != SMMU_EVENT_STE)
		return event->kind == SMMU_EVENT_FENCE;
	if (unit->queued & stream && !(unit->fenced & stream))
		return fence->grant != SMMU_GRANT_ATS;
	return !unit->fenced_ns && unit->failed_ns &&
	       smmu_ste_withholds(fence->ste[0], fence->ste[1]);
}

/* It is queued, without a CMD_SYNC. */
static void note_queued(struct track *track, const struct smmu_event *event, struct unit *unit,
			__u32 stream)
{
	unit->queued |= stream;
	unit->queued_ns = event->ts_ns;
	track_fact(track, event, OF_FLOW, unit->bdf, "fence of %s: queued, and no CMD_SYNC with it",
		   unit->name);
}

/* Whatever was queued is known now. */
static void note_known(struct unit *unit, __u32 stream, const struct smmu_fence *fence)
{
	unit->queued &= ~stream;
	if (!unit->queued)
		unit->queued_ns = 0;
	unit->unconfirmed &= ~stream;
	if (fence->result < 0)
		unit->unconfirmed |= stream;
}

/* The STE of a suspect could not be read: what depends on it cannot be said. */
static void note_unread(struct check *check)
{
	for_each_rule(rule) {
		if (check_rules[rule - 1]->fence || check_rules[rule - 1]->unfence)
			rule_unseen(check, rule);
	}
}

static void note_tag(const struct smmu_event *event, struct unit *unit, unsigned int place,
		     __u64 tag)
{
	unit->stirred_ns = event->ts_ns;
	if (tag == unit->tags[place].tag)
		return;
	unit->tags[place].tag = tag;
	unit->tags[place].since_ns = event->ts_ns;
}

/* fence, unfence, ste: what the SMMU has been told of a StreamID. */
static void follow_told(struct check *check, const struct smmu_event *event,
			const struct smmu_fence *fence)
{
	struct track *track = check_track(check);
	const struct flow_id id = flow_id(event);
	struct flow *flow = track_flow(track, &id);
	struct unit *unit = track_unit(track, fence->smmu, fence->sid);
	unsigned int place;
	__u32 stream;
	bool fences;

	if (!flow || !unit)
		return;
	place = stream_place(track, unit, fence->sid);
	note_tag(event, unit, place, fence->tag);
	if (fence->told == SMMU_TOLD_CONTEXT) {
		track_fact(track, event, OF_DEVICE, unit->bdf,
			   "the SMMU was told of another context descriptor of %s", unit->name);
		return;
	}
	stream = 1U << place;
	/* What grants ATS the SMMU may read at any time, without being told. */
	if (fence->result == -EINPROGRESS && fence->grant != SMMU_GRANT_ATS) {
		note_queued(track, event, unit, stream);
		return;
	}
	if (fence->told != SMMU_TOLD_UNKNOWN && fence->grant == SMMU_GRANT_UNKNOWN) {
		unit->grants[place] = SMMU_GRANT_UNKNOWN;
		note_unread(check);
		return;
	}
	fences = is_fence(event, fence, unit, stream);
	if (fences)
		rules_see(fence, check, event, fence, unit, flow);
	else if (event->kind == SMMU_EVENT_STE)
		rules_see(ste, check, event, fence, unit, flow);
	unit->grants[place] = grant_of(event, fence);
	note_known(unit, stream, fence);
	if (fences)
		note_fence(check, event, unit, flow, fence);
	else if (unit->grants[place] == SMMU_GRANT_ATS &&
		 (event->kind == SMMU_EVENT_UNFENCE || unit->fenced))
		note_unfence(check, event, unit, fence);
	else
		track_fact(track, event, OF_DEVICE, unit->bdf, "the SMMU was told of %s: %s",
			   unit->name, decode_grant(unit->grants[place]));
	unit->ste[place][0] = fence->ste[0];
	unit->ste[place][1] = fence->ste[1];
}

static void follow_ats(struct check *check, const struct smmu_event *event,
		       const struct smmu_ats *ats)
{
	struct track *track = check_track(check);
	struct unit *unit = track_function(track, ats->bdf, ats->sid);

	if (!unit)
		return;
	rules_see(ats, check, event, ats, unit);
	track_irq_act(track, event, event->ts_ns, "ATS %s of %s", ats->enabled ? "on" : "off",
		      unit->name);
	track_fact(track, event, OF_DEVICE, unit->bdf, "ATS of %s %s%s", unit->name,
		   ats->enabled ? "on" : "off", ats->result ? ": refused" : "");
	unit->stirred_ns = event->ts_ns;
	if (!ats->result && ats->enabled != unit->ats_on) {
		unit->ats_on = ats->enabled;
		unit->ats_ns = event->ts_ns;
	}
	if (ats->enabled) {
		unit->ats_off = ats->result ? unit->ats_off : 0;
	} else {
		unit->ats_off++;
	}
}

static void follow_attach(struct check *check, const struct smmu_event *event,
			  const struct smmu_attach *attach)
{
	struct track *track = check_track(check);
	struct unit *unit = track_function(track, attach->bdf, attach->sid);

	if (!unit)
		return;
	rules_see(attach, check, event, unit);
	unit->stirred_ns = event->ts_ns;
	track_fact(track, event, OF_DEVICE, unit->bdf, "a domain was attached to %s", unit->name);
	if (unit->fenced_ns)
		unit->challenges++;
}

/* Prepares of this thread, for other functions as well, are justified by this reset. */
static void reset_begins(struct track *track, const struct smmu_event *event, struct unit *unit)
{
	unit->reset_running = true;
	unit->running_tid = event->tid;
	for (size_t i = 0; i < track->unit_count; i++) {
		if (track->units[i]->reset_depth && track->units[i]->reset_tid == event->tid)
			track->units[i]->reset_seen = true;
	}
}

static void reset_ends(struct track *track, struct unit *unit, __u64 now, int result)
{
	unit->reset_running = unit->reset_told = false;
	if (!result) {
		unit->reset_worked = true;
		unit->emptied_ns = now;
		/* What it did not answer for is gone. */
		track->failing -= unit->failed_ns != 0;
		unit->failed_ns = unit->silent_ns = 0;
	} else if (unit->fenced_ns) {
		unit->challenges++;
	}
}

/* Whoever prepares for a reset takes the device off ATS first, which was counted. */
static void uncount_fence(struct check *check, const struct smmu_event *event, struct unit *unit)
{
	if (!unit->fenced || unit->fenced_failed || unit->fenced_by_failure || unit->for_reset ||
	    unit->fenced_by.tid != event->tid)
		return;
	unit->for_reset = true;
	unit->fences--;
	check_tally(check)->fences--;
}

static void note_reset(struct track *track, const struct smmu_event *event,
		       const struct smmu_reset *reset, struct unit *unit)
{
	unit->reset_known = true;
	unit->stirred_ns = event->ts_ns;
	switch ((enum smmu_reset_phase)reset->phase) {
	case SMMU_RESET_BEGIN:
		reset_begins(track, event, unit);
		break;
	case SMMU_RESET_END:
		unit->reset_ns = event->ts_ns;
		reset_ends(track, unit, event->ts_ns, reset->result);
		break;
	case SMMU_RESET_PREPARE:
		if (reset->result)
			break;
		/*
		 * The pair may be around the reset or inside it: Linux 7.3 has one for each
		 * method that it tries.
		 */
		if (!unit->reset_depth++)
			unit->reset_seen = unit->reset_running && unit->running_tid == event->tid;
		unit->reset_tid = event->tid;
		unit->reset_ns = event->ts_ns;
		break;
	case SMMU_RESET_DONE:
		if (unit->reset_depth && !--unit->reset_depth)
			unit->reset_told = unit->reset_running;
		break;
	case SMMU_RESET_PROBE_BEGIN:
		unit->probing = true;
		unit->probe_tid = event->tid;
		break;
	case SMMU_RESET_PROBE_END:
		if (unit->probe_tid == event->tid)
			unit->probing = false;
		break;
	case SMMU_RESET_PHASE_COUNT:
		break;
	}
}

static void follow_reset(struct check *check, const struct smmu_event *event,
			 const struct smmu_reset *reset)
{
	struct track *track = check_track(check);
	struct unit *unit = track_function(track, reset->bdf, reset->sid);

	if (!unit)
		return;
	/*
	 * A thread that resets is not in an invalidation any more. Its last one may have been of
	 * a function without a hook, as when ATS is put back.
	 */
	follow_other_work(check, event);
	rules_see(reset, check, event, reset, unit);
	track_fact(track, event, OF_DEVICE, unit->bdf, "reset of %s: %s%s", unit->name,
		   decode_reset_phase(reset->phase), reset->result ? ", failed" : "");
	if (reset->phase == SMMU_RESET_PREPARE && !unit->reset_depth)
		uncount_fence(check, event, unit);
	note_reset(track, event, reset, unit);
}

static void follow_unmap(struct check *check, const struct smmu_event *event,
			 const struct smmu_unmap *unmap)
{
	struct track *track = check_track(check);
	const struct flow_id id = flow_id(event);
	struct flow *flow = track_flow(track, &id);

	if (!flow)
		return;
	rules_see(unmap, check, event, unmap, flow);
	if (flow->unmap_timeouts)
		track_fact(track, event, OF_FLOW, BDF_NONE,
			   "iommu_unmap() of %llu bytes returned %llu", unmap->size,
			   unmap->returned);
	for (unsigned int i = 0; i < flow->left_count; i++) {
		if (!flow->left[i]->fenced_ns)
			flow->left[i]->unmapped_ns = event->ts_ns;
	}
	flow->left_count = 0;
	flow->unmap_timeouts = 0;
	flow->unconfirmed = false;
}

static void follow_isr(struct check *check, const struct smmu_event *event,
		       const struct smmu_isr *isr)
{
	char time[TEXT_NUMBER_LEN];

	rules_see(isr, check, event, isr);
	track_fact(check_track(check), event, OF_FLOW, BDF_NONE,
		   "the GERROR handler returned after %s", text_duration(isr->duration_ns, time));
}

static void follow_registers(struct check *check, const struct smmu_event *event,
			     const struct smmu_registers *registers)
{
	struct queue *queue = track_queue(check_track(check), registers->smmu, registers->queue);

	if (queue && registers->shift)
		queue->mask = (2U << registers->shift) - 1;
	rules_see(registers, check, event, registers);
	track_fact(check_track(check), event, OF_FLOW, BDF_NONE,
		   "registers: GERROR 0x%x, GERRORN 0x%x, CONS 0x%x, PROD 0x%x", registers->gerror,
		   registers->gerrorn, registers->cons, registers->prod);
}

static void follow_forbidden(struct check *check, const struct smmu_event *event,
			     const struct smmu_forbidden *forbidden)
{
	rules_see(forbidden, check, event, forbidden);
}

void follow(struct check *check, const struct smmu_event *event)
{
	const void *payload = event_payload(event);
	struct track *track = check_track(check);

	if (!track->first_ns)
		track->first_ns = event->ts_ns;
	track->last_ns = event->ts_ns;
	switch ((enum smmu_event_kind)event->kind) {
	case SMMU_EVENT_SUBMIT:
		follow_list(check, event, payload);
		break;
	case SMMU_EVENT_INJECT:
		follow_inject(check, event, payload);
		break;
	case SMMU_EVENT_CMDQ_ERROR:
		follow_error(check, event, payload);
		break;
	case SMMU_EVENT_FENCE:
	case SMMU_EVENT_UNFENCE:
	case SMMU_EVENT_STE:
		follow_told(check, event, payload);
		break;
	case SMMU_EVENT_ATS:
		follow_ats(check, event, payload);
		break;
	case SMMU_EVENT_RESET:
		follow_reset(check, event, payload);
		break;
	case SMMU_EVENT_ISR:
		follow_isr(check, event, payload);
		break;
	case SMMU_EVENT_REGISTERS:
		follow_registers(check, event, payload);
		break;
	case SMMU_EVENT_INVALIDATION:
		follow_invalidation(check, event, payload);
		break;
	case SMMU_EVENT_FORBIDDEN:
		follow_forbidden(check, event, payload);
		break;
	case SMMU_EVENT_ATTACH:
		follow_attach(check, event, payload);
		break;
	case SMMU_EVENT_UNMAP:
		follow_unmap(check, event, payload);
		break;
	case SMMU_EVENT_KIND_COUNT:
		break;
	}
}

/* A failure this close to the end of the stream may have been cut off from its fence. */
#define CUT_OFF_NS 100000000ULL

/* The flow may still be in its invalidation, waiting: what came of that is not known. */
static void cut_off(struct check *check)
{
	for_each_rule(rule) {
		const struct finding *finding = &check_findings(check)->rules[rule - 1];

		/* What is broken already stays so. */
		if (!check_rules[rule - 1]->end || finding->seen_broken || finding->not_seen_broken)
			continue;
		rule_unseen(check, rule);
		rule_note(check, rule,
			  "the run ended while the SMMU may have waited for a device: how an "
			  "invalidation went on was not waited for");
	}
}

void follow_close(struct check *check)
{
	const struct track *track = check_track(check);
	const __u64 patience = track_patience(track, CUT_OFF_NS);

	for (struct flow *flow = track_next_flow(track, NULL); flow;
	     flow = track_next_flow(track, flow)) {
		if (!flow_trouble(flow) || track->last_ns - flow->failed_ns <= CUT_OFF_NS)
			continue;
		/* Only a driver that has seen a list fail asks again, and waits again. */
		if (!flow->failed || track->last_ns - flow->last_ns > patience)
			follow_close_flow(check, flow);
		else
			cut_off(check);
	}
	rules_see(close, check);
}
