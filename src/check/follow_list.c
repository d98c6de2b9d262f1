// SPDX-License-Identifier: GPL-2.0
#include "check/follow_list.h"

#include "event/decode.h"
#include "check/follow.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

/* A failure this close to the end of the stream may have been cut off from its fence. */
#define CUT_OFF_NS 100000000ULL

static void add_user(struct unit *unit, const struct flow_id *id)
{
	const unsigned int room = sizeof(unit->users) / sizeof(unit->users[0]);

	for (unsigned int i = 0; i < unit->user_count; i++) {
		if (flow_same(&unit->users[i], id))
			return;
	}
	if (unit->user_count < room)
		unit->users[unit->user_count++] = *id;
}

/* What outlives the invalidation. */
static void leave_suspects(struct flow *flow, __u64 ts_ns)
{
	const unsigned int room = sizeof(flow->left) / sizeof(flow->left[0]);

	flow->unmap_timeouts++;
	for (unsigned int i = 0; i < flow->suspect_count; i++) {
		struct suspect *suspect = &flow->suspects[i];

		if (suspect->injected || suspect->alone) {
			suspect->unit->timed_out++;
			add_user(suspect->unit, &flow->id);
		}
		if (suspect_settled(suspect)) {
			flow->unconfirmed |= suspect_unconfirmed(suspect);
			continue;
		}
		suspect->unit->returned_ns = ts_ns;
		if (flow->left_count < room)
			flow->left[flow->left_count++] = suspect->unit;
	}
}

/* From now on nobody has a reason to send anything to what it fenced. */
static void begin_quiet(struct track *track, const struct flow *flow, __u64 ts_ns)
{
	for (size_t i = 0; i < track->unit_count; i++) {
		struct unit *unit = track->units[i];

		if (unit->fenced_ns && !unit->quiet_ns && flow_same(&unit->fenced_by, &flow->id))
			unit->quiet_ns = ts_ns;
	}
}

/* What rests on each of the suspects. */
static void note_crowd(struct check *check, const struct flow *flow)
{
	static const unsigned char rules[] = {4, 6, 7, 12, 16, 17, 18};

	for (size_t i = 0; flow->crowded && i < sizeof(rules); i++)
		rule_unseen(check, rules[i]);
}

static void end_invalidation(struct check *check, struct flow *flow, const struct end_view *view)
{
	struct track *track = check_track(check);

	note_crowd(check, flow);
	if (flow_trouble(flow)) {
		for (unsigned int i = 0; i < CHECK_RULE_COUNT; i++) {
			if (check_rules[i]->end)
				check_rules[i]->end(check, view);
		}
		leave_suspects(flow, view->ts_ns);
		begin_quiet(track, flow, view->ts_ns);
		for (size_t i = 0; i < track->queue_count; i++) {
			if (track->queues[i].queue == flow->queue)
				track->queues[i].last_recovery_end_ns = view->ts_ns;
		}
	}
	flow->suspect_count = 0;
	flow->timed_out = flow->hw_failed = flow->failed = false;
	flow->several = flow->wrong_fence = flow->secondary = flow->crowded = false;
	flow->failed_ns = 0;
}

void follow_other_work(struct check *check, const struct smmu_event *event)
{
	const struct flow_id id = flow_id(event);
	struct flow *flow = track_known_flow(check_track(check), &id);
	const struct end_view view = {.flow = flow, .ts_ns = event->ts_ns, .event = event};

	if (flow && flow_trouble(flow))
		end_invalidation(check, flow, &view);
}

void follow_invalidation(struct check *check, const struct smmu_event *event,
			 const struct smmu_invalidation *returned)
{
	const struct flow_id id = flow_id(event);
	struct flow *flow = track_flow(check_track(check), &id);
	const struct end_view view = {
		.flow = flow,
		.ts_ns = event->ts_ns,
		.event = event,
		.returned = returned,
	};
	char name[DECODE_NAME_LEN];

	if (!flow || !flow_trouble(flow))
		return;
	if (returned->is_void)
		track_fact(check_track(check), event, OF_FLOW, BDF_NONE,
			   "the invalidation returned");
	else
		track_fact(check_track(check), event, OF_FLOW, BDF_NONE,
			   "the invalidation returned %s", decode_errno(returned->result, name));
	end_invalidation(check, flow, &view);
}

/* What hardware or an injection said about this very list. */
static void take_reports(struct list_view *view)
{
	for (unsigned int i = 0; i < view->flow->report_count; i++) {
		const struct report *report = &view->flow->reports[i];

		if (report->queue != view->submit->queue ||
		    (view->started && report->ts_ns < view->start_ns))
			continue;
		/* Nobody's ATC_INV waited for this CMD_SYNC, or whatever: it says nothing. */
		if (report->foreign && (!view->atc || report->odd)) {
			view->foreign = true;
		} else {
			view->hardware |= !report->software;
			view->software |= report->software;
		}
		view->held |= report->gerror || report->stall;
		view->blocked |= report->gerror && report->blocked;
	}
}

