// SPDX-License-Identifier: GPL-2.0
/*
 * R22: every invalidation reaches each function that may still hold what it is for.
 *
 * A TLBI names the translations that it is for by a tag, VMID and ASID. Which StreamIDs use these
 * is what their STEs and context descriptors say, of which the SMMU has been told; what the driver
 * believes of it does not count. A function that may use ATS by its STE and has it on may keep them
 * in its ATC: the flow that sent the TLBI must send an ATC_INV to each of its StreamIDs that has
 * the tag, before its next TLBI for the same one. Exercised by each TLBI of a tag that such a
 * function has. Which pages the ATC_INV is for is not compared.
 *
 * Not meant are functions that came to the tag, or got ATS, after the TLBI was sent; those that
 * were told, attached, reset or blamed until a while after it, as the driver may have known of that
 * before it showed; and those that have failed and are not fenced, which is a matter of R6. Not
 * judged: translations of a SubstreamID, of two stages, and a TLBI for more than one tag.
 */
#include "check/reach.h"
#include "check/rules/rule.h"
#include "event/decode.h"

#include "base/text.h"

#include <stdio.h>

/* Whom a driver does not ask any more, for a reason, will be told or reset by then. */
#define REASON_NS 1000000000ULL

/* "ASID 5", "VMID 3" */
static const char *tag_name(__u64 tag, char name[TEXT_NUMBER_LEN])
{
	if (SMMU_TAG_REGIME(tag) == SMMU_REGIME_STAGE2)
		snprintf(name, TEXT_NUMBER_LEN, "VMID %u", SMMU_TAG_VMID(tag));
	else
		snprintf(name, TEXT_NUMBER_LEN, "ASID %u", SMMU_TAG_ASID(tag));
	return name;
}

/* Does something explain that nobody asks it, although it may use ATS? */
static bool excused(const struct unit *unit)
{
	return unit->failed_ns || unit->reset_depth > 0 || unit->reset_running;
}

/* May this StreamID hold translations of the tag, since before the invalidation? */
static bool holds(const struct unit *unit, unsigned int place, const struct open_tag *open)
{
	const struct stream_tag *tag = &unit->tags[place];

	return unit->smmu == open->smmu && tag->tag == (open->tag | SMMU_TAG_ATS) &&
	       tag->since_ns < open->start_ns && unit->ats_on && unit->ats_ns < open->start_ns;
}

/* Might it, as far as is known? Of one that is fenced nobody asks. */
static bool unread(const struct unit *unit, unsigned int place)
{
	return unit->tags[place].tag & SMMU_TAG_UNREAD && !unit->fenced_ns && !unit->queued_ns &&
	       !excused(unit);
}

static void miss(struct track *track, struct unit *unit, const struct flow *flow,
		 const struct open_tag *open)
{
	struct miss *miss = &unit->miss;

	/* Explained already; or one is held against it that is not. */
	if (unit->stirred_ns >= open->start_ns ||
	    (miss->start_ns && unit->stirred_ns < miss->start_ns))
		return;
	track->missed += !miss->start_ns;
	*miss = (struct miss){
		.start_ns = open->start_ns,
		.end_ns = track->last_ns,
		.tag = open->tag,
		.flow = flow->id,
	};
}

/* The invalidation is over: whom has it reached? */
static void judge(struct check *check, const struct flow *flow, const struct open_tag *open)
{
	struct track *track = check_track(check);
	bool meant = false, reached = true;

	for (size_t i = 0; i < track->unit_count; i++) {
		struct unit *unit = track->units[i];

		for (unsigned int place = 0; place < unit->streams; place++) {
			if (!holds(unit, place, open) || excused(unit))
				continue;
			meant = true;
			if (reach_asked(&flow->reach, unit, 1U << place, open->start_ns))
				continue;
			reached = false;
			if (flow->reach.crowded)
				rule_unseen(check, R22);
			else
				miss(track, unit, flow, open);
		}
	}
	if (meant && reached)
		rule_held(check, R22);
}

static void end(struct check *check, const struct flow *flow, struct open_tag *open)
{
	if (open->tag)
		judge(check, flow, open);
	open->tag = 0;
}

