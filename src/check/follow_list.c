// SPDX-License-Identifier: GPL-2.0
#include "check/follow_list.h"

#include "check/match.h"
#include "check/order.h"
#include "check/rules/table.h"
#include "event/decode.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

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

/* Notes the suspects for the rules about the return, the unmap and the fence that follow. */
static void leave_suspects(struct flow *flow, __u64 ts_ns)
{
	const unsigned int room = sizeof(flow->left) / sizeof(flow->left[0]);
	bool settled = flow->suspect_count;

	flow->unmap_timeouts++;
	for (unsigned int i = 0; i < flow->suspect_count; i++) {
		struct suspect *suspect = &flow->suspects[i];

		if (suspect->injected || suspect->alone) {
			suspect->unit->timed_out++;
			add_user(suspect->unit, &flow->id);
		}
		if (!suspect->answered && !suspect->unit->silent_ns)
			suspect->unit->silent_ns = ts_ns;
		if (suspect_settled(suspect)) {
			flow->unconfirmed |= suspect_unconfirmed(suspect);
			continue;
		}
		settled = false;
		suspect->unit->returned_ns = ts_ns;
		if (flow->left_count < room)
			flow->left[flow->left_count++] = suspect->unit;
	}
	if (settled)
		flow->settled_ns = ts_ns;
}

/* With the end of the invalidation its fences are complete: no flow may send any more (R11). */
static void begin_quiet(struct track *track, const struct flow *flow, __u64 ts_ns)
{
	for (size_t i = 0; i < track->unit_count; i++) {
		struct unit *unit = track->units[i];

		if (unit->fenced_ns && !unit->quiet_ns && flow_same(&unit->fenced_by, &flow->id))
			unit->quiet_ns = ts_ns;
	}
}

static void note_crowd(struct check *check, const struct flow *flow)
{
	if (!flow->crowded)
		return;
	for_each_rule(rule) {
		if (check_rules[rule - 1]->each_suspect)
			rule_unseen(check, rule);
	}
}

static void end_invalidation(struct check *check, struct flow *flow, const struct end_view *view)
{
	struct track *track = check_track(check);

	note_crowd(check, flow);
	if (flow_trouble(flow)) {
		rules_see(end, check, view);
		leave_suspects(flow, view->ts_ns);
		begin_quiet(track, flow, view->ts_ns);
		for (size_t i = 0; i < track->queue_count; i++) {
			if (track->queues[i].queue == flow->queue &&
			    (flow->failed || flow->timed_out || flow->dropped))
				track->queues[i].last_recovery_end_ns = view->ts_ns;
		}
	}
	flow_clear_suspects(track, flow);
	flow->unconfirmed_queue = 0;
	flow->timed_out = flow->dropped = flow->hw_failed = flow->failed = false;
	flow->several = flow->wrong_fence = flow->secondary = flow->crowded = false;
	flow->untold = flow->unasked = flow->harmed = false;
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
	/* It was called by another one, which goes on. */
	if (returned->nested)
		return;
	end_invalidation(check, flow, &view);
}

/* The timeouts that hardware or an injection reported for this list. */
static void take_timeouts(struct list_view *view)
{
	for (unsigned int i = 0; i < view->flow->timeout_count; i++) {
		const struct timeout *timeout = &view->flow->timeouts[i];

		if (timeout->queue != view->submit->queue ||
		    (view->started && timeout->ts_ns < view->start_ns))
			continue;
		/* Not an ATC timeout: the list has no ATC_INV, or the error is another one. */
		if (timeout->foreign && (!view->atc || timeout->odd)) {
			view->foreign = true;
		} else {
			view->hardware |= !timeout->software;
			view->software |= timeout->software;
		}
		view->held |= timeout->gerror || timeout->stall;
		view->blocked |= timeout->gerror && timeout->blocked;
	}
}