static unsigned int opcode_of(const struct smmu_submit *submit)
{
	return submit->captured ? SMMU_CMD_OPCODE(submit->command[0].word[0]) : SMMU_OP_SYNC;
}

static void look_at_units(struct track *track, struct list_view *view)
{
	const struct unit *first = NULL;

	for (unsigned int i = 0; i < view->submit->captured && !view->several_units; i++) {
		const struct unit *unit = track_unit(
			track, view->submit->smmu, SMMU_CMD_SID(view->submit->command[i].word[0]));

		if (first && unit != first)
			view->several_units = true;
		first = unit;
	}
}

static void make_view(struct track *track, const struct smmu_event *event,
		      const struct smmu_submit *submit, struct list_view *view)
{
	unsigned int opcode = opcode_of(submit);

	view->event = event;
	view->submit = submit;
	view->end_ns = event->ts_ns;
	view->started = !(event->flags & SMMU_EVENT_NO_START);
	view->start_ns = view->started ? event->ts_ns - submit->duration_ns : event->ts_ns;
	view->sync = event->flags & SMMU_EVENT_SYNC;
	view->atc = opcode == SMMU_OP_ATC_INV;
	view->config = opcode >= SMMU_OP_CFGI_STE && opcode <= SMMU_OP_CFGI_CD_ALL;
	/* A CMD_SYNC alone is what is left of an invalidation without a device. */
	view->other = !view->atc && !view->config && opcode != SMMU_OP_SYNC;
	take_reports(view);
	if (view->atc && (submit->result < 0 || view->hardware || view->software))
		look_at_units(track, view);
}

/* The devices of a list that failed, or for which something unknown was reported. */
static void suspect_all(struct track *track, const struct list_view *view)
{
	bool software = view->submit->result == -ETIMEDOUT;

	for (unsigned int i = 0; i < view->submit->captured; i++) {
		struct unit *unit = track_unit(track, view->submit->smmu,
					       SMMU_CMD_SID(view->submit->command[i].word[0]));
		struct suspect *suspect;

		if (!unit)
			return;
		suspect = flow_add_suspect(view->flow, unit, view->end_ns, software);
		if (software)
			unit->software_ns = view->end_ns;
		if (view->several_units || view->submit->result >= 0)
			continue;
		if (suspect)
			suspect->alone = true;
		unit->blamed_ns = view->end_ns;
	}
}

static void suspect_reported(const struct list_view *view)
{
	for (unsigned int i = 0; i < view->flow->report_count; i++) {
		const struct report *report = &view->flow->reports[i];
		struct suspect *suspect;

		if (!report->unit || report->queue != view->submit->queue)
			continue;
		suspect =
			flow_add_suspect(view->flow, report->unit, view->end_ns, report->software);
		if (suspect)
			suspect->injected = true;
	}
}

static bool reported_for_nobody(const struct list_view *view)
{
	for (unsigned int i = 0; i < view->flow->report_count; i++) {
		if (!view->flow->reports[i].unit)
			return true;
	}
	return false;
}

static void clear_answered(struct track *track, const struct list_view *view)
{
	for (unsigned int i = 0; i < view->submit->captured && view->flow->suspect_count; i++) {
		struct unit *unit = track_unit(track, view->submit->smmu,
					       SMMU_CMD_SID(view->submit->command[i].word[0]));
		struct suspect *suspect = unit ? flow_suspect(view->flow, unit) : NULL;

		if (suspect)
			suspect->answered = true;
	}
}

static void note_failure(struct track *track, const struct list_view *view)
{
	const struct smmu_submit *submit = view->submit;
	struct flow *flow = view->flow;
	char result[DECODE_NAME_LEN], time[TEXT_NUMBER_LEN];
	const struct unit *unit;

	flow->timed_out |= view->hardware;
	flow->failed |= submit->result < 0;
	flow->hw_failed |= submit->result < 0 && submit->result != -ETIMEDOUT;
	flow->several |= flow->hw_failed && view->several_units;
	flow->secondary |= view->queue->secondary;
	flow->queue = submit->queue;
	if (!flow->failed_ns) {
		flow->failed_ns = view->end_ns;
		view->queue->last_recovery_start_ns = view->end_ns;
		/* Until it is seen to end; who is never seen again does not recover forever. */
		view->queue->last_recovery_end_ns = view->end_ns + SMMU_TROUBLE_NS;
	}
	if (submit->result < 0 || reported_for_nobody(view))
		suspect_all(track, view);
	suspect_reported(view);
	unit = view->several_units || !submit->captured
		       ? NULL
		       : track_unit(track, submit->smmu, SMMU_CMD_SID(submit->command[0].word[0]));
	track_fact(track, view->event, OF_FLOW, unit ? unit->bdf : BDF_NONE,
		   "list of %u ATC_INV%s%s%s returned %s after %s", submit->commands,
		   unit ? " for " : "", unit ? unit->name : "",
		   view->sync ? "" : " without CMD_SYNC", decode_errno(submit->result, result),
		   text_duration(submit->duration_ns, time));
}