/* A command of this list is a TLBI for the tag. */
static void invalidates(struct check *check, const struct list_view *view, __u64 tag)
{
	struct reach *reach = &view->flow->reach;
	struct open_tag *open = reach_find(reach, view->submit->smmu, tag);

	if (open && open->start_ns == view->start_ns)
		return; /* for more than one page */
	if (!open || (!reach_goes_on(reach, open, view->start_ns) && !view->doubled)) {
		if (!open)
			open = reach_place(reach);
		end(check, view->flow, open);
		*open = (struct open_tag){
			.smmu = view->submit->smmu,
			.tag = tag,
			.start_ns = view->start_ns,
		};
	}
	open->end_ns = view->end_ns;
	/* A list that is full goes out, and the rest of its invalidation follows. */
	open->more = !view->sync || view->submit->commands >= SMMU_LIST_MAX - 1;
}

static void broken(struct check *check, struct unit *unit)
{
	const struct smmu_event event = {
		.ts_ns = unit->miss.end_ns,
		.tid = unit->miss.flow.tid,
		.context = (__u8)unit->miss.flow.context,
		.cpu = unit->miss.flow.cpu,
	};
	char name[TEXT_NUMBER_LEN];

	rule_broken(check, R22, NOT_SEEN, &event, unit, NULL,
		    "an invalidation of %s sent no ATC_INV to %s, which uses it and has ATS on",
		    tag_name(unit->miss.tag, name), unit->name);
}

/* all: nothing comes any more that could explain it. */
static void decide(struct check *check, bool all)
{
	struct track *track = check_track(check);

	for (size_t i = 0; track->missed && i < track->unit_count; i++) {
		struct unit *unit = track->units[i];
		struct miss *miss = &unit->miss;

		if (!miss->start_ns)
			continue;
		if (unit->stirred_ns < miss->start_ns) {
			if (!all &&
			    track->last_ns < miss->end_ns + track_patience(track, REASON_NS))
				continue;
			broken(check, unit);
		}
		miss->start_ns = 0;
		track->missed--;
	}
}

static void list(struct check *check, const struct list_view *view)
{
	const struct smmu_submit *submit = view->submit;
	struct track *track = check_track(check);

	decide(check, false);
	for (unsigned int i = 0; i < submit->captured; i++) {
		__u64 word = submit->command[i].word[0], tag = smmu_tag_of_tlbi(word);
		__u32 sid = SMMU_CMD_SID(word);
		struct unit *unit;

		/* One that failed has done nothing that an ATC_INV would have to follow. */
		if (tag && submit->result >= 0)
			invalidates(check, view, tag);
		if (SMMU_CMD_OPCODE(word) != SMMU_OP_ATC_INV)
			continue;
		unit = track_unit(track, submit->smmu, sid);
		if (!unit)
			continue;
		reach_ask(&view->flow->reach, unit, unit_stream(track, unit, sid), view->end_ns);
		if (unread(unit, stream_place(track, unit, sid)))
			rule_unseen(check, R22);
	}
}

/* The flow returns from the iommu_unmap() that the invalidations were part of. */
static void unmap(struct check *check, const struct smmu_event *event,
		  const struct smmu_unmap *unmap, struct flow *flow)
{
	(void)event;
	(void)unmap;
	for (unsigned int i = 0; i < OPEN_TAGS_MAX; i++)
		end(check, flow, &flow->reach.tags[i]);
}

/* What has been open for a while will not go on; what has just begun may. */
static void finish(struct check *check)
{
	struct track *track = check_track(check);
	const __u64 patience = track_patience(track, 100000000ULL);

	for (struct flow *flow = track_next_flow(track, NULL); flow;
	     flow = track_next_flow(track, flow)) {
		for (unsigned int i = 0; i < OPEN_TAGS_MAX; i++) {
			struct open_tag *open = &flow->reach.tags[i];

			if (track->last_ns > open->end_ns + patience)
				end(check, flow, open);
		}
	}
	decide(check, true);
	if (!track->info->tagged && check_tally(check)->atc_lists) {
		rule_unseen(check, R22);
		rule_note(check, R22, "which translations a device uses was not recorded");
	}
}

const struct check_rule r22_nobody_forgotten = {
	.kinds = 1U << SMMU_EVENT_SUBMIT | 1U << SMMU_EVENT_FENCE | 1U << SMMU_EVENT_UNFENCE |
		 1U << SMMU_EVENT_STE | 1U << SMMU_EVENT_ATS,
	.hooks = {"list", "ats_enable", "ats_disable"},
	.list = list,
	.unmap = unmap,
	.close = finish,
};