static unsigned int opcode_of(const struct smmu_submit *submit)
{
	return submit->captured ? SMMU_CMD_OPCODE(submit->command[0].word[0]) : SMMU_OP_SYNC;
}

/* Does it have a command with an opcode from `first` to `last`? */
static bool has_command(const struct smmu_submit *submit, unsigned int first, unsigned int last)
{
	for (unsigned int i = 0; i < submit->captured; i++) {
		unsigned int opcode = SMMU_CMD_OPCODE(submit->command[i].word[0]);

		if (opcode >= first && opcode <= last)
			return true;
	}
	return false;
}

/* The unit of the list's command i; NULL if that is no ATC_INV. */
static struct unit *atc_unit(struct track *track, const struct list_view *view, unsigned int i)
{
	__u64 word = view->submit->command[i].word[0];

	return SMMU_CMD_OPCODE(word) == SMMU_OP_ATC_INV
		       ? track_unit(track, view->submit->smmu, SMMU_CMD_SID(word))
		       : NULL;
}

/*
 * What the flow has left unsynced on the list's queue, whose CMD_SYNC waits for that, too: the unit
 * of its ATC_INV i; NULL if that is on another queue.
 */
static struct unit *unsynced_unit(const struct list_view *view, unsigned int i)
{
	const struct unsynced *unsynced = &view->flow->unsynced;

	return unsynced->left[i].queue == view->submit->queue ? unsynced->left[i].unit : NULL;
}

static void look_at_units(struct track *track, struct list_view *view)
{
	const unsigned int before = view->flow->unsynced.count;
	const struct unit *first = NULL;

	for (unsigned int i = 0; i < before + view->submit->captured; i++) {
		const struct unit *unit = i < before ? unsynced_unit(view, i)
						     : atc_unit(track, view, i - before);

		view->several_units |= first && unit && unit != first;
		first = first ? first : unit;
	}
}

/* What was read of the queue as this list failed: the next event of its CPU. */
static const struct smmu_registers *registers_of(const struct track *track,
						 const struct smmu_event *event,
						 const struct smmu_submit *submit)
{
	const struct smmu_event *next = track->ahead ? order_next(track->ahead, event) : NULL;
	const struct smmu_registers *registers;

	if (!next || next->kind != SMMU_EVENT_REGISTERS || next->ts_ns != event->ts_ns)
		return NULL;
	registers = event_payload(next);
	return registers->queue == submit->queue ? registers : NULL;
}

static bool reported_meanwhile(const struct list_view *view)
{
	for (unsigned int i = 0; i < ERRORS_MAX; i++) {
		const struct open_error *error = &view->queue->errors[i];

		if (error->used && error->ts_ns >= view->start_ns && error->ts_ns <= view->end_ns)
			return true;
	}
	return false;
}

/* Where it is in the queue, and whether the errors that were reported meanwhile are its own. */
static void look_at_queue(struct track *track, struct list_view *view)
{
	const struct smmu_registers *registers;

	if (!view->sync || (view->submit->result >= 0 && !reported_meanwhile(view)))
		return;
	registers = registers_of(track, view->event, view->submit);
	if (registers && registers->shift)
		view->queue->mask = (2U << registers->shift) - 1;
	view->registers = registers;
	view->place = place_of(view->queue, track->ahead, view->event, registers);
	if (!view->started)
		return;
	match_list(view);
	view->victim = registers && view->submit->result == -ETIMEDOUT && !view->hardware &&
		       place_not_begun(&view->place, registers->cons);
}

/* The list before it once more: some SMMUs need that of CFGI and TLBI, by an erratum. */
static bool is_doubled(const struct list_view *view)
{
	const struct smmu_submit *submit = view->submit;
	const struct flow *flow = view->flow;

	return submit->commands == 1 && submit->captured == 1 && view->sync && !view->atc &&
	       flow->previous_queue == submit->queue &&
	       !memcmp(&flow->previous, &submit->command[0], sizeof(flow->previous));
}