static void note_config(struct track *track, const struct list_view *view)
{
	for (unsigned int i = 0; i < view->submit->captured; i++) {
		__u64 word = view->submit->command[i].word[0];
		struct unit *unit;

		if (SMMU_CMD_OPCODE(word) != SMMU_OP_CFGI_STE)
			continue;
		unit = track_unit(track, view->submit->smmu, SMMU_CMD_SID(word));
		if (!unit)
			continue;
		unit->config_ns = view->end_ns;
		unit->unconfirmed = view->submit->result < 0;
	}
}

static void note_list(struct check *check, const struct list_view *view)
{
	struct track *track = check_track(check);
	struct queue *queue = view->queue;
	struct flow *flow = view->flow;

	if (view->other) {
		flow->other_start_ns = view->start_ns;
		flow->left_count = 0;
		flow->unmap_timeouts = 0;
		flow->unconfirmed = false;
	}
	if (view->config)
		note_config(track, view);
	if (view->atc) {
		check_tally(check)->atc_lists++;
		if (view->foreign && !view->hardware && !view->software)
			; /* neither a failure nor an answer */
		else if (view->hardware || view->software || view->submit->result < 0)
			note_failure(track, view);
		else if (view->sync && flow->suspect_count)
			clear_answered(track, view);
	}
	queue->lists[queue->next_list++ % LISTS_MAX] = (struct list_fact){
		.flow = flow->id,
		.start_ns = view->start_ns,
		.end_ns = view->end_ns,
		.sync = view->sync,
		.atc = view->atc,
	};
	/* All of them were for this list, or for one that was not seen. */
	flow->report_count = 0;
}

static void note_irq_act(struct track *track, const struct list_view *view)
{
	struct cpu *cpu = view->event->context == SMMU_CONTEXT_HARDIRQ
				  ? track_cpu(track, view->event->cpu)
				  : NULL;
	char name[DECODE_NAME_LEN];
	struct irq_act *act;

	if (!cpu)
		return;
	act = &cpu->acts[cpu->next++ % IRQ_ACTS_MAX];
	act->start_ns = view->start_ns;
	act->ts_ns = view->end_ns;
	snprintf(act->text, sizeof(act->text), "a list of %u commands (%s)", view->submit->commands,
		 decode_opcode(opcode_of(view->submit), name));
}

void follow_list(struct check *check, const struct smmu_event *event,
		 const struct smmu_submit *submit)
{
	struct track *track = check_track(check);
	const struct flow_id id = flow_id(event);
	struct list_view view = {
		.flow = track_flow(track, &id),
		.queue = track_queue(track, submit->smmu, submit->queue),
	};

	if (!view.flow || !view.queue)
		return;
	make_view(track, event, submit, &view);
	if (view.other && flow_trouble(view.flow)) {
		const struct end_view end = {
			.flow = view.flow,
			.ts_ns = view.start_ns,
			.event = event,
		};

		end_invalidation(check, view.flow, &end);
	}
	for (unsigned int i = 0; i < CHECK_RULE_COUNT; i++) {
		if (check_rules[i]->list)
			check_rules[i]->list(check, &view);
	}
	note_irq_act(track, &view);
	note_list(check, &view);
}

/* Whoever had trouble and was not seen to go on. */
static void end_open(struct check *check, struct flow *flow)
{
	struct track *track = check_track(check);
	struct smmu_event event = {.ts_ns = track->last_ns, .cpu = flow->id.cpu};
	const struct end_view view = {.flow = flow, .ts_ns = track->last_ns, .event = &event};

	event.tid = flow->id.tid;
	event.context = (__u8)flow->id.context;
	if (flow_trouble(flow) && track->last_ns - flow->failed_ns > CUT_OFF_NS)
		end_invalidation(check, flow, &view);
}

void follow_close(struct check *check)
{
	track_each_flow(check_track(check), check, end_open);
	for (unsigned int i = 0; i < CHECK_RULE_COUNT; i++) {
		if (check_rules[i]->close)
			check_rules[i]->close(check);
	}
}