static void note_previous(const struct list_view *view)
{
	const struct smmu_submit *submit = view->submit;
	struct flow *flow = view->flow;

	flow->previous_queue = 0;
	if (submit->commands != 1 || submit->captured != 1 || !view->sync)
		return;
	flow->previous_queue = submit->queue;
	flow->previous = submit->command[0];
}

static void make_view(struct track *track, const struct smmu_event *event,
		      const struct smmu_submit *submit, struct list_view *view)
{
	view->event = event;
	view->submit = submit;
	view->end_ns = event->ts_ns;
	view->started = !(event->flags & SMMU_EVENT_NO_START);
	view->start_ns = view->started ? event->ts_ns - submit->duration_ns : event->ts_ns;
	view->sync = event->flags & SMMU_EVENT_SYNC;
	view->atc = has_command(submit, SMMU_OP_ATC_INV, SMMU_OP_ATC_INV);
	view->config = has_command(submit, SMMU_OP_CFGI_STE, SMMU_OP_CFGI_CD_ALL);
	/* A CMD_SYNC alone is the ATC part of an invalidation that found no device. */
	view->other = !view->atc && !view->config && opcode_of(submit) != SMMU_OP_SYNC;
	/* Its CMD_SYNC may be what a fence of this invalidation waits for. */
	if (view->sync && flow_trouble(view->flow) &&
	    view->flow->unconfirmed_queue == submit->queue)
		view->other = false;
	view->doubled = is_doubled(view);
	take_timeouts(view);
	look_at_queue(track, view);
	if (submit->result < 0 || view->hardware || view->software)
		look_at_units(track, view);
}

static void accuse(struct track *track, struct unit *unit, __u64 now)
{
	unit->accused_ns = unit->stirred_ns = now;
	if (unit->failed_ns)
		return;
	unit->failed_ns = now;
	unit->silent_ns = 0;
	track->failing++;
}

static void note_ask(struct flow *flow, struct suspect *suspect, const struct ask *ask)
{
	if (suspect->asked_ns < ask->start_ns)
		suspect->asked_ns = ask->start_ns;
	flow->crowded |= !suspect_asks(suspect, ask);
}

static struct ask ask_of(const struct list_view *view, unsigned int i)
{
	return (struct ask){.command = view->submit->command[i], .start_ns = view->start_ns};
}

/* ask: its ATC_INV, of this list or left unsynced before. */
static void suspect_one(struct track *track, const struct list_view *view, struct unit *unit,
			const struct ask *ask)
{
	bool software = view->submit->result == -ETIMEDOUT;
	struct suspect *suspect = flow_add_suspect(track, view->flow, unit, view->end_ns, software);

	if (suspect)
		note_ask(view->flow, suspect, ask);
	accuse(track, unit, view->end_ns);
	if (software)
		unit->software_ns = view->end_ns;
	if (view->several_units || view->submit->result >= 0)
		return;
	if (suspect)
		suspect->alone = true;
	unit->blamed_ns = view->end_ns;
}

/* The units of a list that failed, or that had a timeout of an unknown unit. */
static void suspect_all(struct track *track, const struct list_view *view)
{
	const struct unsynced *unsynced = &view->flow->unsynced;

	for (unsigned int i = 0; i < unsynced->count; i++) {
		if (unsynced_unit(view, i))
			suspect_one(track, view, unsynced_unit(view, i), &unsynced->left[i].ask);
	}
	for (unsigned int i = 0; i < view->submit->captured; i++) {
		struct unit *unit = atc_unit(track, view, i);
		const struct ask ask = ask_of(view, i);

		if (unit)
			suspect_one(track, view, unit, &ask);
	}
}

/* What the unit was asked that an injection names, in a list that succeeded all the same. */
static void note_asks_of(struct track *track, const struct list_view *view, struct suspect *suspect)
{
	const struct unsynced *unsynced = &view->flow->unsynced;

	for (unsigned int i = 0; i < unsynced->count; i++) {
		if (unsynced_unit(view, i) == suspect->unit)
			note_ask(view->flow, suspect, &unsynced->left[i].ask);
	}
	for (unsigned int i = 0; i < view->submit->captured; i++) {
		const struct ask ask = ask_of(view, i);

		if (atc_unit(track, view, i) == suspect->unit)
			note_ask(view->flow, suspect, &ask);
	}
}

/* The units that injections name. */
static void suspect_injected(struct track *track, const struct list_view *view)
{
	for (unsigned int i = 0; i < view->flow->timeout_count; i++) {
		const struct timeout *timeout = &view->flow->timeouts[i];
		struct suspect *suspect;

		if (!timeout->unit || timeout->queue != view->submit->queue)
			continue;
		suspect = flow_add_suspect(track, view->flow, timeout->unit, view->end_ns,
					   timeout->software);
		accuse(track, timeout->unit, view->end_ns);
		if (!suspect)
			continue;
		suspect->injected = true;
		note_asks_of(track, view, suspect);
		if (!suspect->ask_count)
			suspect->asked_ns = view->start_ns;
	}
}

static bool timeout_of_unknown(const struct list_view *view)
{
	for (unsigned int i = 0; i < view->flow->timeout_count; i++) {
		if (!view->flow->timeouts[i].unit)
			return true;
	}
	return view->error;
}

/* Whoever asked first: what the function has dropped is gone for all. */
static void answer_all(struct track *track, const struct unit *unit, const struct ask *ask)
{
	for (struct flow *flow = track_next_flow(track, NULL); flow;
	     flow = track_next_flow(track, flow)) {
		struct suspect *suspect = flow_suspect(flow, unit);

		if (suspect && suspect->ask_count)
			suspect->elsewhere = suspect_answers(suspect, ask);
	}
}

static void answer(struct track *track, const struct list_view *view, struct unit *unit,
		   const struct ask *ask)
{
	struct suspect *suspect = flow_suspect(view->flow, unit);

	if (suspect)
		suspect->answered |= suspect_answers(suspect, ask);
	if (suspect && suspect->answered)
		unit->cleared_ns = view->end_ns;
	if (unit->suspected)
		answer_all(track, unit, ask);
	/* Another flow's may have begun before the failure. */
	if (unit->failed_ns && ask->start_ns >= unit->failed_ns) {
		unit->failed_ns = 0;
		track->failing--;
	}
}

/*
 * The list succeeded: all of its units answered. Of what was left unsynced before it that is not
 * known, as another flow's CMD_SYNC may have come first.
 */
static void clear_answered(struct track *track, const struct list_view *view)
{
	for (unsigned int i = 0; i < view->submit->captured; i++) {
		struct unit *unit = atc_unit(track, view, i);
		const struct ask ask = ask_of(view, i);

		if (unit)
			answer(track, view, unit, &ask);
	}
}

/* ATC_INV without a CMD_SYNC: the flow's next one on that queue is theirs, too. */
static void leave_unsynced(struct track *track, const struct list_view *view)
{
	struct unsynced *unsynced = &view->flow->unsynced;

	for (unsigned int i = 0; i < view->submit->captured; i++) {
		struct unit *unit = atc_unit(track, view, i);

		if (unit && unsynced->count == SUSPECTS_MAX)
			view->flow->crowded = true;
		if (!unit || unsynced->count == SUSPECTS_MAX)
			continue;
		unsynced->left[unsynced->count].queue = view->submit->queue;
		unsynced->left[unsynced->count].unit = unit;
		unsynced->left[unsynced->count++].ask = ask_of(view, i);
	}
}

/* That CMD_SYNC has come. */
static void forget_unsynced(const struct list_view *view)
{
	struct unsynced *unsynced = &view->flow->unsynced;
	unsigned int left = 0;

	for (unsigned int i = 0; i < unsynced->count; i++) {
		if (!unsynced_unit(view, i))
			unsynced->left[left++] = unsynced->left[i];
	}
	unsynced->count = left;
}

/*
 * Could the driver know that it is silent, as it sent the list? To the flow in which it failed it
 * is known at once, to others when the invalidation has returned: until then it is being recovered.
 */
static bool known_silent(const struct list_view *view, const struct unit *unit)
{
	const struct suspect *suspect = flow_suspect(view->flow, unit);

	if (!unit->failed_ns || unit->failed_ns >= view->start_ns)
		return false;
	if (suspect && !suspect->answered && suspect->since_ns < view->start_ns)
		return true;
	/* A fence may still be queued by then, behind the CMD_SYNC at which the queue stands. */
	return (unit->silent_ns && unit->silent_ns < view->start_ns) ||
	       (unit->quiet_ns >= unit->failed_ns && unit->quiet_ns < view->start_ns);
}

static void wait_for(struct waiting *waiting, const struct list_view *view, struct unit *unit)
{
	if (!unit || waiting->unit_count == SUSPECTS_MAX)
		return;
	waiting->units[waiting->unit_count++] = unit;
	if (!known_silent(view, unit))
		return;
	waiting->known++;
	waiting->known_ns = unit->failed_ns;
}

/* Its poll ended and its CMD_SYNC did not: an error may still come for it. */
static void keep_waiting(struct track *track, const struct list_view *view)
{
	struct waiting *waiting = track_waiting(track, view->queue);

	if (!waiting)
		return;
	waiting->start_ns = view->start_ns;
	waiting->end_ns = view->end_ns;
	waiting->place = view->place;
	if (view->submit->captured && view->submit->captured == view->submit->commands)
		waiting->last = view->submit->command[view->submit->captured - 1];
	waiting->asked = view->flow->several && !view->several_units;
	for (unsigned int i = 0; i < view->flow->unsynced.count; i++)
		wait_for(waiting, view, unsynced_unit(view, i));
	for (unsigned int i = 0; i < view->submit->captured; i++)
		wait_for(waiting, view, atc_unit(track, view, i));
}

/* A list that was issued after them has completed: so have their CMD_SYNCs. */
static void end_waiting(struct queue *queue, __u64 start_ns)
{
	queue->completed = true;
	for (unsigned int i = 0; queue->waiting && i < WAITING_MAX; i++) {
		if (queue->waiting[i].end_ns < start_ns)
			queue->waiting[i].end_ns = 0;
	}
}

/* It failed at somebody else's expense: none of its devices is a suspect. */
static void note_victim(struct track *track, const struct list_view *view)
{
	char name[DECODE_NAME_LEN], time[TEXT_NUMBER_LEN];

	view->flow->harmed = true;
	track_fact(
		track, view->event, OF_FLOW, BDF_NONE,
		"list of %u commands (%s) at index %u returned ETIMEDOUT after %s, the queue stood "
		"at %u",
		view->submit->commands, decode_opcode(opcode_of(view->submit), name),
		view->place.first, text_duration(view->submit->duration_ns, time),
		SMMU_CONS_INDEX(view->registers->cons));
}

static void note_failure(struct track *track, const struct list_view *view)
{
	const struct smmu_submit *submit = view->submit;
	struct flow *flow = view->flow;
	char result[DECODE_NAME_LEN], time[TEXT_NUMBER_LEN];
	const struct unit *unit;

	flow->timed_out |= view->hardware;
	flow->dropped |= view->software && submit->result >= 0;
	flow->failed |= submit->result < 0;
	flow->hw_failed |= submit->result < 0 && submit->result != -ETIMEDOUT;
	flow->several |= flow->hw_failed && view->several_units;
	flow->untold |= submit->result == -ETIMEDOUT && view->several_units;
	flow->secondary |= view->queue->secondary;
	flow->queue = submit->queue;
	if (!flow->failed_ns) {
		flow->failed_ns = view->end_ns;
		view->queue->last_recovery_start_ns = view->end_ns;
		/* Provisional end, in case the recovery's end is never seen. */
		view->queue->last_recovery_end_ns = view->end_ns + SMMU_LONGEST_WAIT_NS;
	}
	if (submit->result < 0 || timeout_of_unknown(view))
		suspect_all(track, view);
	suspect_injected(track, view);
	unit = view->several_units || !submit->captured ? NULL : atc_unit(track, view, 0);
	track_fact(track, view->event, OF_FLOW, unit ? unit->bdf : BDF_NONE,
		   "list of %u %s%s%s%s returned %s after %s", submit->commands,
		   view->atc ? "ATC_INV" : "commands, with the CMD_SYNC of ATC_INV before it,",
		   unit ? " for " : "", unit ? unit->name : "",
		   view->sync ? "" : " without CMD_SYNC", decode_errno(submit->result, result),
		   text_duration(submit->duration_ns, time));
}

/* Of a list with ATC_INV, or with the CMD_SYNC for those before it. */
static void note_atc(struct track *track, const struct list_view *view)
{
	if (view->foreign && !view->hardware && !view->software)
		; /* neither a failure nor an answer */
	else if (view->hardware || view->software || view->submit->result < 0)
		note_failure(track, view);
	else if (view->sync && (track->suspects || track->failing))
		clear_answered(track, view);
	if (!view->sync)
		leave_unsynced(track, view);
	else
		forget_unsynced(view);
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
	note_previous(view);
	if (view->config && !view->sync)
		flow->unconfirmed_queue = view->submit->queue;
	else if (view->sync && flow->unconfirmed_queue == view->submit->queue)
		flow->unconfirmed_queue = 0;
	if (view->atc)
		check_tally(check)->atc_lists++;
	if (view->sync && view->submit->result == -ETIMEDOUT && view->started)
		keep_waiting(track, view);
	else if (view->sync && view->submit->result >= 0 && view->started)
		end_waiting(queue, view->start_ns);
	if (view->victim)
		note_victim(track, view);
	else if (view->atc || (view->sync && flow_unsynced(flow, view->submit->queue)))
		note_atc(track, view);
	queue->lists[queue->next_list++ % LISTS_MAX] = (struct list_fact){
		.flow = flow->id,
		.start_ns = view->start_ns,
		.end_ns = view->end_ns,
		.length = view->submit->commands + view->sync,
		.prod = view->submit->prod,
		.sync = view->sync,
		.atc = view->atc,
	};
	/* The timeouts were for this list, or for one that was not seen. */
	flow->timeout_count = 0;
}

/* What the list tells of a wait of the SMMU; an injection lets only the driver wait. */
static void note_wait(const struct list_view *view)
{
	if (view->started && view->sync && !view->held && !view->software)
		stood_list(&view->queue->stood, view->start_ns, view->end_ns,
			   view->submit->result == -ETIMEDOUT);
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
	char name[DECODE_NAME_LEN];

	if (!view.flow || !view.queue)
		return;
	make_view(track, event, submit, &view);
	note_wait(&view);
	if (view.other && flow_trouble(view.flow)) {
		const struct end_view end = {
			.flow = view.flow,
			.ts_ns = view.start_ns,
			.event = event,
		};

		end_invalidation(check, view.flow, &end);
	}
	rules_see(list, check, &view);
	track_irq_act(track, event, view.start_ns, "a list of %u commands (%s)", submit->commands,
		      decode_opcode(opcode_of(submit), name));
	note_list(check, &view);
}

void follow_close_flow(struct check *check, struct flow *flow)
{
	const struct smmu_event event = {
		.ts_ns = check_track(check)->last_ns,
		.tid = flow->id.tid,
		.context = (__u8)flow->id.context,
		.cpu = flow->id.cpu,
	};
	const struct end_view view = {.flow = flow, .ts_ns = event.ts_ns, .event = &event};

	end_invalidation(check, flow, &view);
}
